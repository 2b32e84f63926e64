// What the entries of the audit trail are about, for people who search them.

import type { AuditTopic } from '@lockstep/contract'
import type { EntryType } from '../../ports/audit.ts'

/** The topic of every ordinary change; null: it is shown with everything, and under none. */
export const TOPIC_OF_ENTRY: Readonly<Record<EntryType, AuditTopic | null>> = {
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
}

/** Events of runs, releases and environments by topic. Their reducers say much more, which nobody searches for. */
const RUN_TYPES: Readonly<Partial<Record<AuditTopic, readonly string[]>>> = {
  decisions: [
    'decision_recorded',
    'decision_withdrawn',
    'gate_finished',
    'gate_held',
    'gate_resumed',
    'gate_retried',
    'task_completed',
    'task_skipped',
    'step_skipped',
    'unknown_resolved',
  ],
  runs: [
    'run_created',
    'run_paused',
    'run_resumed',
    'abort_requested',
    'restarted_from',
    'task_retried',
    'step_retried',
    'release_planned',
    'release_started',
    'release_cancelled',
    'application_pinned',
    'application_frozen',
    'application_unfrozen',
  ],
  deployments: [
    'process_created',
    'process_planned',
    'snapshot_made',
    'environment_locked',
    'environment_unlocked',
    'environment_frozen',
    'environment_unfrozen',
  ],
}

/** The types of entries under a topic. */
export function typesOf(topic: AuditTopic): readonly string[] {
  const entries = Object.entries(TOPIC_OF_ENTRY).filter(([, of]) => of === topic)
  return [...entries.map(([type]) => type), ...(RUN_TYPES[topic] ?? [])]
}
