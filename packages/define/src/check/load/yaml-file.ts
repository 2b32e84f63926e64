// One YAML file: from its text to definitions with places, or mistakes.

import { toMistake } from '../mistake/locate.ts'
import type { Mistake } from '../mistake/mistake.ts'
import { countLines } from './origin.ts'
import { readDefinition, type LoadedDefinition, type OwnSource } from './read-definition.ts'
import { positionOf } from './typescript-origin.ts'
import { readYamlDefinition } from './yaml-definition.ts'
import { yamlOrigin } from './yaml-origin.ts'
import { parseYaml, type TextMistake } from './yaml-tree.ts'

/** Definitions and mistakes of a file. */
export type Found = { readonly definitions: LoadedDefinition[]; readonly mistakes: Mistake[] }

/** The definitions of a YAML text: one a document. */
export function loadYaml(file: string, text: string, own: OwnSource): Found {
  const tree = parseYaml(text)
  if (!tree.ok) return { definitions: [], mistakes: [textMistake(file, text, tree.mistake)] }
  const found: Found = { definitions: [], mistakes: [] }
  for (const document of tree.documents) {
    const { json, spans, mistakes } = readYamlDefinition(document)
    if (mistakes.length > 0) {
      found.mistakes.push(
        ...mistakes.map((mistake) => ({
          ...textMistake(file, text, mistake),
          path: toMistake({ ...mistake, at: mistake.at }, json, undefined).path,
        })),
      )
      continue
    }
    const read = readDefinition(json, yamlOrigin(file, text, spans), own)
    if (read.ok) found.definitions.push(read.loaded)
    else found.mistakes.push(...read.mistakes.map((mistake) => withRightLine(mistake, text)))
  }
  return found
}

/** A mistake of the text itself. */
export function textMistake(file: string, text: string, mistake: TextMistake): Mistake {
  const { code, message, nearest } = mistake
  const position = positionOf(file, countLines(text), text, mistake)
  return { code, ...position, path: '', message, ...(nearest === undefined ? {} : { nearest }) }
}

// `approvers: [{ group: qa }]` → `by: [{ group: qa }]`: in YAML the line with the right key is what would be right.
function withRightLine(mistake: Mistake, text: string): Mistake {
  if (mistake.code !== 'unknown_field' || mistake.nearest === undefined) return mistake
  const line = text.split('\n', mistake.line)[mistake.line - 1] ?? ''
  const rest = line.slice(mistake.column - 1 + (mistake.length ?? 0)).trimEnd()
  const flow = /[,}]\s*$/.test(rest) && !/^:\s*[[{]/.test(rest)
  return flow || !rest.startsWith(':') ? mistake : { ...mistake, right: mistake.nearest + rest }
}
