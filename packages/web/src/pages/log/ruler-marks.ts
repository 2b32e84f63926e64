// Where lines are marked on the ruler of a log: as shares of its height, no finer than people see.

import type { LogRows } from './log-rows.ts'

const STEP_PERCENT = 0.25

/** Different heights in percent, whatever the number of lines. Lines that are folded are marked at their group. */
export function shareMarks(rows: LogRows, lines: readonly number[]): readonly number[] {
  const shares = new Set<number>()
  for (const line of lines) {
    const share = (100 * rows.rowOf(line)) / Math.max(1, rows.count)
    shares.add(Math.round(share / STEP_PERCENT) * STEP_PERCENT)
  }
  return [...shares]
}
