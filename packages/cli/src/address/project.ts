// Which project names belong to.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '@lockstep/client'

import type { Context } from '../command/context.ts'
import { Refusal, UsageRefusal } from '../command/failure.ts'
import type { Project } from '../documents.ts'

/** The name of the project that is meant: the one in front of a name, of the flag or environment, or of `lockstep.json`. */
export async function projectName(context: Context, inFront?: string): Promise<string | undefined> {
  return inFront ?? context.project ?? (await projectOfFolder(context.cwd))
}

/** The project that is meant. With none said, the only one that may be seen. */
export async function findProject(
  context: Context,
  client: Client,
  inFront?: string,
): Promise<Project> {
  const name = await projectName(context, inFront)
  if (name !== undefined) {
    const { items } = await client.listProjects({ name })
    if (items[0] === undefined) {
      throw new Refusal(`there is no project "${name}" that you may see.`, [
        'Those that you may see:  lockstep project list',
      ])
    }
    return items[0]
  }
  const { items } = await client.listProjects({ limit: 20 })
  if (items.length === 1 && items[0] !== undefined) return items[0]
  if (items.length === 0) throw new Refusal('there is no project that you may see.')
  throw new UsageRefusal('Which project? Say it with -p.', [
    `You may see ${items.map((project) => project.name).join(', ')}.`,
  ])
}

async function projectOfFolder(folder: string): Promise<string | undefined> {
  for (const file of [join(folder, 'lockstep', 'lockstep.json'), join(folder, 'lockstep.json')]) {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    const name = text === undefined ? undefined : projectIn(text)
    if (name !== undefined) return name
  }
  return undefined
}

function projectIn(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('project' in value)) return undefined
    return typeof value.project === 'string' ? value.project : undefined
  } catch {
    return undefined
  }
}
