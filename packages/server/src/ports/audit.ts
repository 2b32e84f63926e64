// The audit trail as ordinary writes see it: one entry per change, in the transaction of the change.

import type { Actor, JsonValue } from '@lockstep/domain'
import type { Tx } from './transaction.ts'

export interface AuditEntry {
  /** Past tense: `user_created`, `grant_revoked`. */
  readonly type: string
  /** Id of what changed. */
  readonly subject: string
  readonly actor: Actor
  /** Number of the project; 0 is the system. */
  readonly project: number
  /** Before and after, never a secret. */
  readonly body: { readonly [field: string]: JsonValue }
  /** From where: address, client, session. */
  readonly origin: JsonValue
}

export interface AuditTrail {
  /** Appends in this transaction; when it fails, the change does not happen. Call it last: it locks the chain until the commit. */
  append(tx: Tx, entry: AuditEntry): Promise<void>
}
