// The audit trail as ordinary writes see it: one entry per change, in the transaction of the change.

import type { Actor, JsonValue } from '@lockstep/domain'
import type { Tx } from './transaction.ts'

/** What ordinary changes are called, past tense. Searched under topics: `postgres/read/audit-topics.ts`. */
export type EntryType =
  | 'first_administrator_created'
  | 'user_created'
  | 'user_changed'
  | 'user_invited'
  | 'password_chosen'
  | 'password_changed'
  | 'session_opened'
  | 'session_ended'
  | 'group_created'
  | 'member_added'
  | 'member_removed'
  | 'role_granted'
  | 'role_confirmed'
  | 'role_revoked'
  | 'service_account_created'
  | 'service_account_changed'
  | 'token_created'
  | 'token_revoked'
  | 'key_trusted'
  | 'key_distrusted'
  | 'secret_set'
  | 'secret_rotated'
  | 'secret_deleted'
  | 'agent_enrolment_created'
  | 'agent_assigned'
  | 'agent_unassigned'
  | 'agent_drained'
  | 'agent_revoked'
  | 'project_created'
  | 'project_changed'
  | 'repository_followed'
  | 'repository_changed'
  | 'repository_unfollowed'
  | 'definition_created'
  | 'definition_changed'
  | 'definition_retired'
  | 'definition_restored'
  | 'definition_taken_over'
  | 'snapshot_taken'
  | 'inventory_reported'
  | 'artifact_kept'
  | 'artifact_signed'
  | 'artifact_deleted'
  | 'fact_reported'
  | 'fault_repaired'
  | 'hold_released'
  | 'approvers_reminded'
  | 'notification_tested'
  | 'notification_redelivered'

export interface AuditEntry {
  readonly type: EntryType
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
