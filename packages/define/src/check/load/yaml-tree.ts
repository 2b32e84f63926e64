// YAML as a tree with places, under the limits of definitions: no anchors, aliases, tags, merge or duplicate keys.

import {
  EVENT_ID,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
  type Event,
} from 'js-yaml'

import type { MistakeCode } from '../mistake/mistake.ts'
import { DEFINITION_NODES_MAX, DEFINITIONS_MAX } from '../schema/limits.ts'

/** A part of a YAML text, from one offset to another. */
export type Span = { readonly start: number; readonly end: number }

export type YamlScalar = Span & {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
}
export type YamlList = Span & { readonly kind: 'list'; readonly items: YamlNode[] }
export type YamlMap = Span & {
  readonly kind: 'map'
  readonly entries: { readonly key: YamlScalar; readonly value: YamlNode }[]
}
export type YamlNode = YamlScalar | YamlList | YamlMap

/** What is wrong in a text, before it is a definition. */
export type TextMistake = Span & {
  readonly code: MistakeCode
  readonly message: string
  readonly nearest?: string
}

export type YamlTree =
  | { readonly ok: true; readonly documents: readonly YamlNode[] }
  | { readonly ok: false; readonly mistake: TextMistake }

/** Levels of lists and maps in a YAML file. */
const YAML_DEPTH_MAX = 48

/** The documents of a YAML text. */
export function parseYaml(text: string): YamlTree {
  try {
    const events = parseEvents(text, { maxDepth: YAML_DEPTH_MAX })
    return { ok: true, documents: new TreeBuilder(text).build(events) }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, mistake: error.mistake }
    return { ok: false, mistake: notReadable(error, text) }
  }
}

class Refused extends Error {
  readonly mistake: TextMistake

  constructor(mistake: TextMistake) {
    super(mistake.message)
    this.mistake = mistake
  }
}

function refuse(code: MistakeCode, start: number, end: number, message: string): never {
  throw new Refused({ code, start, end, message })
}

type Open =
  | { readonly kind: 'document'; content: YamlNode | undefined }
  | { readonly kind: 'list'; readonly list: YamlList }
  | {
      readonly kind: 'map'
      readonly map: YamlMap
      readonly keys: Set<string>
      key: YamlScalar | undefined
    }

/** Builds the tree from the flat events; the stack is its own, so depth costs no calls. */
class TreeBuilder {
  readonly #text: string
  readonly #open: Open[] = []
  readonly #documents: YamlNode[] = []
  #nodes = 0

  constructor(text: string) {
    this.#text = text
  }

  build(events: readonly Event[]): YamlNode[] {
    for (const event of events) this.#take(event)
    return this.#documents
  }

