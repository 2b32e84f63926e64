import { assertInvariant } from './invariant.ts'
import type { JsonValue } from './json.ts'

/**
 * The one text of a JSON value (RFC 8785): keys sorted by UTF-16 units, no white space, numbers as ECMAScript prints
 * them. Equal values have equal text, so the digest of this text names the value. Refuses numbers and text that JSON
 * or UTF-8 cannot carry: not finite, lone surrogates.
 */
export function canonicalText(value: JsonValue): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') {
    assertInvariant(Number.isFinite(value), 'a number in canonical text is finite')
    return String(Object.is(value, -0) ? 0 : value)
  }
  if (isList(value)) return `[${value.map(canonicalText).join(',')}]`
  return `{${entriesInOrder(value).join(',')}}`
}

function entriesInOrder(value: { readonly [key: string]: JsonValue }): string[] {
  return Object.entries(value)
    .filter(([, child]) => child !== undefined) // As JSON: an absent field and one that is not there are the same.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, child]) => `${quoted(key)}:${canonicalText(child)}`)
}

// JSON.stringify escapes exactly what RFC 8785 asks for, but would write a lone surrogate as an escape.
function quoted(text: string): string {
  assertInvariant(text.isWellFormed(), 'text in canonical text has no lone surrogate')
  return JSON.stringify(text)
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
