import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { searchQuery, type LogPlace } from './log-queries.ts'

export interface Hits {
  readonly words: string
  /** All in the log; undefined: not known yet. */
  readonly count: number | undefined
  /** The lines of the hits, one for each. */
  readonly lines: readonly number[]
  readonly error: unknown
  /** From 0 on; null: none was gone to. */
  readonly current: number | null
  /** The current hit: its line, and which of that line's it is. */
  readonly place: { readonly line: number; readonly index: number } | null
  /** Goes to the next or previous hit, and says its line. */
  readonly go: (step: 1 | -1, from: number) => number | undefined
}

const NONE: readonly number[] = []

/** What the server has found in the whole log. */
export function useHits(place: LogPlace, words: string, isAll: boolean): Hits {
  const { data, error } = useQuery(searchQuery(place, words, isAll))
  const [gone, setGone] = useState<{ readonly words: string; readonly at: number } | null>(null)
  const lines = words === '' ? NONE : (data?.lines ?? NONE)
  const current = gone !== null && gone.words === words && gone.at < lines.length ? gone.at : null
  const line = current === null ? undefined : lines[current]
  return {
    words,
    count: words === '' || data?.words !== words ? undefined : data.count,
    lines,
    error,
    current,
    place:
      line === undefined || current === null
        ? null
        : { line, index: current - lines.indexOf(line) },
    go(step, from) {
      if (lines.length === 0) return undefined
      const at = current === null ? firstFrom(lines, from, step) : current + step
      const next = (at + lines.length) % lines.length
      setGone({ words, at: next })
      return lines[next]
    },
  }
}

/** Without a current hit the first one at or after the line in sight is meant, or the last before it. */
function firstFrom(lines: readonly number[], from: number, step: 1 | -1): number {
  if (step === -1) return lines.findLastIndex((line) => line < from)
  return Math.max(
    0,
    lines.findIndex((line) => line >= from),
  )
}
