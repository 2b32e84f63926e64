// A definition as YAML, in the notation that is read again as the same definition.

import type { JsonValue } from '@lockstep/domain'
import { dump } from 'js-yaml'

import { parseDefinition, type Definition } from '../schema/definition.ts'
import { helperOf } from '../schema/kind.ts'
import { findNotation, readingOf, type Context, type Reading } from './notation.ts'
import { isFields, isList, withoutDefaults } from './sparse.ts'

/** A definition as one YAML document that says as little as possible. Read again, it has the same digest. */
export function presentAsYaml(definition: Definition): string {
  return printed(withoutDefaults(definition))
}

/** As `presentAsYaml`, also of what is no valid definition: then it says what is there, defaults too. */
export function presentDraftAsYaml(draft: JsonValue): string {
  const parsed = parseDefinition(draft)
  return parsed.ok ? presentAsYaml(parsed.definition) : printed(draft)
}

function printed(value: JsonValue): string {
  return dump(toEntry(value, 'definition'), { lineWidth: 110, noRefs: true })
}

function toEntry(value: JsonValue, context: Context): unknown {
  if (!isFields(value) || typeof value['kind'] !== 'string') return value
  const helper = helperOf(value['kind'])
  const notation = findNotation(context, helper)
  if (notation === undefined) return value
  const { subject } = notation
  const written = Object.entries(value)
    .filter(([key]) => key !== 'kind' && key !== subject)
    .map(([key, inner]): [string, unknown] => [key, toField(inner, readingOf(notation, key))])
  if (subject === undefined) {
    return written.length === 0 ? helper : { [helper]: Object.fromEntries(written) }
  }
  const first = toField(value[subject] ?? null, readingOf(notation, subject))
  return Object.fromEntries([[helper, first], ...written])
}

function toField(value: JsonValue, reading: Reading): unknown {
  if (reading === 'value') return value
  if (reading === 'reference') return isFields(value) ? referenceText(value) : value
  if ('entry' in reading) return toEntry(value, reading.entry)
  if ('list' in reading)
    return isList(value) ? value.map((entry) => toEntry(entry, reading.list)) : value
  if (!isFields(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, toField(inner, reading.map)]),
  )
}

function referenceText(reference: { readonly [key: string]: JsonValue }): string {
  const { project, name } = reference
  const own = typeof name === 'string' ? name : ''
  return typeof project === 'string' ? `${project}/${own}` : own
}
