// The last runs of a pipeline as small bars: how each ended, and how long it took beside the others.

import type { RunStatus } from '@lockstep/domain'
import { shownStateOf, STATE_WORDS, type ShownState } from '../../ui/state.ts'

interface BarRun {
  readonly state: RunStatus
  readonly startedAt: string
  readonly finishedAt: string | null
}

export interface RunBar {
  readonly state: ShownState
  /** 0 to 1 of the longest. */
  readonly height: number
}

const HEIGHT_MIN = 0.25

/** Oldest first, as people read time. `runs`: newest first, as the server lists them. */
export function runBars(runs: readonly BarRun[], now: number): readonly RunBar[] {
  const took = runs.map(({ startedAt, finishedAt }) =>
    Math.max(0, (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt)),
  )
  const longest = Math.max(1, ...took)
  return runs
    .map(({ state }, at) => ({
      state: shownStateOf(state),
      height: Math.max(HEIGHT_MIN, Math.sqrt((took[at] ?? 0) / longest)),
    }))
    .toReversed()
}

/** "12 runs: 10 passed, 2 failed": what the bars say to who does not see them. */
export function barWords(bars: readonly RunBar[]): string {
  const counts = Map.groupBy(bars, ({ state }) => state)
  const parts = [...counts].map(([state, same]) => `${same.length} ${STATE_WORDS[state]}`)
  return `${bars.length} ${bars.length === 1 ? 'run' : 'runs'}: ${parts.join(', ')}`
}
