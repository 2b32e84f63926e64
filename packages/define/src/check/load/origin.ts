import type { Pointer } from '../mistake/finding.ts'

/** A place in a file. Lines and columns count from 1. */
export type Position = {
  readonly file: string
  readonly line: number
  readonly column: number
  /** Characters from there on that are meant, on the same line. */
  readonly length?: number
}

/** What of the JSON of a definition is looked for. */
export type Wanted = {
  readonly at: Pointer
  readonly key?: true
  readonly offset?: number
  readonly length?: number
}

/** Where the parts of one definition were written. */
export interface Origin {
  /** The place of this part, or of the nearest thing around it whose place is known. */
  locate(wanted: Wanted): Position
}

/** The lines of a text: from offsets to lines and back. */
export type Lines = {
  positionAt(offset: number): { line: number; column: number }
  offsetAt(line: number, column: number): number
}

/** Counts the lines of a text once. */
export function countLines(text: string): Lines {
  const starts = [0]
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1)) {
    starts.push(index + 1)
  }
  return {
    positionAt: (offset) => {
      let low = 0
      let high = starts.length - 1
      while (low < high) {
        const middle = Math.ceil((low + high) / 2)
        if ((starts[middle] ?? 0) <= offset) low = middle
        else high = middle - 1
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
    },
    offsetAt: (line, column) => (starts[line - 1] ?? 0) + column - 1,
  }
}

/** The pointer as a key of a map. */
export function pointerKey(at: Pointer): string {
  return at.join('\u0000')
}
