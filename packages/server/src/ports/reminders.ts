// Telling approvers once more that a gate waits for them.

import type { Actor, GateRunId, Id, Instant } from '@lockstep/domain'

import type { Tx } from './transaction.ts'

/** Whom a reminder goes to, or why it goes to nobody. */
export type Reminded =
  | {
      readonly kind: 'told'
      readonly names: readonly string[]
      readonly project: number
      /** The first of the messages. */
      readonly message: Id<'ntf'>
    }
  /** Nobody is waited for. */
  | { readonly kind: 'nobody' }
  /** They were told by hand less than an hour ago. */
  | { readonly kind: 'too_soon'; readonly at: Instant }

/** Notes the mails in the transaction; the post sends them. They say who asks. */
export type RemindApprovers = (tx: Tx, gate: GateRunId, by: Actor) => Promise<Reminded>
