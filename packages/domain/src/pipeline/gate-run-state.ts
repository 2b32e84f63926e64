// What a gate run remembers, and what can happen to it.

import type { VoiceLack } from '../access/can.ts'
import type { Address } from '../kernel/effect.ts'
import type { Instant } from '../kernel/instant.ts'
import { MINUTE_MS } from '../kernel/instant.ts'
import type { StateHead } from '../kernel/machine.ts'
import type { Actor } from '../kernel/occurrence.ts'
import type { Digest } from '../process/process-plan.ts'

/** How a gate stands. `waiting`: at least one approval is asked for; the last three are for ever. */
export const GATE_STATUSES = ['checking', 'waiting', 'passed', 'rejected', 'aborted'] as const
export type GateStatus = (typeof GATE_STATUSES)[number]

/** Why somebody may not decide: they started the run, edited what is approved, or own the token that did. */
export const EXCLUSIONS = ['starter', 'editor', 'token_owner'] as const
export type Exclusion = (typeof EXCLUSIONS)[number]

export interface Excluded {
  readonly person: string
  readonly why: Exclusion
}

export const GATE_DECISIONS = ['approve', 'reject'] as const
export type GateDecision = (typeof GATE_DECISIONS)[number]

/**
 * Where one rule of the gate is. `pending` until all rules before it are settled.
 * Checks go `asked` ⇄ `resting` until they hold; approvals are `waiting`, `given`, `overruled`: rejected, where the rule
 * says that a rejection is recorded and the gate goes on, or `overridden`: not given, and not waited for.
 */
export type RuleState =
  | {
      readonly status: 'pending'
      /** Rounds used before its contents changed, so that an answer from then is known as stale. */
      readonly round?: number
    }
  | PolledRule
  | {
      readonly status: 'holds'
      readonly round: number
      /** When it was last answered. */
      readonly at: Instant
      readonly evidence: string
      /** It is being asked again because its answer has grown old. */
      readonly askedAt?: Instant
    }
  | {
      readonly status: 'waiting' | 'given' | 'overruled' | 'overridden'
      readonly since: Instant
      /** Then its decisions expire and are asked for again. */
      readonly until: Instant
      readonly reminded?: true
    }

export interface PolledRule {
  readonly status: 'asked' | 'resting'
  /** Counts questions; an answer to an earlier one is stale. */
  readonly round: number
  /** When it was asked, or when the answer came after which it rests. */
  readonly at: Instant
  /** Since when it is polled: its time counts from here. */
  readonly began: Instant
  /** Since when it holds without a break, for checks that must hold for a while. */
  readonly holdsSince: Instant | null
  /** How often the question of this round has stayed without an answer. */
  readonly unanswered: number
  readonly evidence: string
}

/** The decision of a person that counts now. What was taken back, voided or expired is in the facts only. */
export interface StandingDecision {
  readonly person: string
  readonly rule: number
  readonly decision: GateDecision
  /** Which entries of the rule's `by` this person stood for when deciding, or when looked at last. */
  readonly as: readonly number[]
  /** The environment allows it although they would be excluded; shown where it counts. */
  readonly self?: Exclusion
}

/** Somebody overrides the gate. Why is in the facts. */
export interface GateOverride {
  readonly person: string
  /** The approval that was waited for, under which it is recorded. */
  readonly rule: number
  readonly at: Instant
}

export interface GateRunState extends StateHead {
  readonly v: 1
  readonly plan: Digest
  readonly parent: Address
  readonly node: 'entry' | 'exit'
  /** Which instance of the gate this is; after a rejection another one is made. */
  readonly attempt: number
  /** Index of the stage in the plan. */
  readonly stage: number
  readonly starter: Actor
  readonly status: GateStatus
  readonly createdAt: Instant
  /** Digest of all that the gate lets through; null until it has been described. */
  readonly covers: Digest | null
  readonly excluded: readonly Excluded[]
  /** Counts what the gate has stood for: 1, and one more for each change of its contents. */
  readonly contentsVersion: number
  /** Counts questions about the gate as a whole. */
  readonly round: number
  /** The question about the whole gate that has no answer yet. */
  readonly asked: { readonly question: 'describe' | 'confirm'; readonly at: Instant } | null
  readonly rules: readonly RuleState[]
  /** Sorted by person; a person decides at most once in a gate (INV-13). */
  readonly decisions: readonly StandingDecision[]
  /** Who overrides the gate, the first first. Absent: nobody. */
  readonly overrides?: readonly GateOverride[]
  /** Decisions were voided and their people have not been asked again yet. */
  readonly voided: boolean
  /** On hold: it is judged on, but does not pass before somebody resumes it. */
  readonly held: { readonly by: Actor; readonly at: Instant; readonly reason: string } | null
  /** Why it was rejected or aborted; empty until then. */
  readonly reason: string
}

