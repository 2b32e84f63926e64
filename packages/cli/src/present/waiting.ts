// The runs that wait for other people: to approve, to do something, to retry or skip what has failed.

import type { Run } from '../documents.ts'
import { padded } from './layout.ts'
import { markOf } from '../terminal/style.ts'
import { msOf, presentWait, type View } from './time.ts'

/** A line for each run, who waits longest first, and how many are not told. */
export function presentWaiting(
  runs: readonly Pick<Run, 'state' | 'address' | 'waitsFor' | 'startedAt'>[],
  more: { readonly count: number; readonly andOlder: boolean },
  view: View,
): string {
  const lines = runs
    .map(({ state, address, waitsFor, startedAt }) => {
      const first = waitsFor.find(({ on }) => on === 'person')
      return { state, address, what: first?.what ?? '', sinceMs: msOf(first?.since ?? startedAt) }
    })
    .toSorted((one, other) => one.sinceMs - other.sinceMs)
    .map(({ state, address, what, sinceMs }) => {
      const waits = padded(presentWait(view.nowMs - sinceMs), 12)
      return `  ${markOf(state)} ${padded(address, 44)}${waits}${what}`
    })
  return ['Waits for others', ...lines, ...presentMore(more)].join('\n')
}

function presentMore({
  count,
  andOlder,
}: {
  readonly count: number
  readonly andOlder: boolean
}): readonly string[] {
  if (count === 0) return []
  return [`  and ${andOlder ? 'more than ' : ''}${count} more:  lockstep run list --state waiting`]
}
