import { Refused, type Client } from '@lockstep/client'
import type { Loaded, Mistake } from '@lockstep/define/check'

import { findProject } from '../../address/project.ts'
import type { Context } from '../../command/context.ts'
import type { Applied, Project } from '../../documents.ts'
import { mistakesRefusal, readFolder, sentDefinition } from './read-folder.ts'

export interface Compared {
  readonly loaded: Loaded
  readonly project: Project
  readonly applied: Applied
  readonly differing: Applied['differences']
}

export interface ApplyOptions {
  readonly allowBreaking: boolean
  readonly delete: boolean
  readonly takeOver: boolean
}

/** What applying a folder would do. Nothing is changed. */
export async function compareFolder(
  context: Context,
  client: Client,
  folder: string,
  options: ApplyOptions,
): Promise<Compared> {
  const loaded = await readFolder(context, folder)
  const project = await findProject(context, client, loaded.project)
  const applied = await send(client, loaded, { ...bodyOf(loaded, project, options), dryRun: true })
  const differing = applied.differences.filter(({ change }) => change !== 'equal')
  return { loaded, project, applied, differing }
}

/** Applies what was compared, and nothing else: refused when somebody else has applied in between. */
export async function applyCompared(
  client: Client,
  { loaded, project, applied }: Compared,
  options: ApplyOptions,
  comment: string,
): Promise<Applied> {
  const expects = Object.fromEntries(
    applied.differences.map(({ kind, name, renamedFrom, before }) => [
      `${kind}/${renamedFrom ?? name}`,
      before ?? 0,
    ]),
  )
  return send(client, loaded, { ...bodyOf(loaded, project, options), comment, expects })
}

type Body = Parameters<Client['applyDefinitions']>[0]

function bodyOf({ source, definitions }: Loaded, project: Project, options: ApplyOptions): Body {
  return {
    project: project.id,
    source,
    definitions: definitions.map(sentDefinition),
    ...options,
  }
}

async function send(client: Client, loaded: Loaded, body: Body): Promise<Applied> {
  try {
    return await client.applyDefinitions(body)
  } catch (error) {
    const mistakes = error instanceof Refused ? mistakesIn(error.problem) : []
    throw mistakes.length > 0 ? mistakesRefusal(mistakes, loaded.sources) : error
  }
}

function mistakesIn(problem: Readonly<Record<string, unknown>>): readonly Mistake[] {
  const { mistakes } = problem
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server's own mistakes, made by the same checks
  return Array.isArray(mistakes) ? (mistakes as readonly Mistake[]) : []
}
