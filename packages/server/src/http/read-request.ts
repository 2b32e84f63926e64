// Reads the parts of a request by the schemas of its route. Nothing is coerced, nothing unknown is dropped.

import {
  decodeQuery,
  isRaw,
  refused,
  shapeOf,
  type AnyRoute,
  type Refused,
} from '@lockstep/contract'
import * as z from 'zod/mini'
import { NOT_FOUND } from './authorize.ts'
import { checkText, MalformedJson, parseStrictJson } from './strict-json.ts'

type Unreadable = Refused<
  'malformed_request' | 'unknown_field' | 'invalid_field' | 'not_found' | 'unsupported_media_type'
>
type Part = { readonly ok: true; readonly value: Readonly<Record<string, unknown>> } | Unreadable

/** The fields of the path. An id that has no such form names nothing: 404, as for one that is not there. */
export function readParams(route: AnyRoute, raw: Readonly<Record<string, unknown>>): Part {
  const parsed = z.safeParse(route.params, { ...raw })
  return parsed.success ? { ok: true, value: asFields(parsed.data) } : NOT_FOUND
}

/** The fields behind the question mark. */
export function readQuery(route: AnyRoute, url: string): Part {
  const at = url.indexOf('?')
  const text = at < 0 ? '' : url.slice(at + 1)
  try {
    checkText(decodeURIComponent(text.replaceAll('+', ' ')))
  } catch (error) {
    if (error instanceof MalformedJson) return refused('malformed_request', error.message)
    return refused(
      'malformed_request',
      'The address has a % that is not followed by two hex digits of UTF-8.',
    )
  }
  return parse(route.query, decodeQuery(route.query, new URLSearchParams(text)), 'query')
}

/** The JSON body; a route without body fields takes none, or an empty object. */
export function readBody(route: AnyRoute, text: unknown): Part {
  if (isRaw(route.body)) return { ok: true, value: {} }
  if (typeof text !== 'string') {
    if (Object.keys(shapeOf(route.body)).length === 0) return { ok: true, value: {} }
    return refused(
      'malformed_request',
      'This needs a body of JSON, with the header Content-Type: application/json.',
    )
  }
  try {
    return parse(route.body, parseStrictJson(text), 'body')
  } catch (error) {
    if (error instanceof MalformedJson) return refused('malformed_request', error.message)
    throw error
  }
}

function parse(schema: z.core.$ZodType, value: unknown, part: 'query' | 'body'): Part {
  const parsed = z.safeParse(schema, value)
  if (parsed.success) return { ok: true, value: asFields(parsed.data) }
  return refusalFrom(parsed.error, schema, part, value)
}

function refusalFrom(
  error: z.core.$ZodError,
  schema: z.core.$ZodType,
  part: 'query' | 'body',
  value: unknown,
): Unreadable {
  const issue = error.issues.find(({ code }) => code === 'unrecognized_keys') ?? error.issues[0]
  if (issue?.code === 'unrecognized_keys') {
    const field = issue.keys[0] ?? ''
    const known = issue.path.length === 0 ? Object.keys(shapeOf(schema)) : []
    const nearest = nearestOf(field, known)
    const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`
    const has = known.length === 0 ? '' : ` It has ${known.join(', ')}.`
    return refused('unknown_field', `"${field}" is not known in the ${part} here.${hint || has}`, {
      field: [...issue.path, field].join('.'),
      nearest: nearest ?? null,
    })
  }
  const field = issue?.path.join('.') ?? ''
  return refused(
    'invalid_field',
    `${field === '' ? `The ${part}` : `"${field}" in the ${part}`} is not acceptable: ${ended(issue === undefined ? 'invalid' : ruleOf(issue, valueAt(value, issue.path)))}`,
    { field },
  )
}

function ended(sentence: string): string {
  return sentence.endsWith('?') ? sentence : `${sentence}.`
}

/** What a field must be; a pattern says it itself, in the contract. */
function ruleOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'too_big') return `${counted(issue.maximum, issue.origin)} at most`
  if (issue.code === 'too_small') return `${counted(issue.minimum, issue.origin)} at least`
  if (issue.code === 'invalid_value') return ruleOfWords(issue.values.map(String), value)
  if (issue.code === 'invalid_type') return `a value of the type ${issue.expected} is needed`
  if (issue.code === 'invalid_union') {
    const rules = issue.errors.flatMap(([first]) =>
      first === undefined ? [] : [ruleOf(first, value)],
    )
    return rules.length === 0 ? issue.message : [...new Set(rules)].join('; or ')
  }
  return issue.message
}

const WORDS_LISTED = 12

/** One of few words, or of so many that the nearest says more than all. */
function ruleOfWords(words: readonly string[], value: unknown): string {
  if (words.length <= WORDS_LISTED || typeof value !== 'string') {
    return `use one of ${words.join(', ')}`
  }
  const nearest = nearestOf(value, words)
  const hint =
    nearest === undefined
      ? `, such as ${words.slice(0, WORDS_LISTED).join(', ')}`
      : `. Did you mean "${nearest}"?`
  return `"${value.slice(0, 60)}" is none of the ${words.length} that there are${hint}`
}

/** What stands at a place of what was sent. */
function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? Reflect.get(at, key)
        : undefined,
    value,
  )
}

function counted(many: number | bigint, origin: string): string {
  if (origin !== 'string' && origin !== 'array') return String(many)
  const [one, more] = origin === 'string' ? ['character', 'characters'] : ['entry', 'entries']
  return `${many} ${Number(many) === 1 ? one : more}`
}

/** The known word that is at most two edits away. */
function nearestOf(word: string, known: readonly string[]): string | undefined {
  return known
    .map((candidate) => ({
      candidate,
      distance: editDistance(word.toLowerCase().slice(0, 60), candidate.toLowerCase()),
    }))
    .filter(({ distance }) => distance <= 2)
    .toSorted((a, b) => a.distance - b.distance)[0]?.candidate
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

function asFields(value: unknown): Readonly<Record<string, unknown>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every part of a route is an object schema
  return value as Readonly<Record<string, unknown>>
}
