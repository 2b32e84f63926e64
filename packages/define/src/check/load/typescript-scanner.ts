// Finds arguments and fields of a call in the text of a TypeScript file. It reads brackets, strings, templates and
// comments, and needs no more of the language than that.

import type { Span } from './yaml-tree.ts'

/** The parts of a bracketed list, such as arguments, elements or fields, without the space around them. */
export function splitList(source: string, open: number): Span[] {
  const parts: Span[] = []
  let start = open + 1
  for (let index = open + 1; index < source.length; index++) {
    const character = source[index] ?? ''
    if (CLOSING.has(character)) {
      pushPart(parts, source, start, index)
      return parts
    }
    if (character === ',') {
      pushPart(parts, source, start, index)
      start = index + 1
    } else index = skip(source, index)
  }
  return parts
}

/** The key and the value of a field of an object literal; undefined for spreads. */
export function splitField(
  source: string,
  field: Span,
): { key: Span; name: string; value: Span } | undefined {
  const text = source.slice(field.start, field.end)
  const match = /^(?:([A-Za-z_$][\w$]*)|'([^'\\]*)'|"([^"\\]*)")\s*(:|$)/.exec(text)
  if (match === null) return undefined
  const name = match[1] ?? match[2] ?? match[3] ?? ''
  const keyLength = match[1] === undefined ? name.length + 2 : name.length
  const key = { start: field.start, end: field.start + keyLength }
  if (match[4] === '') return { key, name, value: field }
  return { key, name, value: trimmed(source, field.start + match[0].length, field.end) }
}

/** The word that begins here: the name of the helper that is called. */
export function wordAt(source: string, offset: number): Span {
  let end = offset
  while (end < source.length && /[\w$]/.test(source[end] ?? '')) end++
  return { start: offset, end }
}

/** The opening parenthesis of a call whose name begins here; undefined if this is no call. */
export function findCall(source: string, offset: number): number | undefined {
  let index = wordAt(source, offset).end
  while (index < source.length && /\s/.test(source[index] ?? '')) index++
  return source[index] === '(' && index > offset ? index : undefined
}

const CLOSING: ReadonlySet<string> = new Set([')', ']', '}'])

// The last character of what begins here and must not be looked into: strings, templates, comments, brackets.
function skip(source: string, index: number): number {
  const character = source[index]
  if (character === '(' || character === '[' || character === '{') return closeOf(source, index)
  if (character === "'" || character === '"') return endOfString(source, index)
  if (character === '`') return endOfTemplate(source, index)
  if (source.startsWith('//', index)) return endOr(source, source.indexOf('\n', index))
  if (source.startsWith('/*', index)) return endOr(source, source.indexOf('*/', index + 2)) + 1
  return index
}

/** The bracket that closes the one at this offset. */
export function closeOf(source: string, open: number): number {
  const depth = [open]
  for (let index = open + 1; index < source.length; index++) {
    const character = source[index] ?? ''
    if (CLOSING.has(character)) {
      depth.pop()
      if (depth.length === 0) return index
    } else if (character === '(' || character === '[' || character === '{') depth.push(index)
    else index = skip(source, index)
  }
  return source.length
}

function endOfString(source: string, open: number): number {
  for (let index = open + 1; index < source.length; index++) {
    if (source[index] === '\\') index++
    else if (source[index] === source[open]) return index
  }
  return source.length
}

/** The last character of the template that begins here. */
export function endOfTemplate(source: string, open: number): number {
  for (let index = open + 1; index < source.length; index++) {
    if (source[index] === '\\') index++
    else if (source[index] === '`') return index
    else if (source.startsWith('${', index)) index = closeOf(source, index + 1)
  }
  return source.length
}

function endOr(source: string, index: number): number {
  return index === -1 ? source.length : index
}

function pushPart(parts: Span[], source: string, start: number, end: number): void {
  const part = trimmed(source, start, end)
  if (part.end > part.start) parts.push(part)
}

function trimmed(source: string, from: number, to: number): Span {
  let start = from
  for (;;) {
    while (start < to && /\s/.test(source[start] ?? '')) start++
    if (!source.startsWith('//', start) && !source.startsWith('/*', start)) break
    start = Math.min(to, skip(source, start) + 1)
  }
  let end = to
  while (end > start && /\s/.test(source[end - 1] ?? '')) end--
  return { start, end }
}
