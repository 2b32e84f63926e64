// What a process run remembers, and what can happen to it.

import type { Address } from '../kernel/effect.ts'
import type { EnvironmentId, ProcessRunId, StepRunId } from '../kernel/id.ts'
import type { Instant } from '../kernel/instant.ts'
import type { StateHead } from '../kernel/machine.ts'
import type { Actor } from '../kernel/occurrence.ts'
import type { Outcome } from '../kernel/status.ts'
import type { Digest } from './process-plan.ts'
import type { StepResults, StepResume, TargetCounts } from './step-run-state.ts'

/** Where one step of the process is. What it did is in its step run, how it came here in the events. */
export interface StepSlot {
  /** `ready`: its condition is being judged; `waiting`: it ended badly, and a person says how it goes on. */
  readonly status: 'pending' | 'ready' | 'running' | 'waiting' | Outcome
  /** Absent: the first. */
  readonly attempt?: number
  /** The step run that works for it, while it does. */
  readonly child?: StepRunId
  /** Counts the questions about its condition. */
  readonly round?: number
  /** When the question is asked again. */
  readonly wakeAt?: Instant
  /** How it ended, while a person is asked. */
  readonly ended?: BadOutcome
  /** What it left behind, while a person is asked. */
  readonly left?: StepLeft
}

/** What a step that ended badly has done, and where a retry goes on. */
export interface StepLeft {
  readonly counts: TargetCounts
  readonly resume?: StepResume
}

export type BadOutcome = Exclude<Outcome, 'succeeded' | 'skipped'>

export interface ProcessRunState extends StateHead {
  readonly v: 1
  readonly id: ProcessRunId
  readonly plan: Digest
  /** `waiting`: on a person. `stopping`: a step failed, what runs comes to its end, then what is marked always. */
  readonly status: 'running' | 'waiting' | 'stopping' | 'aborting' | Exclude<Outcome, 'skipped'>
  readonly parent: Address
  readonly node: string
  readonly attempt: number
  readonly environment: EnvironmentId | null
  readonly lockToken: number | null
  readonly starter: Actor
  /** Every step runs whatever becomes of the run: the process itself is marked always. */
  readonly always: boolean
  /** In the order of the plan. */
  readonly steps: readonly StepSlot[]
  /** Sum over the last attempts of the steps that have ended. */
  readonly counts: TargetCounts
  /** Since when it has this status. */
  readonly since: Instant
  /** The first failure, or why it was aborted. */
  readonly reason: string | null
}

/** What a process run tells its parent at the end. */
export interface ProcessResults {
  readonly counts: TargetCounts
  readonly steps: number
}

export type ProcessRunEvent =
  | {
      readonly type: 'process_created'
      readonly plan: Digest
      readonly parent: Address
      readonly node: string
      readonly attempt: number
      readonly environment: EnvironmentId | null
      readonly lockToken: number | null
      readonly starter: Actor
      readonly always?: boolean
    }
  | {
      readonly type: 'child_finished'
      readonly child: string
      /** Key of the step. */
      readonly node: string
      readonly attempt: number
      readonly outcome: Outcome
      readonly results?: StepResults
      readonly reason?: string
    }
  | ({
      readonly type: 'condition_judged'
      /** Index of the step in the plan. */
      readonly node: number
      readonly round: number
    } & ({ readonly holds: boolean } | { readonly error: string }))
  | { readonly type: 'step_retried'; readonly step: string; readonly reason?: string }
  | { readonly type: 'step_skipped'; readonly step: string; readonly reason: string }
  | { readonly type: 'abort_requested'; readonly reason: string }
  | { readonly type: 'woken' }

export const PROCESS_RUN_REFUSALS = [
  'already_finished',
  'not_created',
  'no_such_step',
  'stale_attempt',
  'stale_round',
  'not_waiting_for_this',
  'not_failed',
  'reason_missing',
  'already_aborting',
] as const
export type ProcessRunRefusal = (typeof PROCESS_RUN_REFUSALS)[number]

/** Steps that wait for a person and remember where to go on; a further one would begin again from its first target. */
export const LEFT_MAX = 10
