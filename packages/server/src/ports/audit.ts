// The audit trail as ordinary writes see it: one entry per change, in the transaction of the change.

import type { Actor, JsonValue } from '@lockstep/domain'
import type { Tx } from './transaction.ts'

/**
 * What ordinary changes are called, past tense, and the topic under which people search them; null: they are shown with everything, and
 * under none.
 */
export const TOPIC_OF_ENTRY = {
  first_administrator_created: 'access',
  user_created: 'access',
  user_changed: 'access',
  user_invited: 'access',
  password_chosen: 'access',
  password_changed: 'access',
  session_opened: 'access',
  session_ended: 'access',
  group_created: 'access',
  member_added: 'access',
  member_removed: 'access',
  role_granted: 'access',
  role_confirmed: 'access',
  role_revoked: 'access',
  service_account_created: 'access',
  service_account_changed: 'access',
  token_created: 'access',
  token_revoked: 'access',
  key_trusted: 'access',
  key_distrusted: 'access',
  secret_set: 'access',
  secret_rotated: 'access',
  secret_deleted: 'access',
  agent_enrolment_created: 'access',
  agent_assigned: 'access',
  agent_unassigned: 'access',
  agent_drained: 'access',
  agent_revoked: 'access',
  project_created: 'access',
  hold_released: 'access',
  project_changed: 'definitions',
  repository_followed: 'definitions',
  repository_changed: 'definitions',
  repository_unfollowed: 'definitions',
  definition_created: 'definitions',
  definition_changed: 'definitions',
  definition_retired: 'definitions',
  definition_restored: 'definitions',
  definition_taken_over: 'definitions',
  snapshot_taken: 'deployments',
  inventory_reported: 'deployments',
  artifact_kept: 'deployments',
  artifact_signed: 'deployments',
  artifact_deleted: 'deployments',
  fact_reported: 'decisions',
  approvers_reminded: 'decisions',
  fault_repaired: 'runs',
  notification_tested: null,
  notification_redelivered: null,
  mails_chosen: null,
} as const
export type EntryType = keyof typeof TOPIC_OF_ENTRY

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
