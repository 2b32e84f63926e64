import type { Client } from '@lockstep/client'
import { findNearest } from '@lockstep/define/check'

import { parseThingAddress } from '../../address/address.ts'
import { findProject, projectName } from '../../address/project.ts'
import { viewOf } from '../../command/answer.ts'
import type { Context } from '../../command/context.ts'
import { Refusal, UsageRefusal } from '../../command/failure.ts'
import { timeOf } from '../../present/time.ts'

/** Flags of what is planned or started. */
export const SUBJECT_FLAGS = {
  parameter: { type: 'texts', value: 'NAME=VALUE', summary: 'a parameter; may be repeated' },
  snapshot: {
    type: 'texts',
    value: 'APP=VERSION',
    summary: 'another snapshot of an application; may be repeated',
  },
  at: {
    type: 'text',
    value: 'TIME',
    summary: 'begin then, such as 22:00; until then it can be aborted',
  },
} as const

/** The command that starts what was planned with these flags. */
export function startAgain(thing: string, flags: SubjectFlags): string {
  return [
    `run start ${thing}`,
    ...flags.parameter.map((one) => `--parameter ${one}`),
    ...flags.snapshot.map((one) => `--snapshot ${one}`),
    ...(flags.at === undefined ? [] : [`--at ${/\s/.test(flags.at) ? `"${flags.at}"` : flags.at}`]),
  ].join(' ')
}

interface SubjectFlags {
  readonly parameter: readonly string[]
  readonly snapshot: readonly string[]
  readonly at: string | undefined
}

type Subject = Parameters<Client['makePlan']>[0]

/** What is to be started: a pipeline or release by its name, with its parameters. */
export async function subjectOf(
  context: Context,
  client: Client,
  thing: string,
  flags: SubjectFlags,
): Promise<Subject> {
  const { project: inFront, name } = parseThingAddress(thing)
  const project = await findProject(
    context,
    client,
    inFront ?? (await projectOfThing(context, client, name)),
  )
  const parameters = pairsOf(flags.parameter, '--parameter NAME=VALUE')
  const startsAt = timeOf('at', flags.at, viewOf(context))
  const snapshots = pairsOf(flags.snapshot, '--snapshot APP=VERSION')
  return {
    project: project.id,
    name,
    ...(flags.parameter.length === 0 ? {} : { parameters }),
    ...(flags.snapshot.length === 0 ? {} : { snapshots }),
    ...(startsAt === undefined ? {} : { startsAt: new Date(startsAt).toISOString() }),
  }
}

/** The project that has a pipeline or release of this name, when nobody has said which. */
async function projectOfThing(
  context: Context,
  client: Client,
  name: string,
): Promise<string | undefined> {
  const said = await projectName(context)
  if (said !== undefined) return said
  const pages = await Promise.all([
    client.listDefinitions({ kind: 'release', limit: 200 }),
    client.listDefinitions({ kind: 'pipeline', limit: 200 }),
  ])
  const startable = pages.flatMap(({ items }) => items)
  const projects = [
    ...new Set(startable.filter((item) => item.name === name).map(({ project }) => project)),
  ]
  if (projects.length === 1) return projects[0]
  if (projects.length > 1) {
    throw new UsageRefusal(
      `"${name}" is in several projects. Put one in front:`,
      projects.map((project) => `${project}/${name}`),
    )
  }
  const nearest = findNearest(
    name,
    startable.map((item) => item.name),
  )
  const question = nearest === undefined ? '' : ` Did you mean "${nearest}"?`
  throw new Refusal(`there is no pipeline or release "${name}" that you may see.${question}`)
}

function pairsOf(texts: readonly string[], form: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=')
      if (equals < 1) throw new UsageRefusal(`"${text}" is not ${form}.`)
      return [text.slice(0, equals), text.slice(equals + 1)]
    }),
  )
}
