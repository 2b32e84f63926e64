// Which lines of a text are other than in the text before: what is marked beside the code of a draft.

import { Chunk } from '@codemirror/merge'
import { Text } from '@codemirror/state'

/** `added`: nothing stood there before; `changed`: something else did. */
export type LineMark = 'added' | 'changed'

/** Texts that have little in common are compared coarsely instead of for seconds. */
const EXACT_ENOUGH = { scanLimit: 500, timeout: 100 }

/** Marks by line, counted from 1. What was taken away leaves none. */
export function markLines(before: string, after: string): ReadonlyMap<number, LineMark> {
  const [was, is] = [before, after].map((text) => Text.of(text.split('\n')))
  const marks = new Map<number, LineMark>()
  if (was === undefined || is === undefined) return marks
  for (const { fromA, toA, fromB, toB } of Chunk.build(was, is, EXACT_ENOUGH)) {
    // A chunk ends behind the line feed of its last line.
    const last = is.lineAt(Math.min(is.length, Math.max(fromB, toB - 1))).number
    if (fromB === toB) continue
    const mark = fromA === toA ? 'added' : 'changed'
    for (let line = is.lineAt(fromB).number; line <= last; line += 1) marks.set(line, mark)
  }
  return marks
}
