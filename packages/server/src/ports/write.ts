// One ordinary change: its transaction, who makes it, and its line in the audit trail.

import type { Actor, JsonValue } from '@lockstep/domain'
import type { EntryType } from './audit.ts'
import type { People } from './people.ts'
import type { Tx } from './transaction.ts'

export interface Write {
  readonly tx: Tx
  readonly people: People
  readonly actor: Actor
  /** From where the request came; kept with sessions and the audit. */
  readonly origin: { readonly address: string; readonly client: string }
  /** Adds the line of this change to the audit trail. Last in a use case: it locks the chain until the commit. */
  record(entry: {
    readonly type: EntryType
    readonly subject: string
    /** Number of the project; the system when absent. */
    readonly project?: number
    readonly actor?: Actor
    readonly body: { readonly [field: string]: JsonValue }
  }): Promise<void>
}

/** Runs a change in one transaction; a refusal takes everything back. */
export type InTransaction = <Result extends { readonly ok: boolean }>(
  work: (write: Write) => Promise<Result>,
) => Promise<Result>
