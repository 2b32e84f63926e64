// What a step run remembers, and what can happen to it. Its size does not depend on how many targets it has.

import type { Address, JobReport, TestCounts } from '../kernel/effect.ts'
import type { EnvironmentId, JobId, StepRunId } from '../kernel/id.ts'
import type { Instant } from '../kernel/instant.ts'
import type { StateHead } from '../kernel/machine.ts'
import type { Actor } from '../kernel/occurrence.ts'
import type { ArtifactRef, Digest } from './process-plan.ts'

/** In how many targets a step has come how far. A target that is not opened yet is in none of them. */
export interface TargetCounts {
  /** A job of it is open: not claimed yet, or running. */
  readonly open: number
  readonly succeeded: number
  readonly failed: number
  readonly errored: number
  readonly aborted: number
  /** It verifiably ran what is wanted. */
  readonly skipped: number
  /** Contact was lost; evidence or a person decides. */
  readonly unknown: number
}

/** Where a target ended badly: its ordinal in the plan, and the link of the chain. */
export type StoppedAt = readonly [target: number, link: number]

/** The targets that are judged together by the next health check: those from `from` on that were opened. */
export interface Batch {
  readonly from: number
  readonly opened: number
}

/** Where another attempt of a step goes on, so that no target that succeeded is touched again. */
export interface StepResume {
  readonly cursor: number
  readonly succeeded: number
  readonly skipped: number
  readonly batch: Batch
  /** The targets that ended badly, at most `FAILURES_NAMED_MAX`: they begin again at the link where they ended. */
  readonly again: readonly StoppedAt[]
}

/** What builds and tests bring out, of all targets together. Bounded whatever the agents report. */
export interface WorkResults {
  readonly version?: string
  /** At most `ARTIFACTS_MAX`. */
  readonly artifacts?: readonly ArtifactRef[]
  readonly tests?: TestCounts
}

/** What a step run tells its parent at the end. */
export interface StepResults extends WorkResults {
  readonly counts: TargetCounts
  /** Only where the step's `onError` is `ask`, and only if few enough targets failed to name them. */
  readonly resume?: StepResume
}

interface StepRunHead extends StateHead {
  readonly v: 1
  readonly id: StepRunId
  readonly plan: Digest
  readonly parent: Address
  readonly node: string
  readonly attempt: number
  /** Key of the step in the plan. */
  readonly step: string
  readonly environment: EnvironmentId | null
  readonly lockToken: number | null
  readonly always: boolean
  readonly starter: Actor
  readonly counts: TargetCounts
  /** Every target below was opened or skipped. */
  readonly cursor: number
  /** Since when it has this status. */
  readonly since: Instant
  /** Why it is as it is: the first failure, or why it was aborted. */
  readonly reason: string | null
}

/** At work. `waiting`: contact to a target is lost and a person is asked, whatever else goes on. */
export interface WorkingStepRun extends StepRunHead {
  readonly status: 'running' | 'waiting' | 'aborting'
  readonly batch: Batch
  /** The question about the batch, while there is one. Unhealthy answers are asked again until the plan's `withinMs` after `since`. */
  readonly health: {
    readonly round: number
    readonly since: Instant
    readonly asked: boolean
    readonly wakeAt: Instant
  } | null
  /** The batch has not become healthy: nothing more is opened. */
  readonly unhealthy: boolean
  /** Targets of an earlier attempt that come first; taken out as they are opened. */
  readonly again: readonly StoppedAt[]
  /** Targets that ended badly; null: more than can be named. */
  readonly failures: readonly StoppedAt[] | null
  /** It has more to open than fits in one event: goes on at once. */
  readonly goOnAt: Instant | null
  readonly results: WorkResults
}

export interface EndedStepRun extends StepRunHead {
  readonly status: 'succeeded' | 'failed' | 'errored' | 'aborted'
}

export type StepRunState = WorkingStepRun | EndedStepRun

/** Which job an event speaks of. That its row is open with this fence is required by the flush, so each job ends once. */
export interface JobAt {
  readonly job: JobId
  readonly target: number
  readonly link: number
  readonly attempt: number
}

export type StepRunEvent =
  | {
      readonly type: 'step_created'
      readonly plan: Digest
      readonly step: string
      readonly parent: Address
      readonly node: string
      readonly attempt: number
      readonly environment: EnvironmentId | null
      readonly lockToken: number | null
      readonly always: boolean
      readonly starter: Actor
      /** Given when a person retries a step that was partly done. */
      readonly resume?: StepResume
    }
  | ({
      readonly type: 'job_finished'
      readonly fence: number
      readonly report: JobReport
    } & JobAt)
  /** Its deadline is over without a word: the row stays, as `unknown`. */
  | ({ readonly type: 'job_lost' } & JobAt)
  /** After `cancel_jobs`: these had not been claimed and were closed. At most `CANCELLED_PER_EVENT_MAX`. */
  | { readonly type: 'jobs_cancelled'; readonly jobs: readonly JobAt[] }
  /** By the journal of an agent, with its report; or by a person, with a reason. */
  | ({
      readonly type: 'unknown_resolved'
      readonly verdict: 'ran' | 'did_not_run' | 'try_again'
      readonly report?: JobReport
      readonly reason?: string
    } & JobAt)
  | {
      readonly type: 'health_answered'
      readonly round: number
      readonly healthy: boolean
      readonly detail: string
    }
  | { readonly type: 'abort_requested'; readonly reason: string }
  | { readonly type: 'woken' }

export const STEP_RUN_REFUSALS = [
  'already_finished',
  'not_created',
  'not_waiting_for_this',
  'not_unknown',
  'reason_missing',
  'not_asked',
  'stale_round',
  'already_aborting',
] as const
export type StepRunRefusal = (typeof STEP_RUN_REFUSALS)[number]

/** Jobs that one event opens; with more to open the step wakes itself. */
export const OPENED_PER_EVENT_MAX = 200
export const CANCELLED_PER_EVENT_MAX = 500
/** Attempts of one link on one target after lost contact, before a person is asked although the step may be repeated. */
export const LOST_ATTEMPTS_MAX = 10
/** Between TERM and KILL when a step is aborted. */
export const ABORT_GRACE_MS = 10_000
/** Between two questions about a batch that was not healthy yet. */
export const HEALTH_EVERY_MS = 2_000
export const FAILURES_NAMED_MAX = 10
export const ARTIFACTS_MAX = 50
export const FAILED_TESTS_NAMED_MAX = 20
