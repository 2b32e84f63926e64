// A stage run on its way from one state to the next: the small moves that its events are made of.

import type { Effect } from '../kernel/effect.ts'
import type { Instant } from '../kernel/instant.ts'
import { assertInvariant } from '../kernel/invariant.ts'
import type { Occurrence } from '../kernel/occurrence.ts'
import { isTerminalStatus } from '../kernel/status.ts'
import type { RunPlan, StagePlan, TaskPlan } from './run-plan.ts'
import { REASON_LENGTH_MAX, type StageRunState, type TaskSlot } from './stage-run-state.ts'
import type { TaskContext } from './stage-task.ts'

/** A stage being changed by one event: the state so far and the effects so far. */
export interface Turn {
  readonly state: StageRunState
  readonly effects: readonly Effect[]
  readonly run: RunPlan
  readonly stage: StagePlan
  readonly event: Occurrence
}

/** The same turn with other fields in its state. */
export function change(turn: Turn, patch: Partial<StageRunState>): Turn {
  return { ...turn, state: { ...turn.state, ...patch } }
}

/** The same turn with more to follow. */
export function effect(turn: Turn, ...effects: readonly Effect[]): Turn {
  return { ...turn, effects: [...turn.effects, ...effects] }
}

/** The same turn with another slot of one task. */
export function putTurn(
  turn: Turn,
  index: number,
  slot: TaskSlot,
  effects: readonly Effect[] = [],
): Turn {
  const tasks = turn.state.tasks.with(index, slot)
  return effect(change(turn, { tasks }), ...effects)
}

/** What works for a task, or judges a gate, is asked to stop. */
export function tellToAbort(turn: Turn, child: string): Turn {
  return effect(turn, {
    type: 'tell',
    to: { root: turn.state.root, id: child },
    event: { type: 'abort_requested', reason: 'its stage ends' },
  })
}

/** What beginning a task reads of the turn. */
export function contextOf(turn: Turn): TaskContext {
  return { state: turn.state, stage: turn.stage, event: turn.event }
}

/** When it takes too long, carried from one slot to the next. */
export function deadlineOf(slot: TaskSlot): { readonly deadline?: Instant } {
  return slot.deadline === undefined ? {} : { deadline: slot.deadline }
}

/** A reason that fits into the state. */
export function bounded(reason: string): string {
  return reason.length <= REASON_LENGTH_MAX ? reason : `${reason.slice(0, REASON_LENGTH_MAX - 1)}…`
}

/** The stage of the plan that a stage run carries out. */
export function stageOf(run: RunPlan, index: number): StagePlan {
  const stage = run.stages[index]
  assertInvariant(stage !== undefined, 'the stage of a stage run is in its plan')
  return stage
}

/** Done as far as the tasks behind it are concerned. */
export function isSettled(turn: Turn, index: number): boolean {
  const slot = turn.state.tasks[index]
  if (slot === undefined) return true
  return slot.status === 'succeeded' || slot.status === 'skipped' || slot.passedOver === true
}

/** It did not succeed and the stage cannot go on past it: a person retries, skips, restarts or aborts. */
export function isStuck(slot: TaskSlot, task: TaskPlan | undefined): boolean {
  if (slot.passedOver === true) return false
  if (slot.doing === 'person') return task?.work.kind !== 'manual'
  return slot.status === 'failed' || slot.status === 'errored' || slot.status === 'aborted'
}

/** Something works or waits for it, and it will go on without a person who mends anything. */
export function isBusy(slot: TaskSlot, task: TaskPlan | undefined): boolean {
  return !isTerminalStatus(slot.status) && slot.status !== 'pending' && !isStuck(slot, task)
}

/** The last four phases are for ever. */
export function isTerminal(state: StageRunState): boolean {
  return (
    state.status === 'succeeded' ||
    state.status === 'failed' ||
    state.status === 'aborted' ||
    state.status === 'skipped'
  )
}
