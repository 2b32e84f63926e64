// Definitions as they were sent: parsed again, with the places that came along.

import {
  readDefinition,
  type LoadedDefinition,
  type Mistake,
  type Origin,
  type Position,
  type Wanted,
} from '@lockstep/define/check'

/** A definition and where it and its parts were written. */
export interface SentDefinition {
  readonly definition: unknown
  readonly place?: Position | undefined
  readonly places?: readonly SentPlace[] | undefined
}

/** The place of the part that `at` leads to. */
export interface SentPlace {
  readonly at: readonly (string | number)[]
  /** The file of the definition when absent. */
  readonly file?: string | undefined
  readonly line: number
  readonly column: number
  readonly length?: number | undefined
}

/** A definition that its schema accepts, and where it was written; a file is null when nobody said one. */
export interface ReadSent extends LoadedDefinition {
  readonly place: Position | null
}

/** Parses everything that was sent. A mistake of one does not hide those of another. */
export function readSent(
  sent: readonly SentDefinition[],
  own: { readonly project: string; readonly source: string },
): { readonly definitions: readonly ReadSent[]; readonly mistakes: readonly Mistake[] } {
  const definitions: ReadSent[] = []
  const mistakes: Mistake[] = []
  for (const one of sent) {
    const read = readDefinition(one.definition, originOf(one), own)
    if (read.ok) definitions.push({ ...read.loaded, place: one.place ?? null })
    else mistakes.push(...read.mistakes)
  }
  return { definitions, mistakes }
}

/** The place of a part, or of the nearest part around it that has one. */
function originOf({ definition, place, places = [] }: SentDefinition): Origin {
  const known = new Map(places.map((one) => [keyOf(one.at), one]))
  const whole = place ?? { file: '', line: 0, column: 0 }
  return {
    locate(wanted) {
      const { at } = wanted
      for (let length = at.length; length >= 0; length -= 1) {
        const found = known.get(keyOf(at.slice(0, length)))
        if (found === undefined) continue
        const { line, column } = found
        const position = {
          file: found.file ?? whole.file,
          line,
          column,
          ...(found.length === undefined ? {} : { length: found.length }),
        }
        return length < at.length ? position : insideText(position, textAt(definition, at), wanted)
      }
      return whole
    },
  }
}

/** The place of a part of a text, when the text stands in the file letter by letter, with or without quotes around. */
function insideText(
  position: Position,
  text: string | undefined,
  { offset, length = 1 }: Wanted,
): Position {
  if (offset === undefined || text === undefined || position.length === undefined) return position
  const around = position.length - text.length
  if (around !== 0 && around !== 2) return position // Escapes, or something was put into it.
  return { ...position, column: position.column + around / 2 + offset, length }
}

function textAt(definition: unknown, at: readonly (string | number)[]): string | undefined {
  let value: unknown = definition
  for (const key of at) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = Reflect.get(value, key)
  }
  return typeof value === 'string' ? value : undefined
}

function keyOf(at: readonly (string | number)[]): string {
  return JSON.stringify(at.map(String))
}
