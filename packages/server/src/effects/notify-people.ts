// Messages about a run that are no approvals: a task that needs somebody, a notice, a release that is ready.

import {
  idOf,
  uuidOf,
  type OutwardEffect,
  type RunPlan,
  type StageRunState,
} from '@lockstep/domain'

import type { Outgoing } from '../ports/outgoing.ts'
import { findDefinitionById } from '../postgres/deliverables/definition-store.ts'
import { findRunByRoot } from '../postgres/deliverables/run-store.ts'
import { findPlan } from '../postgres/plans.ts'
import { findRow, listRows, type Queryable } from '../postgres/queryable.ts'
import { presentHtml } from './mail-html.ts'
import { notify, type Message, type NotifyDeps, type Receiver } from './notification.ts'
import { readReceivers } from './notify-gate.ts'

export interface NotifyPeopleDeps extends NotifyDeps {
  readonly publicUrl: () => string
}

type Owners = Extract<OutwardEffect, { type: 'notify_owners' }>
type People = Extract<OutwardEffect, { type: 'notify_people' }>

const WHAT: Readonly<Record<string, string>> = {
  task_failed: 'Failed, and waits for somebody',
  run_failed: 'Failed',
  release_ready: 'Collected, can start',
  step_unknown: 'Unknown, somebody has to say what happened',
  job_unknown: 'Unknown, somebody has to say what happened',
}

/** Tells those who answer for a run: the owner of its release, or the person who started it, or the owners of its project. */
export async function notifyOwners(
  deps: NotifyPeopleDeps,
  outgoing: Outgoing,
  effect: Owners,
): Promise<void> {
  const about = await readAbout(deps.db, outgoing)
  if (about === undefined) return
  const what = WHAT[effect.what] ?? effect.what.replaceAll('_', ' ')
  const receivers = await readOwners(deps.db, outgoing)
  const command = effect.what === 'release_ready' ? 'plan' : 'run show'
  const text = `${what}: ${about.title}\n\nLook:  lockstep ${command} ${about.address}\n`
  await notify(
    deps,
    messageOf(outgoing, about, effect.type, `${what}: ${about.title}`, text),
    receivers,
  )
}

/** The people of a `notify` task with its text, or those of a manual task with what they have to do. */
export async function notifyPeople(
  deps: NotifyPeopleDeps,
  outgoing: Outgoing,
  effect: People,
): Promise<void> {
  const about = await readAbout(deps.db, outgoing)
  const found = await readTask(deps.db, effect)
  if (about === undefined || found === undefined) return
  const { task, stage } = found
  const { work } = task
  if (work.kind !== 'notify' && work.kind !== 'manual') return
  const wanted = work.kind === 'notify' ? work.to : work.by
  const receivers = [
    ...(await readNamed(
      deps.db,
      wanted.flatMap((one) => (one.kind === 'address' ? [] : [one.id])),
    )),
    ...wanted.flatMap((one) =>
      one.kind === 'address' ? [{ id: one.address, name: '', address: one.address }] : [],
    ),
  ]
  const address = `${about.address}/${stage}/${task.key}`
  const text =
    work.kind === 'notify'
      ? `${work.text}\n`
      : `${work.instructions}\n\nWhen it is done:  lockstep task complete ${address}\n`
  const subject = `${work.kind === 'manual' ? 'To do' : task.title}: ${work.kind === 'manual' ? task.title : about.title}`
  await notify(deps, messageOf(outgoing, about, effect.type, subject, text), receivers)
}

interface About {
  readonly project: string
  readonly address: string
  readonly title: string
}

async function readAbout(db: Queryable, { root }: Outgoing): Promise<About | undefined> {
  const run = await findRunByRoot(db, root)
  if (run !== undefined) {
    const address = `${run.name}/${run.number}`
    return {
      project: run.project,
      address,
      title: `${run.release ?? run.pipeline}, run ${run.number}`,
    }
  }
  // A release that has not been started yet.
  const definition = await findDefinitionById(db, uuidOf(root))
  if (definition === undefined) return undefined
  const { project, name, definition: body } = definition
  return { project, address: name, title: body.title }
}

