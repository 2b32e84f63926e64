// Starts the run of a pipeline that nobody asked for by hand. When it cannot be planned, its owners hear of it, and the queue tries again.

import type { KnownSnapshot, Source } from '@lockstep/define/plan'
import { idOf } from '@lockstep/domain'

import type { ReactorPort } from '../ports/reactor.ts'
import { startRun } from '../usecases/run/start-run.ts'
import { presentHtml, type Block } from '../usecases/notification/mail-html.ts'
import { presentText } from '../usecases/notification/mail-text.ts'
import { notify, type NotifyDeps } from './notification.ts'
import { readOwners } from './receivers.ts'

export interface BeginDeps extends NotifyDeps {
  readonly reactor: ReactorPort
}

/** A pipeline whose time has come. */
export interface Beginning {
  /** Names the message to its owners: the same trigger writes to them once. */
  readonly id: string
  /** As people say it: `car/nightly at its time`. */
  readonly what: string
  readonly pipeline: {
    readonly uuid: string
    readonly project: string
    readonly name: string
    readonly projectNumber: number
  }
  readonly source: Source | null
  readonly snapshots: ReadonlyMap<string, KnownSnapshot>
  /** What it begins for; the same cause never starts a second run. */
  readonly cause: string
}

/** Starts the run, exactly one for its cause; or the fault that whoever carries the trigger rejects with, to be asked again. */
export async function beginByTrigger(
  deps: BeginDeps,
  beginning: Beginning,
): Promise<Error | undefined> {
  const { pipeline, source, snapshots, cause, what } = beginning
  const started = await startRun(deps, {
    project: pipeline.project,
    name: pipeline.name,
    parameters: {},
    source,
    snapshots,
    starter: `trigger:${idOf('trg', pipeline.uuid)}`,
    onFailure: 'end',
    cause,
    plan: null,
  })
  if (started.ok) return undefined
  if (started.code !== 'plan_refused') {
    return new Error(`${what} could not be started: ${started.code}.`)
  }
  const why = started.refusals.map(({ message }) => message).join(' ')
  await tellOwners(deps, beginning, why)
  return new Error(`${what} cannot be planned: ${why}`)
}

async function tellOwners(
  deps: BeginDeps,
  { id, what, pipeline }: Beginning,
  why: string,
): Promise<void> {
  const { project, projectNumber, uuid, name } = pipeline
  const receivers = await readOwners(deps.db, {
    root: idOf('def', uuid),
    starter: undefined,
    project: projectNumber,
  })
  const subject = `Not started: ${what}`
  const blocks: readonly Block[] = [
    { kind: 'text', text: `It cannot be planned: ${why}` },
    { kind: 'text', text: 'It is tried again for about a day. This is the one message about it.' },
    { kind: 'small', text: `Try it by hand:  lockstep run start ${name} --project ${project}` },
  ]
  await notify(
    deps,
    {
      effect: id,
      project: { number: projectNumber, name: project },
      root: idOf('def', uuid),
      about: idOf('def', uuid),
      kind: 'trigger_refused',
      choice: null, // It waits for somebody who mends it.
    },
    receivers,
    () => ({ subject, text: presentText(blocks), html: presentHtml(subject, blocks) }),
  )
}
