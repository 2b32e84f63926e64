// What a stage run remembers, and what can happen to it.

import type { Address } from '../kernel/effect.ts'
import type { EnvironmentId } from '../kernel/id.ts'
import type { StateHead } from '../kernel/machine.ts'
import type { Instant } from '../kernel/instant.ts'
import type { Actor } from '../kernel/occurrence.ts'
import { isTerminalStatus, type Outcome, type RunStatus } from '../kernel/status.ts'
import type { Digest } from '../process/process-plan.ts'
import type { StagePlan } from './run-plan.ts'

/** Where a stage run is. `entry`, `tasks`, `exit` in this order; `ending` runs what is marked always; the rest is terminal. */
export const STAGE_PHASES = [
  'entry',
  'tasks',
  'exit',
  'ending',
  'succeeded',
  'failed',
  'aborted',
  'skipped',
] as const
export type StagePhase = (typeof STAGE_PHASES)[number]

/** What a task that is not terminal is busy with, so that a wake-up knows what to ask again. */
export type TaskDoing =
  | 'condition' // its `when` is being judged
  | 'lock' // waits for the environment
  | 'plan' // its process plan is being made
  | 'child' // a process, step or pipeline run works for it
  | 'answer' // a check or snapshot is being made
  | 'person' // a manual task, a failure or a differing plan waits for somebody
  | 'time' // a wait, a retry by rule, a change window

/** One task of the stage: where it is. History is in the events, work in the child. */
export interface TaskSlot {
  readonly status: RunStatus
  readonly attempt: number
  readonly doing?: TaskDoing
  /** The run that works for it, or that ended last. */
  readonly child?: string
  /** Since when it is in this state. */
  readonly since?: Instant
  /** When it has to be looked at: an answer is late, a wait is over, a retry is due. */
  readonly wakeAt?: Instant
  /** When it takes too long. */
  readonly deadline?: Instant
  /** Counts questions, so that a late answer is known as late. */
  readonly round: number
  /** It did not succeed, and the stage goes on: `onError: continue`. */
  readonly passedOver?: true
  /** Skipped because its condition is false: nothing was to be done. */
  readonly leftOut?: true
  /** Since when a check holds that has to hold for a while. */
  readonly holdsSince?: Instant
  /** Why it is as it is: a sentence for people, at most `REASON_LENGTH_MAX` characters. */
  readonly reason?: string
  /** Its time is over; the child is being stopped, and then it has failed. */
  readonly timedOut?: true
}

/** Whether a task was done in an earlier attempt of its stage, and kept by a restart: it has an outcome, and never began here. */
export function isKept({ status, since }: Pick<TaskSlot, 'status' | 'since'>): boolean {
  return isTerminalStatus(status) && since === undefined
}

/** A gate of the stage: which instance is judged, and how it stands. A gate never passes; an instance does. */
export interface GateSlot {
  readonly status: 'not_reached' | 'judging' | 'passed' | 'rejected'
  readonly instance: number
  readonly gate?: string
}

export interface StageRunState extends StateHead {
  readonly v: 1
  readonly plan: Digest
  readonly parent: Address
  readonly node: string
  readonly attempt: number
  /** Index of the stage in the plan. */
  readonly stage: number
  readonly starter: Actor
  readonly status: StagePhase
  readonly entry: GateSlot
  readonly exit: GateSlot
  readonly tasks: readonly TaskSlot[]
  /** The stage's own condition is being judged, until then. */
  readonly whenWakeAt: Instant | null
  /** Why the stage's own condition could not be judged. */
  readonly whenError?: string
  /** `none`: not asked for; a token: it is ours. */
  readonly lock: 'none' | 'asked' | number
  /** When it takes several environments together: all of them in order, how many were asked for, and the token of its own. */
  readonly claims?: {
    readonly of: readonly EnvironmentId[]
    readonly asked: number
    readonly token?: number
  }
  readonly paused: boolean
  /** Since when: the time of its tasks does not run on. */
  readonly pausedAt?: Instant
  /** It works for a task that is marked always: its own tasks run whatever becomes of the run. */
  readonly always?: true
  /** How it will end when nothing runs any more. */
  readonly ending: 'failed' | 'aborted' | null
  /** Since when it waits for a person after a failure; null: it does not. */
  readonly waitsSince: Instant | null
}

