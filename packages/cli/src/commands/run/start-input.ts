import type { Client } from '@lockstep/client'
import { findNearest } from '@lockstep/define/check'

import { parseThingAddress } from '../../address/address.ts'
import { findProject, projectName } from '../../address/project.ts'
import type { Context } from '../../command/context.ts'
import { Refusal, UsageRefusal } from '../../command/failure.ts'

/** Flags of what is planned or started. */
export const SUBJECT_FLAGS = {
  parameter: { type: 'texts', value: 'NAME=VALUE', summary: 'a parameter; may be repeated' },
  snapshot: {
    type: 'texts',
    value: 'APP=VERSION',
    summary: 'another snapshot of an application; may be repeated',
  },
} as const

type Subject = Parameters<Client['makePlan']>[0]

/** What is to be started: a pipeline or release by its name, with its parameters. */
export async function subjectOf(
  context: Context,
  client: Client,
  thing: string,
  flags: { readonly parameter: readonly string[]; readonly snapshot: readonly string[] },
): Promise<Subject> {
  const { project: inFront, name } = parseThingAddress(thing)
  const project = await findProject(
    context,
    client,
    inFront ?? (await projectOfThing(context, client, name)),
  )
  const parameters = pairsOf(flags.parameter, '--parameter NAME=VALUE')
  const snapshots = pairsOf(flags.snapshot, '--snapshot APP=VERSION')
  return {
    project: project.id,
    name,
    ...(flags.parameter.length === 0 ? {} : { parameters }),
    ...(flags.snapshot.length === 0 ? {} : { snapshots }),
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
