// What an entry of the audit trail says, in words.

import type { AuditEntry as EntrySchema } from '@lockstep/contract'
import type * as z from 'zod/mini'

export type AuditEntry = z.output<typeof EntrySchema>
type Body = AuditEntry['body']

/** What each kind of thing is called; entries carry the kind of their subject. */
const KINDS: Readonly<Record<string, string>> = {
  pipeline_run: 'run',
  stage_run: 'stage',
  gate_run: 'gate',
  process_run: 'deployment',
  step_run: 'step',
  environment_lock: 'environment',
  release: 'release',
  prj: 'project',
  env: 'environment',
  def: 'definition',
  usr: 'person',
  grp: 'group',
  gra: 'role',
  svc: 'service account',
  tok: 'token',
  ses: 'session',
  agt: 'agent',
  ntf: 'message',
  art: 'artifact',
}

export function kindWords(kind: string): string {
  return KINDS[kind] ?? kind.replaceAll('_', ' ')
}

type Said = Pick<AuditEntry, 'type' | 'body' | 'actor' | 'holder'>

const SENTENCES: Readonly<Record<string, (body: Body, entry: Said) => string>> = {
  decision_recorded: (body) =>
    body['decision'] === 'reject' ? 'rejected at a gate' : 'approved at a gate',
  approvers_reminded: (body) => `reminded ${listOf(body, 'told')} of a gate`,
  decision_withdrawn: () => 'took a decision back',
  gate_finished: (body) =>
    text(body, 'outcome') === 'passed' ? 'let a gate pass' : 'ended a gate that did not pass',
  gate_held: () => 'held a gate',
  gate_resumed: () => 'let a held gate go on',
  run_created: () => 'started a run',
  run_paused: () => 'paused a run',
  run_resumed: () => 'let a run go on',
  abort_requested: () => 'aborted a run',
  restarted_from: () => 'went on from an earlier point',
  process_created: () => 'began a deployment',
  process_planned: () => 'planned a deployment',
  snapshot_made: (body) => `made the snapshot ${text(body, 'version')}`,
  inventory_reported: (body) =>
    `told what ${text(body, 'resource')} runs of ${text(body, 'component')}`,
  definition_created: (body) => `made ${named(body)}`,
  definition_changed: (body) => `changed ${named(body)}`,
  definition_retired: (body) => `took ${named(body)} out of use`,
  definition_taken_over: (body) => `took ${named(body)} over into ${text(body, 'source')}`,
  definition_restored: (body) => `restored an old revision of ${named(body)}`,
  role_granted: (body, { actor, holder }) => {
    const whom = actor === `user:${text(body, 'holder')}` ? 'themselves' : (holder ?? 'somebody')
    const waits = body['waitsForConfirmation'] === true ? ', which waits to be confirmed' : ''
    return `gave ${whom} the role ${text(body, 'role')}${waits}`
  },
  key_trusted: (body) => `trusts the signing key ${text(body, 'name')}`,
  key_distrusted: (body) => `trusts the signing key ${text(body, 'name')} no more`,
  artifact_kept: (body) => `kept ${text(body, 'component')} ${text(body, 'version')}`,
  artifact_deleted: (body) => `deleted ${text(body, 'component')} ${text(body, 'version')}`,
  snapshot_taken: (body) => `took the snapshot ${text(body, 'version')} of what runs`,
  fact_reported: (body) => `reported the fact ${text(body, 'name')}`,
  fault_repaired: () => 'took up again what a fault had set aside',
  hold_released: () => 'let what goes out go on after a restore',
  notification_tested: () => 'sent a test message',
  notification_redelivered: (body) => `sent the message ${text(body, 'title')} again`,
  artifact_signed: (body) =>
    `signed ${text(body, 'component')} ${text(body, 'version')} with ${text(body, 'key')}`,
  role_confirmed: (body, { holder }) =>
    `confirmed the role ${text(body, 'role')} of ${holder ?? 'somebody'}`,
  role_revoked: (body, { holder }) =>
    `took the role ${text(body, 'role')} back from ${holder ?? 'somebody'}`,
  first_administrator_created: () => 'became the first administrator',
  user_created: (body) => `made the account ${text(body, 'name')}`,
  user_changed: () => 'changed an account',
  user_invited: () => 'made a link for a new password',
  password_chosen: () => 'chose a password by a link',
  password_changed: () => 'changed their password',
  session_opened: () => 'signed in',
  session_ended: () => 'ended a session',
  group_created: (body) => `made the group ${text(body, 'name')}`,
  member_added: () => 'put somebody into a group',
  member_removed: () => 'took somebody out of a group',
  agent_enrolment_created: () => 'made a token with which an agent enrols',
  service_account_created: (body) => `made the service account ${text(body, 'name')}`,
  service_account_changed: () => 'changed a service account',
  secret_set: (body) => `set the secret ${text(body, 'name')}`,
  secret_rotated: (body) => `gave the secret ${text(body, 'name')} another value`,
  secret_deleted: (body) => `deleted the secret ${text(body, 'name')}`,
  token_created: () => 'made a token',
  token_revoked: () => 'revoked a token',
  project_changed: (body) => `called the project ${text(body, 'after')}`,
  project_created: (body) => `made the project ${text(body, 'name')}`,
  repository_followed: (body) => `followed the repository ${text(body, 'name')}`,
  repository_changed: (body) => `follows the repository ${text(body, 'name')} differently`,
  repository_unfollowed: (body) => `stopped following the repository ${text(body, 'name')}`,
  release_planned: (body) => `planned the release ${text(body, 'name')}`,
  application_passed: (body) => `collected ${text(body, 'version')} of an application`,
  environment_frozen: () => 'froze an environment',
  environment_unfrozen: () => 'ended a freeze',
  environment_locked: () => 'held an environment',
  environment_unlocked: () => 'let an environment go',
  agent_assigned: () => 'assigned an agent',
  agent_unassigned: () => 'took an agent out of a place',
  agent_drained: (body) =>
    body['draining'] === false ? 'gave an agent work again' : 'drained an agent',
  agent_revoked: () => 'evicted an agent',
}

/** "approved at a gate"; who did it stands in front. */
export function entryWords(entry: Said): string {
  const { type, body } = entry
  return SENTENCES[type]?.(body, entry).trim() ?? type.replaceAll('_', ' ')
}

/** What a person wrote with it: a comment or reason. */
export function saidWith({ body }: Pick<AuditEntry, 'body'>): string | undefined {
  return ['comment', 'reason'].map((field) => text(body, field)).find((said) => said.trim() !== '')
}

/** One entry a line, to be read; what can be verified elsewhere comes from `lockstep audit export`. */
export function exportLines(entries: readonly AuditEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
}

function named(body: Body): string {
  return [text(body, 'kind'), text(body, 'name')].filter((part) => part !== '').join(' ')
}

function listOf(body: Body, field: string): string {
  const value = body[field]
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string').join(', ') : ''
}

function text(body: Body, field: string): string {
  const value = body[field]
  return typeof value === 'string' ? value : ''
}
