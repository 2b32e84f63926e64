// What a reducer may ask for. All of it is stored in the transaction of the state that asks; nothing is "also done" later.

import type { ArtifactRef, Digest } from '../process/process-plan.ts'
import type { AgentId, EnvironmentId, JobId } from './id.ts'
import type { Instant } from './instant.ts'
import type { JsonValue } from './json.ts'

/** An event as it travels: a type in past tense and its fields. What it carries beside is the `Occurrence`. */
export interface AnyEvent {
  readonly type: string
  readonly [field: string]: unknown
}

/** Where an event goes: an aggregate under its root. */
export interface Address {
  /** The topmost run or release, or the perennial thing itself (a lock). */
  readonly root: string
  readonly id: string
}

/** A piece of work for one agent on one target: a row that only its owner (a step run) opens and closes. */
export interface JobOrder {
  readonly id: JobId
  /** Digest of the plan, key of the step, link in its chain and target: together they say everything that is to be done. */
  readonly plan: Digest
  readonly step: string
  readonly link: number
  readonly target: number
  readonly attempt: number
  /** Why there is another attempt: `retry_rule`, `lost`, `person`. */
  readonly cause: string | null
  readonly pool: `agent:${AgentId}` | `label:${string}`
  readonly environment: EnvironmentId | null
  /** Fencing token of the environment's lock; an agent refuses a lower one than it has seen. */
  readonly lockToken: number | null
  readonly always: boolean
  readonly notBefore: Instant | null
  /** Contact lost at this moment is `unknown`. Counted from the start of the work by `timeoutMs`. */
  readonly timeoutMs: number
}

/** A row that is inserted once and never changed; what it is belongs to its kind. */
export type Fact =
  | {
      readonly kind: 'decision'
      readonly gate: string
      readonly rule: number
      readonly person: string
      /** `override`: not waited for any approval; `withdraw` and `void` end what the person had said before. */
      readonly decision: 'approve' | 'reject' | 'override' | 'withdraw' | 'void'
      readonly covers: Digest | null
      readonly comment: string
      readonly how: string
    }
  | {
      readonly kind: 'inventory'
      readonly environment: EnvironmentId
      readonly component: {
        readonly project: string
        readonly application: string
        readonly name: string
      }
      readonly resource: string
      /** What runs now by evidence; null: it is gone. */
      readonly runs: { readonly version: string; readonly digest: Digest } | null
      readonly wanted: { readonly version: string; readonly digest: Digest } | null
      readonly verified: boolean
      readonly unknown: boolean
      readonly by: { readonly root: string; readonly job: string | null }
    }
  | {
      /** Nothing had to be done there for what is wanted now; null: for its removal. What runs is for the inventory to say. */
      readonly kind: 'passed_over'
      readonly environment: EnvironmentId
      readonly component: {
        readonly project: string
        readonly application: string
        readonly name: string
      }
      readonly resource: string
      readonly wanted: { readonly version: string; readonly digest: Digest } | null
      readonly by: { readonly root: string }
    }
  | {
      readonly kind: 'test_results'
      readonly job: JobId
      readonly stage: string
      readonly task: string
      readonly results: JsonValue
    }

/**
 * Work for the world outside, carried by the queue under the effect's own id: at least once, the same id each time.
 */
export type OutwardEffect =
  /** Ask the approvers of a gate (mail, chat). `reason`: why now. */
  | {
      readonly type: 'notify_approvers'
      readonly gate: string
      readonly instance: number
      readonly reason: 'waiting' | 'void' | 'expired' | 'reminder'
    }
  /** Tell everybody who has to do with a gate who overrides it now. */
  | { readonly type: 'notify_override'; readonly gate: string; readonly instance: number }
  /** Tell those who were asked, or told that somebody overrides it, that they need not act any more. */
  | {
      readonly type: 'notify_gate_decided'
      readonly gate: string
      readonly outcome: 'passed' | 'rejected' | 'aborted'
    }
  /** A run, task or step needs a person. */
  | {
      readonly type: 'notify_owners'
      readonly run: string
      readonly about: string
      readonly what: string
    }
  /** A `notify` task. */
  | {
      readonly type: 'notify_people'
      readonly run: string
      readonly stage: string
      readonly task: number
    }
  /** A pipeline run has passed: releases and pipelines that listen are told. */
  | { readonly type: 'announce_pass'; readonly run: string }

/**
 * A question to the server itself, answered by an event after reading or judging something: asked right after the commit,
 * and asked again by `wake_at` when no answer came (crash, overload). Answers carry `round`, so a late one is refused as stale.
 */
export type Question =
  | {
      readonly type: 'judge_condition'
      readonly node: number
      readonly cel: string
      readonly round: number
    }
  | { readonly type: 'describe_gate'; readonly round: number }
  | { readonly type: 'confirm_gate'; readonly round: number }
  | { readonly type: 'ask_check'; readonly node: number; readonly round: number }
  | { readonly type: 'plan_process'; readonly node: number; readonly attempt: number }
  | { readonly type: 'make_snapshot'; readonly node: number; readonly attempt: number }
  | { readonly type: 'ask_health'; readonly targets: readonly number[]; readonly round: number }

/** The effects that every reducer may return; the reactor knows no others. */
export type Effect =
  | {
      readonly type: 'start_child'
      readonly id: string
      readonly node: string
      readonly attempt: number
      readonly event: AnyEvent
    }
  | { readonly type: 'tell'; readonly to: Address; readonly event: AnyEvent }
  | { readonly type: 'open_jobs'; readonly jobs: readonly JobOrder[] }
  /** Closes jobs that are still open: they were never claimed, or their owner has settled them. */
  | {
      readonly type: 'close_jobs'
      readonly jobs: readonly JobId[]
      readonly outcome: 'aborted' | 'unknown' | 'superseded'
    }
  /** Closes every open job of this owner that no agent has claimed; claimed ones are cancelled through their agent. */
  | { readonly type: 'cancel_jobs'; readonly graceMs: number }
  /** Shuts or opens the guard of this aggregate: shut, nothing new of it may be handed out, on any server. */
  | { readonly type: 'set_guard'; readonly subject: string; readonly open: boolean }
  | { readonly type: 'record'; readonly fact: Fact }
  | { readonly type: 'ask'; readonly question: Question }
  | { readonly type: 'send'; readonly effect: OutwardEffect }

/** Reasons that programs need to know. */
export const JOB_CODES = ['artifact_version_taken'] as const
export type JobCode = (typeof JOB_CODES)[number]

/** What an agent reports when a job has ended, as the owner's event carries it. */
export interface JobReport {
  readonly outcome: 'succeeded' | 'failed' | 'errored' | 'aborted'
  readonly exitCode: number | null
  /** One sentence for people: why it ended so. */
  readonly reason: string | null
  /** The reason for programs, where one needs it: the same work again would end the same. */
  readonly code?: JobCode
  /** What the agent read again after the step: digest of what runs now; null when it is gone; absent when the work installs nothing. */
  readonly runs?: { readonly version: string; readonly digest: Digest } | null
  /** Files that a build took out, already stored by digest. */
  readonly artifacts?: readonly ArtifactRef[]
  readonly version?: string
  readonly tests?: TestCounts
}

export interface TestCounts {
  readonly total: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Names of failed tests, at most 20. */
  readonly failures: readonly string[]
  readonly newFailures: number
}