async function readOwners(db: Queryable, { root }: Outgoing): Promise<readonly Receiver[]> {
  const run = await findRunByRoot(db, root)
  const release = root.startsWith('rel_') ? await findDefinitionById(db, uuidOf(root)) : undefined
  if (release?.definition.kind === 'release') {
    const { owner } = release.definition
    return readPrincipals(
      db,
      'group' in owner ? [owner.group] : [],
      'user' in owner ? [owner.user] : [],
    )
  }
  const starter =
    run?.starter.startsWith('user:') === true ? run.starter.slice('user:'.length) : undefined
  if (starter !== undefined) return readReceivers(db, [starter])
  return run === undefined ? [] : readProjectOwners(db, run.projectNumber)
}

async function readPrincipals(
  db: Queryable,
  groups: readonly string[],
  users: readonly string[],
): Promise<readonly Receiver[]> {
  const rows = await listRows<{ id: string }>(
    db,
    `SELECT u.id FROM users u WHERE u.name = ANY ($2)
     UNION SELECT m.user_id FROM members m JOIN groups g ON g.id = m.group_id WHERE g.name = ANY ($1)`,
    [groups, users],
  )
  return readReceivers(
    db,
    rows.map(({ id }) => idOf('usr', id)),
  )
}

async function readNamed(db: Queryable, ids: readonly string[]): Promise<readonly Receiver[]> {
  const rows = await listRows<{ id: string }>(
    db,
    `SELECT unnest($1::uuid[]) AS id UNION SELECT user_id FROM members WHERE group_id = ANY ($2::uuid[])`,
    [
      ids.filter((id) => id.startsWith('usr_')).map(uuidOf),
      ids.filter((id) => id.startsWith('grp_')).map(uuidOf),
    ],
  )
  return readReceivers(
    db,
    rows.map(({ id }) => idOf('usr', id)),
  )
}

async function readProjectOwners(db: Queryable, project: number): Promise<readonly Receiver[]> {
  const rows = await listRows<{ id: string }>(
    db,
    `SELECT COALESCE(g.user_id, m.user_id) AS id FROM grants g
     JOIN projects p ON p.id = g.project_id LEFT JOIN members m ON m.group_id = g.group_id
     WHERE p.number = $1 AND g.role = 'project_owner' AND COALESCE(g.user_id, m.user_id) IS NOT NULL`,
    [project],
  )
  return readReceivers(
    db,
    rows.map(({ id }) => idOf('usr', id)),
  )
}

async function readTask(
  db: Queryable,
  effect: People,
): Promise<
  { readonly task: RunPlan['stages'][number]['tasks'][number]; readonly stage: string } | undefined
> {
  const row = await findRow<{ state: StageRunState }>(
    db,
    `SELECT state FROM aggregates WHERE id = $1 AND kind = 'stage_run'`,
    [uuidOf(effect.stage)],
  )
  const plan = row === undefined ? undefined : await findPlan(db, row.state.plan)
  if (row === undefined || plan?.kind !== 'run') return undefined
  const stage = plan.stages[row.state.stage]
  const task = stage?.tasks[effect.task]
  return stage === undefined || task === undefined ? undefined : { task, stage: stage.name }
}

function messageOf(
  outgoing: Outgoing,
  about: About,
  kind: string,
  subject: string,
  text: string,
): Message {
  return {
    effect: outgoing.id,
    project: { number: outgoing.project, name: about.project },
    root: outgoing.root,
    subjectId: outgoing.root,
    kind,
    subject,
    text,
    html: presentHtml(subject, [{ kind: 'text', text }]),
    thread: outgoing.root,
  }
}