/** The events of a stage run. `node` of an answer is the index of the task, `WHEN_NODE` for the stage's own condition. */
export type StageRunEvent =
  | {
      readonly type: 'stage_created'
      readonly plan: Digest
      readonly stage: number
      readonly parent: Address
      readonly node: string
      readonly attempt: number
      readonly starter: Actor
      readonly paused: boolean
      /** Restart: index of the task to begin from; the tasks before it keep these outcomes, the entry gate is kept. */
      readonly from: number | null
      readonly kept: readonly Outcome[]
      /** The entry gate has not passed for what is let through now: it is judged before the task begins. */
      readonly entryAgain?: boolean
      /** Indexes of kept tasks that their condition left out. */
      readonly leftOut?: readonly number[]
      readonly always?: boolean
    }
  | {
      readonly type: 'gate_finished'
      readonly gate: string
      readonly node: 'entry' | 'exit'
      readonly attempt: number
      readonly outcome: 'passed' | 'rejected' | 'aborted'
    }
  | { readonly type: 'gate_retried'; readonly node: 'entry' | 'exit'; readonly reason: string }
  | { readonly type: 'lock_given'; readonly environment: string; readonly token: number }
  | {
      readonly type: 'lock_refused'
      readonly environment: string
      readonly refusal: string
    }
  | ({ readonly type: 'condition_judged'; readonly node: number; readonly round: number } & (
      | { readonly holds: boolean }
      | { readonly error: string }
    ))
  | {
      readonly type: 'process_planned'
      readonly node: number
      readonly attempt: number
      readonly plan: Digest
    }
  | {
      readonly type: 'plan_differs'
      readonly node: number
      readonly attempt: number
      readonly changes: readonly string[]
    }
  | {
      readonly type: 'plan_refused'
      readonly node: number
      readonly attempt: number
      readonly refusal: string
      readonly detail: string
    }
  | {
      readonly type: 'plan_deferred'
      readonly node: number
      readonly attempt: number
      readonly until: Instant
      readonly reason: string
    }
  | {
      readonly type: 'snapshot_made'
      readonly node: number
      readonly attempt: number
      readonly digest: Digest
      readonly version: string
    }
  | {
      readonly type: 'snapshot_refused'
      readonly node: number
      readonly attempt: number
      readonly detail: string
    }
  | {
      readonly type: 'check_answered'
      readonly node: number
      readonly round: number
      readonly answer: 'holds' | 'not' | 'error'
      readonly evidence: string
    }
  | {
      readonly type: 'child_finished'
      readonly child: string
      readonly node: string
      readonly attempt: number
      readonly outcome: Outcome
      readonly reason?: string
    }
  | {
      readonly type: 'task_completed'
      readonly task: number
      readonly outcome: 'succeeded' | 'failed'
      readonly reason: string
    }
  | { readonly type: 'task_retried'; readonly task: number; readonly reason: string }
  | { readonly type: 'task_skipped'; readonly task: number; readonly reason: string }
  | { readonly type: 'stage_paused' }
  | { readonly type: 'stage_resumed' }
  | { readonly type: 'abort_requested'; readonly reason: string }
  | { readonly type: 'woken' }

export const STAGE_RUN_REFUSALS = [
  'already_finished',
  'not_created',
  'stale_attempt',
  'stale_instance',
  'stale_round',
  'not_asked',
  'no_such_task',
  'not_failed',
  'not_waiting_for_this',
  'reason_missing',
  'already_paused',
  'not_paused',
  'gate_not_rejected',
] as const
export type StageRunRefusal = (typeof STAGE_RUN_REFUSALS)[number]

/** The node of the stage's own condition. */
export const WHEN_NODE = -1
export const REASON_LENGTH_MAX = 200
/** An answer that has not come after this long is asked for again. */
export const ANSWER_WITHIN_MS = 10_000

/** The environment that the stage waits for; undefined: it waits for none. */
export function findAwaited(
  { lock, claims }: Pick<StageRunState, 'lock' | 'claims'>,
  { environment }: Pick<StagePlan, 'environment'>,
): EnvironmentId | undefined {
  if (lock !== 'asked') return undefined
  return claims === undefined ? environment?.id : claims.of[claims.asked - 1]
}