/** A person as the server knows them at the moment of an event. */
export interface Decider {
  readonly id: string
  readonly groups: readonly string[]
  /** What they lack for deciding at this gate, though it may name them. Absent: nothing. */
  readonly lack?: VoiceLack
}

/** What can happen to a gate run. What a decision depends on is read by the server and travels in the event. */
export type GateRunEvent =
  | {
      readonly type: 'gate_created'
      readonly plan: Digest
      readonly stage: number
      readonly node: 'entry' | 'exit'
      readonly attempt: number
      readonly parent: Address
      readonly starter: Actor
    }
  /** Answers `describe_gate`. `excluded` need only name people who could otherwise decide. */
  | {
      readonly type: 'gate_described'
      readonly round: number
      readonly covers: Digest
      readonly excluded: readonly Excluded[]
    }
  /** Answers `ask_check`; `node` is the index of the rule. */
  | {
      readonly type: 'check_answered'
      readonly node: number
      readonly round: number
      readonly answer: 'holds' | 'not' | 'error'
      readonly evidence: string
      readonly value?: number
    }
  | {
      readonly type: 'decision_recorded'
      readonly rule: number
      readonly person: string
      /** The person's groups at this moment. */
      readonly groups: readonly string[]
      readonly decision: GateDecision
      readonly comment: string
      /** Digest of what the person was shown. */
      readonly covers: Digest
      /** How they were signed in. */
      readonly how: string
    }
  /** Somebody who may override gates does: it counts when enough do. */
  | {
      readonly type: 'override_recorded'
      readonly person: string
      readonly reason: string
      /** Digest of what the person was shown. */
      readonly covers: Digest
      readonly how: string
    }
  /** Takes back what the person decided here, also that they override it. */
  | { readonly type: 'decision_withdrawn'; readonly person: string; readonly how: string }
  /** What the gate lets through has changed: nothing decided or checked so far counts any more. */
  | { readonly type: 'contents_changed'; readonly covers: Digest }
  /** Answers `confirm_gate`: of the people who have decided, those who may sign in and hold the role now, with their groups. */
  | {
      readonly type: 'gate_confirmed'
      readonly round: number
      readonly eligible: readonly { readonly person: string; readonly groups: readonly string[] }[]
      /** Of the people who override it, those who may do so now. Absent: none. */
      readonly overriding?: readonly string[]
      readonly covers: Digest
      readonly epoch: number
    }
  | {
      readonly type: 'gate_held'
      readonly person: string
      readonly groups: readonly string[]
      readonly reason: string
    }
  | { readonly type: 'gate_resumed' }
  | { readonly type: 'abort_requested'; readonly reason: string }
  | { readonly type: 'woken' }

export const GATE_RUN_REFUSALS = [
  'not_created',
  'already_created',
  'already_finished',
  'gate_has_passed',
  'stale_round',
  'no_such_rule',
  'not_waiting',
  'not_an_approver',
  'approver_role_missing',
  'password_new',
  'excluded_starter',
  'excluded_editor',
  'excluded_token_owner',
  'already_decided',
  'not_needed',
  'too_many_decisions',
  'covers_changed',
  'same_digest',
  'none_to_take_back',
  'reason_missing',
  'already_held',
  'not_held',
] as const
export type GateRunRefusal = (typeof GATE_RUN_REFUSALS)[number]

/** A check that held is asked again before the gate passes when its answer is older than this, or than its own `everyMs`. */
export const CHECK_FRESH_MS = MINUTE_MS
/** After this many questions without an answer, a check whose time is up has failed. */
export const UNANSWERED_MAX = 3
/** Standing decisions of one gate; more people than this cannot be asked for in one gate. */
export const GATE_DECISIONS_MAX = 50
/** Excluded people that one gate can name. */
export const EXCLUDED_MAX = 32
/** Evidence of one check, in bytes; less in a gate with many checks, so that all of it stays within `EVIDENCE_TOTAL_BYTES`. */
export const EVIDENCE_BYTES_MAX = 200
export const EVIDENCE_TOTAL_BYTES = 1_600
export const GATE_REASON_BYTES_MAX = 200
