// What an entry of the audit trail says, in words that follow the name of who did it: "approved at a gate".

import type {
  EnvironmentLockEvent,
  GateRunEvent,
  JsonValue,
  Outcome,
  PipelineRunEvent,
  ProcessRunEvent,
  ReleaseEvent,
  StageRunEvent,
  StepRunEvent,
} from '@lockstep/domain'
import type { EntryType } from '../ports/audit.ts'

/** An entry, and how its ids are called. */
export interface Said {
  readonly type: string
  readonly kind: string
  readonly subject: string
  readonly actor: string
  readonly body: Body
  readonly nameOf: (id: string) => string
}

type Body = { readonly [field: string]: JsonValue }
type Sentence = (body: Body, entry: Said) => string

type RunEvent =
  | PipelineRunEvent
  | StageRunEvent
  | GateRunEvent
  | ProcessRunEvent
  | StepRunEvent
  | EnvironmentLockEvent
  | ReleaseEvent

/** Everything that the log of a run, an environment or a release can say. The compiler keeps it whole. */
const OF_RUNS: Readonly<Record<RunEvent['type'], Sentence>> = {
  run_created: () => 'started a run',
  run_paused: () => 'paused a run',
  run_resumed: () => 'let a run go on',
  restarted_from: () => 'went on from an earlier point',
  abort_requested: (_, entry) => `aborted ${thingOf(entry)}`,
  child_finished: (body, { kind }) => `noted that ${CHILDREN[kind] ?? 'a part'} ${ended(body)}`,
  woken: (_, entry) => `looked at ${thingOf(entry)} again when its time had come`,
  stage_created: () => 'began a stage',
  stage_paused: () => 'paused a stage',
  stage_resumed: () => 'let a stage go on',
  task_completed: () => 'completed a task',
  task_retried: () => 'tried a task again',
  task_skipped: () => 'skipped a task',
  condition_judged: (body) => `judged a condition: ${judged(body)}`,
  process_planned: () => 'planned a deployment',
  plan_differs: () => 'stopped, as the plan is no longer the one that was shown',
  plan_refused: () => 'could not plan a deployment',
  plan_deferred: () => 'put a deployment off',
  snapshot_made: (body) => `made the snapshot ${text(body, 'version')}`,
  snapshot_refused: () => 'could not make a snapshot',
  gate_created: () => 'came to a gate',
  gate_described: () => 'read what a gate lets through',
  gate_confirmed: () => 'looked a second time at who has decided',
  gate_finished: (body) =>
    text(body, 'outcome') === 'passed' ? 'let a gate pass' : 'ended a gate that did not pass',
  gate_held: () => 'held a gate',
  gate_resumed: () => 'let a held gate go on',
  gate_retried: () => 'had a gate judged again',
  check_answered: (body) => `asked a check: ${CHECKED[text(body, 'answer')] ?? 'it has answered'}`,
  decision_recorded: (body) =>
    text(body, 'decision') === 'reject' ? 'rejected at a gate' : 'approved at a gate',
  override_recorded: () => 'decided to override a gate',
  decision_withdrawn: () => 'took a decision back',
  contents_changed: (_, { kind }) =>
    kind === 'release'
      ? 'took up another definition of a release'
      : 'asked at a gate anew, as it lets through something else now',
  process_created: () => 'began a deployment',
  step_created: () => 'began a step',
  step_retried: () => 'tried a step again',
  step_skipped: () => 'skipped a step',
  job_finished: () => 'ended the work of a step on a resource',
  job_lost: () => 'heard no more of the work of a step on a resource',
  jobs_cancelled: () => 'took back work that had not begun',
  unknown_resolved: (body) => `said of unknown work: ${VERDICTS[text(body, 'verdict')] ?? 'known'}`,
  health_answered: (body) =>
    body['healthy'] === true ? 'found a step in order' : 'found a step not in order',
  lock_created: () => 'set up who changes an environment when',
  lock_requested: () => 'asked for an environment',
  lock_given: () => 'got an environment',
  lock_refused: () => 'did not get an environment',
  lock_released: () => 'gave an environment back',
  request_withdrawn: () => 'asked for an environment no more',
  holder_ended: () => 'gave back the environment of what has ended',
  order_changed: () => 'changed who gets an environment next',
  environment_locked: () => 'held an environment',
  environment_unlocked: () => 'let an environment go',
  environment_frozen: () => 'froze an environment',
  environment_unfrozen: () => 'ended a freeze',
  release_planned: (body) => `planned the release ${text(body, 'name')}`,
  release_started: () => 'started a release',
  release_cancelled: () => 'cancelled a release',
  application_passed: (body) => `collected ${text(body, 'version')} of ${application(body)}`,
  application_pinned: (body) => `chose ${text(body, 'version')} of ${application(body)}`,
  application_frozen: (body) => `kept what is collected of ${application(body)}`,
  application_unfrozen: (body) => `lets newer versions of ${application(body)} be collected again`,
}

