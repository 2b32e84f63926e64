// What a flush writes, as one list in the order in which it was decided.

import type {
  Actor,
  Address,
  AggregateKind,
  AnyEvent,
  Fact,
  IdBlock,
  Instant,
  JobOrder,
  JsonValue,
  Machine,
  OutwardEffect,
  Question,
  RunStatus,
  StateHead,
  Waits,
} from '@lockstep/domain'
import type { CommandKey, GuardCheck, OwnedJob } from '../../ports/reactor.ts'
import type { InboxKey, Place, Submission } from './submission.ts'

/** An aggregate while events are folded into it. */
export interface Draft {
  readonly place: Place
  readonly self: Address
  readonly kind: AggregateKind
  readonly machine: Machine
  readonly parent: string | undefined
  readonly node: string | undefined
  readonly attempt: number
  /** The version that the row must have; 0: it must not be there. */
  readonly expected: number
  version: number
  state: StateHead | undefined
  /** The column `wake_at`. */
  wakeAt: Instant | undefined
}

/** A row of `aggregates` as it is after the flush. */
export interface AggregateRow {
  readonly draft: Draft
  readonly state: StateHead
  readonly stateText: string
  readonly status: RunStatus
  readonly waits: Waits | undefined
  readonly isTerminal: boolean
}

export interface EventRow {
  readonly place: Place
  readonly seq: number
  readonly kind: string
  readonly type: string
  readonly v: number
  readonly actor: Actor
  readonly ids: IdBlock
  /** Canonical text, or undefined. */
  readonly origin: string | undefined
  /** Canonical text of the event's fields without its type. */
  readonly body: string
}

/** Which event an effect belongs to, and which of its effects it is. */
export interface Cause {
  readonly place: Place
  readonly seq: number
  readonly ordinal: number
}

export type Write =
  | { readonly write: 'aggregate'; readonly draft: Draft }
  | { readonly write: 'event'; readonly row: EventRow }
  | {
      readonly write: 'tell'
      readonly cause: Cause
      readonly to: Address
      readonly event: AnyEvent
    }
  | { readonly write: 'open_job'; readonly owner: Place; readonly order: JobOrder }
  | {
      readonly write: 'close_job'
      readonly owner: Place
      readonly job: string
      readonly status: 'aborted' | 'unknown' | 'superseded'
    }
  | { readonly write: 'cancel_jobs'; readonly owner: Place; readonly graceMs: number }
  | { readonly write: 'set_guard'; readonly subject: string; readonly open: boolean }
  | {
      readonly write: 'fact'
      readonly cause: Cause
      readonly fact: Fact
      readonly origin: JsonValue | undefined
    }
  | {
      readonly write: 'send'
      readonly cause: Cause
      readonly self: Address
      readonly effect: OutwardEffect
    }
  | {
      readonly write: 'ask'
      readonly place: Place
      readonly self: Address
      readonly question: Question
      readonly state: StateHead
    }
  | { readonly write: 'take_inbox'; readonly key: InboxKey; readonly submission: Submission }
  | {
      readonly write: 'set_aside'
      readonly id: string
      readonly place: Place
      readonly kind: string
      readonly event: AnyEvent
      readonly reason: string
    }
  | {
      readonly write: 'finish_job'
      readonly owner: Place
      readonly owned: OwnedJob
      readonly submission: Submission
    }
  | { readonly write: 'check_guard'; readonly guard: GuardCheck; readonly submission: Submission }
  | {
      readonly write: 'command'
      readonly project: number
      readonly command: CommandKey
      readonly answer: JsonValue
      readonly submission: Submission
    }

export type WriteOf<W extends Write['write']> = Extract<Write, { readonly write: W }>
