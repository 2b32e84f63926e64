// Places in TypeScript: every helper knows where it was called; what it was given is found in the text of that call.

import { helperOf } from '../schema/kind.ts'
import { valueAt } from '../schema/findings.ts'
import { NOTATION, type KindNotation } from '../notation/notation.ts'
import {
  countLines,
  pointerKey,
  type Lines,
  type Origin,
  type Position,
  type Wanted,
} from './origin.ts'
import { endOfTemplate, findCall, splitField, splitList, wordAt } from './typescript-scanner.ts'
import type { Span } from './yaml-tree.ts'

/** Where one part of a definition was made: the call of its helper. */
export type CallPlace = { readonly file: string; readonly line: number; readonly column: number }

/** The origin of a definition that was written in TypeScript. `textOf` gives the text of a file, if it may be shown. */
export function typescriptOrigin(definition: {
  readonly json: unknown
  readonly places: ReadonlyMap<string, CallPlace>
  readonly textOf: (file: string) => string | undefined
}): Origin {
  const { json, places, textOf } = definition
  return {
    locate: (wanted) => {
      for (let length = wanted.at.length; length >= 0; length--) {
        const around = wanted.at.slice(0, length)
        const place = places.get(pointerKey(around))
        if (place === undefined) continue
        const text = textOf(place.file)
        if (text === undefined) return place
        const lines = countLines(text)
        const call = {
          text,
          offset: lines.offsetAt(place.line, place.column),
          value: valueAt(json, around),
        }
        const span = findInCall(call, { ...wanted, at: wanted.at.slice(length) })
        return positionOf(place.file, lines, text, span)
      }
      return { file: '', line: 0, column: 0 }
    },
  }
}

/** The position of a span; what goes over more than one line is underlined to the end of its first. */
export function positionOf(file: string, lines: Lines, text: string, span: Span): Position {
  const lineEnd = text.indexOf('\n', span.start)
  const end = lineEnd === -1 ? span.end : Math.min(span.end, lineEnd)
  return { file, ...lines.positionAt(span.start), length: Math.max(1, end - span.start) }
}

type Call = { readonly text: string; readonly offset: number; readonly value: unknown }

function findInCall(call: Call, wanted: Wanted): Span {
  const { text, offset } = call
  if (text[offset] === '`') return findInTemplate(text, offset, wanted)
  const open = findCall(text, offset)
  const field = wanted.at[0]
  if (open === undefined || field === undefined) return wordAt(text, offset)
  const given = splitList(text, open)
  return (
    findField(text, given, { ...wanted, at: wanted.at }, notationOf(call.value)) ??
    wordAt(text, offset)
  )
}

function findField(
  text: string,
  given: readonly Span[],
  wanted: Wanted,
  notation: KindNotation | undefined,
): Span | undefined {
  const [field, ...rest] = wanted.at
  const index = argumentOf(String(field), notation)
  const positional = index === undefined ? undefined : given[index]
  if (positional !== undefined && (index !== 0 || text[positional.start] !== '{')) {
    return findInside(text, positional, { ...wanted, at: rest })
  }
  for (const argument of given) {
    if (text[argument.start] !== '{') continue
    const found = findInside(text, argument, wanted)
    if (found !== argument) return found
  }
  return undefined
}

// What is wanted inside an expression: of a literal its part, of anything else the whole.
function findInside(text: string, expression: Span, wanted: Wanted): Span {
  const [step, ...rest] = wanted.at
  const template = templateAt(text, expression)
  if (template !== undefined) return findInTemplate(text, template, wanted)
  if (step === undefined) return expression
  if (text[expression.start] === '[' && typeof step === 'number') {
    const item = splitList(text, expression.start)[step]
    return item === undefined ? expression : findInside(text, item, { ...wanted, at: rest })
  }
  if (text[expression.start] === '{') {
    for (const part of splitList(text, expression.start)) {
      const field = splitField(text, part)
      if (field?.name !== String(step)) continue
      if (rest.length === 0 && wanted.key === true) return field.key
      return findInside(text, field.value, { ...wanted, at: rest })
    }
  }
  return expression
}

function templateAt(text: string, expression: Span): number | undefined {
  const word = wordAt(text, expression.start)
  return text[word.end] === '`' && word.end > word.start ? word.end : undefined
}

// An offset into the condition is an offset into the template, as long as nothing was put into it.
function findInTemplate(text: string, open: number, wanted: Wanted): Span {
  const end = endOfTemplate(text, open)
  const whole = { start: open + 1, end }
  if (wanted.offset === undefined || text.slice(open, end).includes('${')) return whole
  const start = whole.start + wanted.offset
  return { start, end: start + (wanted.length ?? 1) }
}

function argumentOf(field: string, notation: KindNotation | undefined): number | undefined {
  if (field === 'group' || field === 'user' || field === 'secret' || field === 'name') return 0
  if (notation === undefined) return undefined
  if (field === notation.subject) return 0
  const index = notation.arguments?.indexOf(field) ?? -1
  return index === -1 ? undefined : index + 1
}

function notationOf(value: unknown): KindNotation | undefined {
  const kind: unknown = valueAt(value, ['kind'])
  if (typeof kind !== 'string') return undefined
  const helper = helperOf(kind)
  for (const kinds of Object.values(NOTATION)) {
    if (Object.hasOwn(kinds, helper)) return kinds[helper]
  }
  return undefined
}