/** Ordinary changes. */
const OF_CHANGES: Readonly<Record<EntryType, Sentence>> = {
  first_administrator_created: () => 'became the first administrator',
  user_created: (body) => `made the account ${text(body, 'name')}`,
  user_changed: (body, { subject, nameOf }) => changedUser(body, nameOf(subject)),
  user_invited: (_, { subject, nameOf }) => `made a link for a new password of ${nameOf(subject)}`,
  password_chosen: () => 'chose a password by a link',
  password_changed: () => 'changed their password',
  session_opened: () => 'signed in',
  session_ended: () => 'ended a session',
  group_created: (body) => `made the group ${text(body, 'name')}`,
  member_added: (body, { subject, nameOf }) =>
    `put ${nameOf(text(body, 'user'))} into ${nameOf(subject)}`,
  member_removed: (body, { subject, nameOf }) =>
    `took ${nameOf(text(body, 'user'))} out of ${nameOf(subject)}`,
  role_granted: (body, entry) => {
    const waits = body['waitsForConfirmation'] === true ? ', which waits to be confirmed' : ''
    return `gave ${holderOf(body, entry)} the role ${text(body, 'role')}${waits}`
  },
  role_confirmed: (body, entry) =>
    `confirmed the role ${text(body, 'role')} of ${holderOf(body, entry)}`,
  role_revoked: (body, entry) =>
    `took the role ${text(body, 'role')} back from ${holderOf(body, entry)}`,
  service_account_created: (body) => `made the service account ${text(body, 'name')}`,
  service_account_changed: (_, { subject, nameOf }) =>
    `changed the service account ${nameOf(subject)}`,
  token_created: (body, { actor, nameOf }) => {
    const owner = text(body, 'owner')
    const whose = owner === '' || actor === `user:${owner}` ? '' : ` for ${nameOf(owner)}`
    return `made the token ${text(body, 'name')}${whose}`
  },
  token_revoked: (body, { actor, nameOf }) => {
    const owner = text(body, 'owner')
    return owner === '' || actor === `user:${owner}`
      ? 'revoked a token'
      : `revoked a token of ${nameOf(owner)}`
  },
  key_trusted: (body) => `trusts the signing key ${text(body, 'name')}`,
  key_distrusted: (body) => `trusts the signing key ${text(body, 'name')} no more`,
  secret_set: (body) => `set the secret ${text(body, 'name')}`,
  secret_rotated: (body) => `gave the secret ${text(body, 'name')} another value`,
  secret_deleted: (body) => `deleted the secret ${text(body, 'name')}`,
  agent_enrolment_created: () => 'made a token with which an agent enrols',
  agent_assigned: (_, entry) => `assigned ${agentOf(entry)}`,
  agent_unassigned: (_, entry) => `took ${agentOf(entry)} out of a place`,
  agent_drained: (body, entry) =>
    body['draining'] === false ? `gave ${agentOf(entry)} work again` : `drained ${agentOf(entry)}`,
  agent_revoked: (_, entry) => `evicted ${agentOf(entry)}`,
  project_created: (body) => `made the project ${text(body, 'name')}`,
  project_changed: (body) => `called the project ${text(body, 'after')}`,
  hold_released: () => 'let what goes out go on after a restore',
  repository_followed: (body) => `followed the repository ${text(body, 'name')}`,
  repository_changed: (body) => `follows the repository ${text(body, 'name')} differently`,
  repository_unfollowed: (body) => `stopped following the repository ${text(body, 'name')}`,
  definition_created: (body) => `made ${named(body)}`,
  definition_changed: (body) => `changed ${named(body)}`,
  definition_retired: (body) => `took ${named(body)} out of use`,
  definition_restored: (body) => `restored an old revision of ${named(body)}`,
  definition_taken_over: (body) => `took ${named(body)} over into ${text(body, 'source')}`,
  snapshot_taken: (body) => `took the snapshot ${text(body, 'version')} of what runs`,
  inventory_reported: (body) =>
    `${body['accepted'] === true ? 'accepted' : 'told'} what ${text(body, 'resource')} runs of ${text(body, 'component')}`,
  artifact_kept: (body) => `kept ${artifact(body)}`,
  artifact_signed: (body) => `signed ${artifact(body)} with ${text(body, 'key')}`,
  artifact_deleted: (body) => `deleted ${artifact(body)}`,
  fact_reported: (body) => `reported the fact ${text(body, 'name')}`,
  approvers_reminded: (body) => `reminded ${listOf(body, 'told')} of a gate`,
  fault_repaired: () => 'took up again what a fault had set aside',
  mails_chosen: () => 'chose which mails they get',
  notification_tested: () => 'sent a test message',
  notification_redelivered: (body) => `sent the message ${text(body, 'title')} again`,
}

