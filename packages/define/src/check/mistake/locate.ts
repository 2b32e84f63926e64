import type { Origin } from '../load/origin.ts'
import type { Finding } from './finding.ts'
import type { Mistake } from './mistake.ts'
import { presentPath } from './path.ts'

/** A finding as a mistake at its place. `json` is the definition, for the names in the path. */
export function toMistake(finding: Finding, json: unknown, origin: Origin | undefined): Mistake {
  const { code, at, message, nearest, right } = finding
  const position = origin?.locate(finding) ?? { file: '', line: 0, column: 0 }
  return {
    code,
    ...position,
    path: presentPath(json, at),
    message,
    ...(nearest === undefined ? {} : { nearest }),
    ...(right === undefined ? {} : { right }),
  }
}

/** Mistakes in the order in which a reader meets them, each once. */
export function inReadingOrder(mistakes: readonly Mistake[]): Mistake[] {
  const seen = new Set<string>()
  return [...mistakes]
    .sort((a, b) =>
      a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column,
    )
    .filter((mistake) => {
      const key = `${mistake.code} ${mistake.file} ${mistake.line} ${mistake.column} ${mistake.path} ${mistake.message}`
      if (seen.has(key)) return false
      seen.add(key)
      return true
    })
}
