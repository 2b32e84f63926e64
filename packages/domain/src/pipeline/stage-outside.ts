// A stage run from outside: when to look at it, what it is called, whom it waits for.

import { earliest, type Instant } from '../kernel/instant.ts'
import { isTerminalStatus, type RunStatus, type Waits } from '../kernel/status.ts'
import type { RunPlan } from './run-plan.ts'
import type { StageRunState } from './stage-run-state.ts'
import { isTerminal } from './stage-turn.ts'

/** The earliest moment at which the stage wants to be looked at. */
export function wakeAt(state: StageRunState, run: RunPlan | undefined): Instant | undefined {
  if (isTerminal(state)) return undefined
  let next: Instant | undefined = state.whenWakeAt ?? undefined
  for (const slot of state.tasks) {
    if (isTerminalStatus(slot.status) || slot.doing === 'lock' || slot.doing === 'person') continue
    next = earliest(
      next,
      state.paused ? undefined : slot.wakeAt,
      state.paused || slot.doing !== 'child' || slot.timedOut ? undefined : slot.deadline,
    )
  }
  const patience = run?.waitForPersonMs ?? null
  if (state.waitsSince !== null && patience !== null) {
    next = earliest(next, state.waitsSince + patience)
  }
  const notBefore = run?.stages[state.stage]?.notBefore ?? null
  const hasPending = state.tasks.some((slot) => slot.status === 'pending')
  const nothingBegun = state.tasks.every((slot) => slot.status === 'pending')
  if (
    state.status === 'tasks' &&
    !state.paused &&
    hasPending &&
    nothingBegun &&
    notBefore !== null
  ) {
    next = earliest(next, notBefore)
  }
  return next
}

/** Its phase as one of the ten states. */
export function runStatus(state: StageRunState): RunStatus {
  switch (state.status) {
    case 'entry':
    case 'exit':
      return 'waiting'
    case 'tasks':
      return state.waitsSince === null ? 'running' : 'waiting'
    case 'ending':
      return 'running'
    case 'succeeded':
    case 'failed':
    case 'aborted':
    case 'skipped':
      return state.status
  }
}

/** Whom or what it waits for, as far as its own state says. */
export function waits(state: StageRunState): Waits | undefined {
  if (isTerminal(state)) return undefined
  if (state.waitsSince !== null) {
    const what =
      state.whenError === undefined
        ? 'a failed task or gate'
        : `its condition could not be judged: ${state.whenError}`
    return { on: 'person', what, since: state.waitsSince }
  }
  const byPerson = state.tasks.find((slot) => slot.doing === 'person')
  if (byPerson !== undefined) {
    return { on: 'person', what: byPerson.reason ?? 'a manual task', since: byPerson.since ?? 0 }
  }
  if (state.lock === 'asked') {
    const asking = state.tasks.find((slot) => slot.doing === 'lock')
    return { on: 'lock', what: 'the environment', since: asking?.since ?? 0 }
  }
  return { on: 'child', what: state.status, since: 0 }
}
