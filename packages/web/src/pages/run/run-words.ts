// What a run is doing, in two words.

import { isTerminalStatus } from '@lockstep/domain'
import type { Run } from '../../lib/runs.ts'
import { shownStateOf, type ShownState } from '../../ui/state.ts'

const ENDED: Readonly<Partial<Record<ShownState, string>>> = {
  passed: 'Succeeded',
  failed: 'Failed',
  could_not_run: 'Could not run',
  aborted: 'Aborted',
  skipped: 'Skipped',
}

/** The state of a run as its pill shows it. */
export function standOfRun(
  run: Pick<Run, 'state' | 'paused' | 'waitsFor' | 'working' | 'stages'>,
  waitsOnMe: boolean,
): { readonly state: ShownState; readonly words: string } {
  if (isTerminalStatus(run.state)) {
    const state = shownStateOf(run.state)
    return { state, words: ENDED[state] ?? run.state }
  }
  if (run.paused !== null) return { state: 'on_hold', words: 'Paused' }
  if (waitsOnMe) return { state: 'waiting', words: 'Waiting on you' }
  const tasks = run.stages.flatMap((stage) => stage.tasks)
  if (tasks.some(({ state }) => state === 'unknown')) return { state: 'unknown', words: 'Unknown' }
  if (tasks.some(({ state }) => state === 'failed' || state === 'errored')) {
    return { state: 'failed', words: 'Failed, waits on a person' }
  }
  if (run.waitsFor.some(({ on }) => on === 'person')) return { state: 'waiting', words: 'Waiting' }
  // A part of it may wait for a lock or an agent while others go on.
  return run.waitsFor.length > 0 && run.working.length === 0
    ? { state: 'scheduled', words: 'Scheduled' }
    : { state: 'running', words: 'Running' }
}

/** `42 kB`, `1.3 MB`. */
export function sizeWords(bytes: number): string {
  const [unit, size] =
    bytes < 1e6
      ? (['kB', 1e3] as const)
      : bytes < 1e9
        ? (['MB', 1e6] as const)
        : (['GB', 1e9] as const)
  const value = bytes / size
  return `${value < 10 ? Math.max(0.1, value).toFixed(1) : Math.round(value)}\u202f${unit}`
}
