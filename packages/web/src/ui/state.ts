// Which state is shown how: the words, the roll-up, and where the states of the wire belong. UI.md section 5.

import type { RunStatus, WaitsOn } from '@lockstep/domain'

/** Worst first: the order in which several states become one. */
export const SHOWN_STATES = [
  'failed',
  'waiting',
  'could_not_run',
  'unknown',
  'drifted',
  'warning',
  'running',
  'on_hold',
  'scheduled',
  'not_started',
  'aborted',
  'rolled_back',
  'passed',
  'skipped',
] as const
export type ShownState = (typeof SHOWN_STATES)[number]

/** What a state is called, also for people who do not see its glyph. */
export const STATE_WORDS: Readonly<Record<ShownState, string>> = {
  failed: 'failed',
  waiting: 'waiting on a person',
  could_not_run: 'could not run',
  unknown: 'unknown',
  drifted: 'drifted',
  warning: 'warning',
  running: 'running',
  on_hold: 'on hold',
  scheduled: 'scheduled',
  not_started: 'not started',
  aborted: 'aborted',
  rolled_back: 'rolled back',
  passed: 'passed',
  skipped: 'skipped',
}

/** The tone of the pill around a state. */
export type Tone = 'ok' | 'run' | 'wait' | 'fail' | 'drift' | 'idle'

export const STATE_TONES: Readonly<Record<ShownState, Tone>> = {
  failed: 'fail',
  waiting: 'wait',
  could_not_run: 'fail',
  unknown: 'wait',
  drifted: 'drift',
  warning: 'wait',
  running: 'run',
  on_hold: 'idle',
  scheduled: 'idle',
  not_started: 'idle',
  aborted: 'idle',
  rolled_back: 'idle',
  passed: 'ok',
  skipped: 'idle',
}

/** The state of a run, stage, task, step or job as it is shown. What waits for something else than a person is scheduled. */
export function shownStateOf(status: RunStatus, waitsOn: WaitsOn | null = null): ShownState {
  switch (status) {
    case 'pending':
    case 'ready':
      return 'not_started'
    case 'running':
      return 'running'
    case 'waiting':
      return waitsOn === null || waitsOn === 'person' ? 'waiting' : 'scheduled'
    case 'succeeded':
      return 'passed'
    case 'failed':
      return 'failed'
    case 'errored':
      return 'could_not_run'
    case 'aborted':
      return 'aborted'
    case 'skipped':
      return 'skipped'
    case 'unknown':
      return 'unknown'
  }
}

/** Several states as one; nothing at all has not started. */
export function worstOf(states: readonly ShownState[]): ShownState {
  return SHOWN_STATES.find((state) => states.includes(state)) ?? 'not_started'
}
