// From the tree of a YAML document to the JSON of a definition, and where each part of it stands in the text.

import type { JsonValue } from '@lockstep/domain'

import { withQuestion, type Pointer } from '../mistake/finding.ts'
import { findNearest, listInWords } from '../mistake/nearest.ts'
import {
  CONTEXT_WORDS,
  findNotation,
  NOTATION,
  readingOf,
  type Context,
  type KindNotation,
  type Reading,
} from '../notation/notation.ts'
import { kindOf } from '../schema/kind.ts'
import { pointerKey } from './origin.ts'
import type { Span, TextMistake, YamlMap, YamlNode } from './yaml-tree.ts'

/** Where the parts of a definition stand: its values, and the keys they stand under. */
export type Spans = { readonly values: Map<string, Span>; readonly keys: Map<string, Span> }

export type YamlDefinition = {
  readonly json: JsonValue
  readonly spans: Spans
  /** What cannot be a definition at all, such as an entry of an unknown kind. */
  readonly mistakes: readonly (TextMistake & { readonly at: Pointer })[]
}

/** The definition of one YAML document. */
export function readYamlDefinition(document: YamlNode): YamlDefinition {
  const reader = new Reader()
  const json = reader.entry(document, 'definition', [])
  return { json, spans: reader.spans, mistakes: reader.mistakes }
}

class Reader {
  readonly spans: Spans = { values: new Map(), keys: new Map() }
  readonly mistakes: (TextMistake & { readonly at: Pointer })[] = []

  /** An entry of a list, or a document: a map whose first key is the kind, or the kind alone. */
  entry(node: YamlNode, context: Context, at: Pointer): JsonValue {
    this.spans.values.set(pointerKey(at), firstLineOf(node))
    if (node.kind === 'scalar' && typeof node.value === 'string') {
      const notation = this.#notation(node, node.value, context, at)
      return notation === undefined ? null : { kind: kindOf(node.value) }
    }
    const first = node.kind === 'map' ? node.entries[0] : undefined
    if (node.kind !== 'map' || first === undefined) {
      this.#complain(node, at, 'wrong_type', `This is not a ${CONTEXT_WORDS[context]}.`)
      return null
    }
    const helper = String(first.key.value)
    const notation = this.#notation(first.key, helper, context, at)
    if (notation === undefined) return null
    return this.#fields(node, helper, notation, at)
  }

  #fields(node: YamlMap, helper: string, notation: KindNotation, at: Pointer): JsonValue {
    const fields: [string, JsonValue][] = [['kind', kindOf(helper)]]
    const [first, ...rest] = node.entries
    if (first === undefined) return null
    if (notation.subject === undefined) fields.push(...this.#settings(first.value, notation, at))
    else {
      const inner = [...at, notation.subject]
      this.spans.keys.set(pointerKey(inner), first.key)
      fields.push([
        notation.subject,
        this.#read(first.value, readingOf(notation, notation.subject), inner),
      ])
    }
    for (const { key, value } of rest) {
      const field = String(key.value)
      // `kind` is the first key; written as a field it is unknown, like any other.
      const inner = [...at, field]
      this.spans.keys.set(pointerKey(inner), key)
      fields.push([
        field === 'kind' ? 'kind ' : field,
        this.#read(value, readingOf(notation, field), inner),
      ])
    }
    return Object.fromEntries(fields)
  }

  // `tests: { passRate: 100% }`: the kind has no name, its value holds the settings.
  #settings(node: YamlNode, notation: KindNotation, at: Pointer): [string, JsonValue][] {
    if (node.kind === 'scalar' && node.value === null) return []
    if (node.kind !== 'map') {
      this.#complain(node, at, 'wrong_type', 'Here stand settings, as a map of fields.')
      return []
    }
    return node.entries.map(({ key, value }): [string, JsonValue] => {
      const field = String(key.value)
      const inner = [...at, field]
      this.spans.keys.set(pointerKey(inner), key)
      return [field, this.#read(value, readingOf(notation, field), inner)]
    })
  }

  #read(node: YamlNode, reading: Reading, at: Pointer): JsonValue {
    this.spans.values.set(pointerKey(at), firstLineOf(node))
    if (reading === 'value') return this.#value(node, at)
    if (reading === 'reference') return this.#reference(node, at)
    if ('entry' in reading) return this.entry(node, reading.entry, at)
    if ('list' in reading) {
      if (node.kind !== 'list') return this.#value(node, at)
      return node.items.map((item, index) => this.entry(item, reading.list, [...at, index]))
    }
    if (node.kind !== 'map') return this.#value(node, at)
    return this.#map(node, at, (value, inner) => this.#read(value, reading.map, inner))
  }

  #value(node: YamlNode, at: Pointer): JsonValue {
    this.spans.values.set(pointerKey(at), firstLineOf(node))
    if (node.kind === 'scalar') return node.value
    if (node.kind === 'list')
      return node.items.map((item, index) => this.#value(item, [...at, index]))
    return this.#map(node, at, (value, inner) => this.#value(value, inner))
  }

  #map(node: YamlMap, at: Pointer, read: (value: YamlNode, at: Pointer) => JsonValue): JsonValue {
    return Object.fromEntries(
      node.entries.map(({ key, value }): [string, JsonValue] => {
        const inner = [...at, String(key.value)]
        this.spans.keys.set(pointerKey(inner), key)
        return [String(key.value), read(value, inner)]
      }),
    )
  }

  #reference(node: YamlNode, at: Pointer): JsonValue {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') return this.#value(node, at)
    const slash = node.value.indexOf('/')
    if (slash === -1) return { name: node.value }
    return { project: node.value.slice(0, slash), name: node.value.slice(slash + 1) }
  }

  #notation(span: Span, helper: string, context: Context, at: Pointer): KindNotation | undefined {
    const notation = findNotation(context, helper)
    if (notation !== undefined) return notation
    const helpers = Object.keys(NOTATION[context])
    const nearest = findNearest(helper, helpers)
    const sentence =
      helpers.length === 1
        ? `A ${CONTEXT_WORDS[context]} begins with "${helpers[0] ?? ''}".`
        : `There is no ${CONTEXT_WORDS[context]} "${helper}". There are ${listInWords(helpers)}.`
    this.#complain(span, at, 'unknown_kind', withQuestion(sentence, nearest), nearest)
    return undefined
  }

  #complain(
    span: Span,
    at: Pointer,
    code: TextMistake['code'],
    message: string,
    nearest?: string,
  ): void {
    this.mistakes.push({
      code,
      message,
      at,
      start: span.start,
      end: span.end,
      ...(nearest === undefined ? {} : { nearest }),
    })
  }
}

// What is pointed at is where something begins: the first key of a map, the first entry of a list.
function firstLineOf(node: YamlNode): Span {
  if (node.kind === 'map') return node.entries[0]?.key ?? node
  if (node.kind === 'list') return node.items[0] === undefined ? node : firstLineOf(node.items[0])
  return node
}
