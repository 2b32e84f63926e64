// Values of definitions in words, as differences show them.

import { canonicalText, type JsonValue } from '@lockstep/domain'

import { findNotation, NOTATION, type KindNotation } from '../notation/notation.ts'
import { isFields, isList } from '../notation/sparse.ts'
import { helperOf } from '../schema/kind.ts'

/** A value in words: text as it is, lists with commas, conditions, people and references by what they say. */
export function valueInWords(value: JsonValue | undefined): string {
  if (value === undefined) return 'not written'
  if (value === null) return 'nothing'
  if (isList(value)) return value.length === 0 ? 'none' : value.map(valueInWords).join(', ')
  if (!isFields(value)) return String(value)
  return markedInWords(value) ?? fieldsInWords(value)
}

function markedInWords(value: { readonly [key: string]: JsonValue }): string | undefined {
  for (const key of ['cel', 'group', 'user'] as const) {
    const only = onlyField(value, key)
    if (only !== undefined) return only
  }
  for (const key of ['secret', 'parameter'] as const) {
    const only = onlyField(value, key)
    if (only !== undefined) return `${key} ${only}`
  }
  return referenceInWords(value)
}

function onlyField(value: { readonly [key: string]: JsonValue }, key: string): string | undefined {
  const only = value[key]
  return Object.keys(value).length === 1 && typeof only === 'string' ? only : undefined
}

/** `project/name` or `name`, if the value is a reference. */
export function referenceInWords(value: JsonValue | undefined): string | undefined {
  if (!isFields(value) || typeof value['name'] !== 'string') return undefined
  const { project, name, ...rest } = value
  if (Object.keys(rest).length > 0) return undefined
  return typeof project === 'string' ? `${project}/${name}` : name
}

/** Whether the value is written as one: text, a number, a condition, a person, a reference, or a list of such. */
export function isPlain(value: JsonValue | undefined): boolean {
  if (value === undefined) return true
  if (isList(value)) return value.every(isPlain)
  return !isFields(value) || markedInWords(value) !== undefined
}

/** A rule, task or step by its helper and what it is about: `that "No open Sev-1"`, `deploy data-backend`. */
export function entryInWords(entry: { readonly [key: string]: JsonValue }): string {
  const helper = typeof entry['kind'] === 'string' ? helperOf(entry['kind']) : 'entry'
  const subject = subjectOf(helper)
  const about = subject === undefined ? undefined : entry[subject]
  if (about === undefined || isList(about)) return helper
  const words = valueInWords(about)
  return subject === 'name' ? `${helper} "${words}"` : `${helper} ${words}`
}

/** What else an entry says, besides its kind and what it is about. */
export function restInWords(entry: { readonly [key: string]: JsonValue }): string {
  const helper = typeof entry['kind'] === 'string' ? helperOf(entry['kind']) : ''
  const subject = subjectOf(helper)
  const rest = Object.entries(entry).filter(
    ([key]) => key !== 'kind' && key !== 'name' && key !== subject && !QUIET.has(key),
  )
  const [first] = rest
  if (rest.length === 1 && first !== undefined && isFields(first[1]) && 'cel' in first[1])
    return valueInWords(first[1])
  return rest.map(([key, value]) => `${key} ${valueInWords(value)}`).join(', ')
}

// What is as it always is says nothing about a new entry.
const QUIET: ReadonlySet<string> = new Set([
  'every',
  'onLost',
  'always',
  'onError',
  'runOn',
  'env',
  'force',
])

function subjectOf(helper: string): string | undefined {
  return anyNotation(helper)?.subject
}

function anyNotation(helper: string): KindNotation | undefined {
  for (const context of CONTEXTS) {
    const notation = findNotation(context, helper)
    if (notation !== undefined) return notation
  }
  return undefined
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a record of contexts
const CONTEXTS = Object.keys(NOTATION) as (keyof typeof NOTATION)[]

function fieldsInWords(value: { readonly [key: string]: JsonValue }): string {
  if (typeof value['kind'] === 'string') {
    const rest = restInWords(value)
    return rest === '' ? entryInWords(value) : `${entryInWords(value)} (${rest})`
  }
  const entries = Object.entries(value)
  if (entries.length === 0) return 'none'
  return entries.map(([key, inner]) => `${key} ${valueInWords(inner)}`).join(', ')
}

/** Whether two values are the same. */
export function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return canonicalText(a) === canonicalText(b)
}
