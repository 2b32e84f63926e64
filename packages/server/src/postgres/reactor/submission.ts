// An event on its way to an aggregate, with whoever waits for the answer.

import type { Actor, AggregateKind, AnyEvent } from '@lockstep/domain'
import type { OwnedJob, SubmitOptions, Submitted } from '../../ports/reactor.ts'

/** Where an aggregate is, by the uuids of the tables. */
export interface Place {
  readonly project: number
  readonly root: string
  readonly id: string
}

/** The primary key of an inbox row: deleted by the flush that applies it, so it happens once. */
export interface InboxKey {
  readonly project: number
  readonly root: string
  readonly source: string
  readonly seq: number
  readonly ordinal: number
}

export interface Submission {
  readonly place: Place
  readonly event: AnyEvent
  readonly by: Actor
  readonly options: Omit<SubmitOptions, 'owned'>
  readonly owned: readonly OwnedJob[]
  /** Set for the first event of a root. */
  readonly create?: { readonly kind: AggregateKind }
  readonly inbox?: InboxKey
  /** Who waits: absent for what came from the inbox, a wake-up or a deadline. */
  readonly caller?: {
    readonly answer: (submitted: Submitted) => void
    readonly fail: (fault: Error) => void
  }
  /** How often the reducer or the database failed on it. */
  tries: number
}

/** One text per inbox row, for sets in memory. */
export function inboxText(key: InboxKey): string {
  return `${key.source}/${key.seq}/${key.ordinal}`
}
