// One definition that somebody is writing as YAML: what it says so far, and where each part of it stands.

import type { JsonValue } from '@lockstep/domain'

import type { Pointer } from '../mistake/finding.ts'
import { parseDefinition } from '../schema/definition.ts'
import { pointerKey } from './origin.ts'
import { readYamlDefinition } from './yaml-definition.ts'
import { parseYaml, type Span } from './yaml-tree.ts'

export type YamlDraft =
  | {
      readonly ok: true
      /** With every default when it is a valid definition; otherwise as it is written. */
      readonly body: JsonValue
      /** Where this part stands, or the nearest thing around it that is written. */
      readonly locate: (at: Pointer) => Span
    }
  | { readonly ok: false; readonly mistake: Span & { readonly message: string } }

/** Reads the text under the limits of definitions. What cannot be one at all is named with its place. */
export function readYamlDraft(text: string): YamlDraft {
  const tree = parseYaml(text)
  if (!tree.ok) return { ok: false, mistake: tree.mistake }
  const [document, second] = tree.documents
  const whole = { start: 0, end: text.length }
  if (document === undefined) {
    return { ok: false, mistake: { ...whole, message: 'There is nothing here yet.' } }
  }
  if (second !== undefined) {
    const { start, end } = second
    return { ok: false, mistake: { start, end, message: 'Here stands one definition, not two.' } }
  }
  const { json, spans, mistakes } = readYamlDefinition(document)
  const [mistake] = mistakes
  if (mistake !== undefined) return { ok: false, mistake }
  const parsed = parseDefinition(json)
  return {
    ok: true,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a definition is JSON by its schema
    body: parsed.ok ? (parsed.definition as unknown as JsonValue) : json,
    locate(at) {
      for (let length = at.length; length > 0; length -= 1) {
        const span = spans.values.get(pointerKey(at.slice(0, length)))
        if (span !== undefined) return span
      }
      return { start: 0, end: 1 }
    },
  }
}
