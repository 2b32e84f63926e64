// Messages about a run that ask nobody to decide about a gate: a task that needs somebody, a notice, a release that is ready.

import {
  mailChoiceOf,
  uuidOf,
  type OutwardEffect,
  type RunPlan,
  type StageRunState,
} from '@lockstep/domain'

import type { Outgoing } from '../ports/outgoing.ts'
import { findDefinitionById } from '../postgres/deliverables/definition-store.ts'
import { findRunByRoot } from '../postgres/deliverables/run-store.ts'
import { findPlan } from '../postgres/plans.ts'
import { findRow, type Queryable } from '../postgres/queryable.ts'
import { presentHtml, type Block } from '../usecases/notification/mail-html.ts'
import { presentText } from '../usecases/notification/mail-text.ts'
import { notify, type Message, type NotifyDeps, type Receiver, type Words } from './notification.ts'
import { readNamed, readOwners } from './receivers.ts'
import { readTrouble } from './trouble.ts'

export interface NotifyPeopleDeps extends NotifyDeps {
  readonly publicUrl: () => string
}

type EffectOf<Type extends OutwardEffect['type']> = Extract<OutwardEffect, { type: Type }>

/** Tells those who answer for a run that it, or something in it, needs them. */
export async function notifyOwners(
  deps: NotifyPeopleDeps,
  outgoing: Outgoing,
  effect: EffectOf<'notify_owners'>,
): Promise<void> {
  const about =
    effect.what === 'release_ready'
      ? await readRelease(deps, outgoing)
      : await readRun(deps, outgoing)
  if (about === undefined) return
  const receivers = await readOwners(deps.db, {
    root: outgoing.root,
    starter: about.starter,
    project: outgoing.project,
  })
  const words = ownersWords(about, effect.what, await readTrouble(deps.db, outgoing, effect.about))
  await notify(deps, messageOf(outgoing, about, effect), receivers, () => words)
}

/** The people of a `notify` task with its text, or those of a manual task with what they have to do. */
export async function notifyPeople(
  deps: NotifyPeopleDeps,
  outgoing: Outgoing,
  effect: EffectOf<'notify_people'>,
): Promise<void> {
  const about = await readRun(deps, outgoing)
  const found = await readTask(deps.db, outgoing, effect)
  if (about === undefined || found === undefined) return
  const { task, stage } = found
  const { work } = task
  if (work.kind !== 'notify' && work.kind !== 'manual') return
  const wanted = work.kind === 'notify' ? work.to : work.by
  const people = await readNamed(
    deps.db,
    wanted.flatMap((one) => (one.kind === 'address' ? [] : [one.id])),
  )
  const addresses = wanted.flatMap((one): readonly Receiver[] =>
    one.kind === 'address'
      ? [{ id: one.address, name: '', address: one.address, mailsOff: [] }]
      : [],
  )
  const at = `${about.address}/${stage}/${task.key}`
  const words =
    work.kind === 'notify'
      ? wordsOf(`${task.title}: ${about.title}`, [{ kind: 'text', text: work.text }], about)
      : wordsOf(
          `To do: ${task.title}, ${about.title}`,
          [
            { kind: 'text', text: work.instructions },
            { kind: 'text', text: `When it is done:  lockstep task complete ${at}` },
          ],
          about,
        )
  const message = messageOf(outgoing, about, effect, work.kind)
  await notify(deps, message, [...people, ...addresses], () => words)
}

/** A run, or a release itself, as messages name it. */
interface About {
  readonly kind: 'run' | 'release'
  readonly project: string
  readonly address: string
  readonly title: string
  readonly starter: string | undefined
  /** Its page. */
  readonly link: string
}

/** The newest run under the root. */
async function readRun(
  { db, publicUrl }: NotifyPeopleDeps,
  { root }: Outgoing,
): Promise<About | undefined> {
  const run = await findRunByRoot(db, root)
  if (run === undefined) return undefined
  const plan = await findPlan(db, run.plan)
  const titled = plan?.kind === 'run' ? (plan.release ?? plan.pipeline).title : run.name
  return {
    kind: 'run',
    project: run.project,
    address: `${run.name}/${run.number}`,
    title: `${titled}, run ${run.number}`,
    starter: run.starter,
    link: `${publicUrl()}/runs/${run.id}`,
  }
}