  #take(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        if (event.directives.length > 0) {
          refuse('yaml_tag', 0, 1, 'Definitions have no YAML directives.')
        }
        if (this.#documents.length >= DEFINITIONS_MAX) {
          refuse('too_many', 0, 1, `A file has at most ${DEFINITIONS_MAX} documents.`)
        }
        this.#open.push({ kind: 'document', content: undefined })
        return
      case EVENT_ID.SEQUENCE: {
        this.#refuseExtras(event)
        const list: YamlList = {
          kind: 'list',
          items: [],
          start: event.start,
          end: this.#endOf(event.start),
        }
        this.#add(list)
        this.#open.push({ kind: 'list', list })
        return
      }
      case EVENT_ID.MAPPING: {
        this.#refuseExtras(event)
        const map: YamlMap = {
          kind: 'map',
          entries: [],
          start: event.start,
          end: this.#endOf(event.start),
        }
        this.#add(map)
        this.#open.push({ kind: 'map', map, keys: new Set(), key: undefined })
        return
      }
      case EVENT_ID.SCALAR:
        this.#refuseExtras(event)
        this.#add(this.#scalar(event))
        return
      case EVENT_ID.ALIAS:
        refuse(
          'yaml_alias',
          event.anchorStart - 1,
          event.anchorEnd,
          'Definitions have no YAML aliases. Write it out, or write the definition in TypeScript.',
        )
        return
      case EVENT_ID.POP:
        this.#close()
    }
  }

  // Only what is empty is pointed at as a whole; otherwise its first entry is.
  #endOf(start: number): number {
    const empty = /^(?:\{\s*\}|\[\s*\])/.exec(this.#text.slice(start, start + 80))
    return start + (empty?.[0].length ?? 1)
  }

  #scalar(event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>): YamlScalar {
    const text = getScalarValue(this.#text, event)
    const plain = event.style === SCALAR_STYLE.PLAIN
    const quoted =
      event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED
    const margin = quoted ? 1 : 0
    return {
      kind: 'scalar',
      value: plain ? plainValue(text) : text,
      start: Math.max(0, event.valueStart - margin),
      end: event.valueEnd + margin,
    }
  }

  #refuseExtras(event: {
    anchorStart: number
    anchorEnd: number
    tagStart: number
    tagEnd: number
  }): void {
    if (event.anchorStart !== -1) {
      refuse(
        'yaml_anchor',
        event.anchorStart - 1,
        event.anchorEnd,
        'Definitions have no YAML anchors. What is used twice is a function or a constant in TypeScript.',
      )
    }
    if (event.tagStart !== -1) {
      refuse('yaml_tag', event.tagStart, event.tagEnd, 'Definitions have no YAML tags.')
    }
  }

  #add(node: YamlNode): void {
    if (++this.#nodes > DEFINITION_NODES_MAX) {
      refuse(
        'too_large',
        node.start,
        node.end,
        `A file has at most ${DEFINITION_NODES_MAX.toLocaleString('en')} values.`,
      )
    }
    const around = this.#open.at(-1)
    if (around === undefined) return
    if (around.kind === 'document') {
      around.content = node
      return
    }
    if (around.kind === 'list') {
      around.list.items.push(node)
      return
    }
    if (around.key !== undefined) {
      around.map.entries.push({ key: around.key, value: node })
      around.key = undefined
      return
    }
    around.key = this.#key(node, around.keys)
  }

  #key(node: YamlNode, keys: Set<string>): YamlScalar {
    if (node.kind !== 'scalar' || node.value === null) {
      return refuse('yaml_not_readable', node.start, node.end, 'A key is a word.')
    }
    const written = this.#text.slice(node.start, node.end)
    if (written === '<<') {
      refuse('yaml_merge_key', node.start, node.end, 'Definitions have no YAML merge keys.')
    }
    const key = String(node.value)
    if (keys.has(key)) refuse('duplicate_key', node.start, node.end, `"${key}" stands here twice.`)
    keys.add(key)
    return node
  }

  #close(): void {
    const closed = this.#open.pop()
    if (closed?.kind === 'document' && closed.content !== undefined)
      this.#documents.push(closed.content)
  }
}

// The scalars of JSON, and nothing of the rest of YAML: no octal, no dates, no yes and no.
function plainValue(text: string): string | number | boolean | null {
  if (text === '' || text === 'null' || text === '~') return null
  if (text === 'true') return true
  if (text === 'false') return false
  if (/^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(text)) return Number(text)
  return text
}

function notReadable(error: unknown, text: string): TextMistake {
  const position = error instanceof YAMLException ? (error.mark?.position ?? 0) : 0
  const start = Math.max(0, Math.min(position, text.length - 1))
  const reason = error instanceof YAMLException ? error.reason : 'it cannot be parsed'
  const deep = reason.includes('maxDepth')
  return {
    code: deep ? 'too_deep' : 'yaml_not_readable',
    message: deep
      ? `This is nested more than ${YAML_DEPTH_MAX} levels deep.`
      : `This is not readable as YAML: ${reason}.`,
    start,
    end: start + 1,
  }
}
