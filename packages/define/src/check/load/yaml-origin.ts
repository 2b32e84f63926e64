import { countLines, pointerKey, type Origin } from './origin.ts'
import { positionOf } from './typescript-origin.ts'
import type { Spans } from './yaml-definition.ts'

/** The origin of a definition that was written in YAML. */
export function yamlOrigin(file: string, text: string, spans: Spans): Origin {
  const lines = countLines(text)
  return {
    locate: (wanted) => {
      const key = wanted.key === true ? spans.keys.get(pointerKey(wanted.at)) : undefined
      if (key !== undefined) return positionOf(file, lines, text, key)
      for (let length = wanted.at.length; length >= 0; length--) {
        const span = spans.values.get(pointerKey(wanted.at.slice(0, length)))
        if (span === undefined) continue
        if (length < wanted.at.length || wanted.offset === undefined) {
          return positionOf(file, lines, text, span)
        }
        // Inside the quotes, as long as nothing before the place is escaped.
        const quote = text[span.start] === '"' || text[span.start] === "'" ? 1 : 0
        const start = span.start + quote + wanted.offset
        return positionOf(file, lines, text, { start, end: start + (wanted.length ?? 1) })
      }
      return { file, line: 1, column: 1 }
    },
  }
}