async function readRelease(
  { db, publicUrl }: NotifyPeopleDeps,
  { root }: Outgoing,
): Promise<About | undefined> {
  const definition = await findDefinitionById(db, uuidOf(root))
  if (definition === undefined) return undefined
  const { project, name, definition: body } = definition
  return {
    kind: 'release',
    project,
    address: name,
    title: body.title,
    starter: undefined,
    link: `${publicUrl()}/releases/${project}:${name}?show=plan`,
  }
}

function ownersWords(about: About, what: string, trouble: readonly string[]): Words {
  const named = trouble.length === 0 ? '' : `: ${trouble.slice(0, 3).join(', ')}`
  const list: readonly Block[] =
    trouble.length === 0
      ? []
      : [{ kind: 'table', title: 'What it is about', rows: trouble.map((line) => [line]) }]
  switch (what) {
    case 'release_ready':
      return wordsOf(
        `Collected: ${about.title} can start`,
        [
          { kind: 'text', text: 'Something of every application has passed its team pipeline.' },
          {
            kind: 'text',
            text: `See what it would do:  lockstep run start ${about.address} --dry-run`,
          },
        ],
        about,
      )
    case 'unknown':
      return wordsOf(
        `Unknown${named}, somebody has to say, ${about.title}`,
        [
          {
            kind: 'text',
            text: 'Contact to the agent was lost while it worked. Nobody can prove what happened: evidence of the agent or a person decides.',
          },
          ...list,
        ],
        about,
      )
    case 'run_failed':
      return wordsOf(`Failed: ${about.title}`, list, about)
    case 'gate_rejected':
      return wordsOf(
        `Rejected${named}, ${about.title} waits for somebody`,
        [
          {
            kind: 'text',
            text: 'It waits for a person: judge the gate again, restart from an earlier task, or abort.',
          },
          ...list,
        ],
        about,
      )
    default:
      return wordsOf(
        `Failed${named}, ${about.title} waits for somebody`,
        [
          { kind: 'text', text: 'It waits for a person: retry, skip with a reason, or abort.' },
          ...list,
        ],
        about,
      )
  }
}

function wordsOf(subject: string, blocks: readonly Block[], about: About): Words {
  const all: readonly Block[] = [
    ...blocks,
    { kind: 'link', text: 'Look', url: about.link },
    {
      kind: 'small',
      text: `On the command line:  lockstep ${about.kind} show ${about.address} --project ${about.project}`,
    },
  ]
  // A subject is one line; names in it come from definitions and agents.
  const line = subject.replaceAll(/\p{Cc}+|\u2028|\u2029/gu, ' ').slice(0, SUBJECT_MAX)
  return { subject: line, text: presentText(all), html: presentHtml(line, all) }
}

const SUBJECT_MAX = 200

async function readTask(
  db: Queryable,
  { project, root }: Outgoing,
  effect: EffectOf<'notify_people'>,
): Promise<
  { readonly task: RunPlan['stages'][number]['tasks'][number]; readonly stage: string } | undefined
> {
  const row = await findRow<{ state: StageRunState }>(
    db,
    `SELECT state FROM aggregates WHERE project_id = $1 AND root_id = $2 AND id = $3 AND kind = 'stage_run'`,
    [project, uuidOf(root), uuidOf(effect.stage)],
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
  effect: EffectOf<'notify_owners' | 'notify_people'>,
  work?: string,
): Message {
  return {
    effect: outgoing.id,
    project: { number: outgoing.project, name: about.project },
    root: outgoing.root,
    about: effect.type === 'notify_owners' ? effect.about : effect.stage,
    kind: effect.type,
    choice: mailChoiceOf(effect, work),
  }
}