const SENTENCES: ReadonlyMap<string, Sentence> = new Map(
  Object.entries({ ...OF_RUNS, ...OF_CHANGES }),
)

/** What was done. Of a type that only a later version writes it says the name. */
export function presentEntry(entry: Said): string {
  const { type, body } = entry
  return SENTENCES.get(type)?.(body, entry).trim() ?? type.replaceAll('_', ' ')
}

/** The ids that the sentence names. */
export function idsIn({ subject, body }: Pick<Said, 'subject' | 'body'>): readonly string[] {
  return [subject, ...['holder', 'user', 'owner'].map((field) => text(body, field))]
}

const THINGS: Readonly<Record<string, string>> = {
  pipeline_run: 'a run',
  stage_run: 'a stage',
  gate_run: 'a gate',
  process_run: 'a deployment',
  step_run: 'a step',
  environment_lock: 'an environment',
  release: 'a release',
}

function thingOf({ kind }: Said): string {
  return THINGS[kind] ?? 'something'
}

/** What ends below each of them. */
const CHILDREN: Readonly<Record<string, string>> = {
  pipeline_run: 'a stage',
  stage_run: 'the work of a task',
  process_run: 'a step',
  release: 'a run',
}

const ENDS: Readonly<Record<Outcome, string>> = {
  succeeded: 'has succeeded',
  failed: 'has failed',
  errored: 'could not be run',
  aborted: 'was aborted',
  skipped: 'was skipped',
}

function ended(body: Body): string {
  const outcome = text(body, 'outcome')
  return Object.entries(ENDS).find(([one]) => one === outcome)?.[1] ?? 'has ended'
}

const CHECKED: Readonly<Record<string, string>> = {
  holds: 'it holds',
  not: 'it does not hold',
  error: 'it could not be asked',
}

const VERDICTS: Readonly<Record<string, string>> = {
  ran: 'it ran',
  did_not_run: 'it did not run',
  try_again: 'it is tried again',
}

function judged(body: Body): string {
  if (typeof body['error'] === 'string') return 'it could not be judged'
  return body['holds'] === true ? 'it holds' : 'it does not hold'
}

/** Whose role it is; who gave it to themselves is said so. */
function holderOf(body: Body, { actor, nameOf }: Said): string {
  const holder = text(body, 'holder')
  if (holder === '') return 'somebody'
  return actor === `user:${holder}` ? 'themselves' : nameOf(holder)
}

function changedUser(body: Body, name: string): string {
  const [before, after] = [fieldsIn(body, 'before'), fieldsIn(body, 'after')]
  if (before['disabled'] !== after['disabled'])
    return after['disabled'] === true ? `kept ${name} out` : `let ${name} sign in again`
  if (before['email'] !== after['email']) return `changed the address of ${name}`
  return `changed the account ${name}`
}

function agentOf({ subject, nameOf }: Said): string {
  return `the agent ${nameOf(subject)}`
}

function artifact(body: Body): string {
  return `${text(body, 'component')} ${text(body, 'version')}`
}

function application(body: Body): string {
  const { project, name } = fieldsIn(body, 'application')
  return typeof project === 'string' && typeof name === 'string'
    ? `${project}/${name}`
    : 'an application'
}

function named(body: Body): string {
  return [text(body, 'kind'), text(body, 'name')].filter((part) => part !== '').join(' ')
}

function listOf(body: Body, field: string): string {
  const value = body[field]
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string').join(', ') : ''
}

function fieldsIn(body: Body, field: string): Body {
  const value = body[field]
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
}

function text(body: Body, field: string): string {
  const value = body[field]
  return typeof value === 'string' ? value : ''
}
