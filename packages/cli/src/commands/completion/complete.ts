import type { Client } from '@lockstep/client'

import type { Command, Noun } from '../../command/command.ts'
import { findCompletions } from '../../command/completion.ts'
import type { Context } from '../../command/context.ts'
import { shortAddress } from '../../present/run.ts'

/** What may stand in place of the last word; nothing when the server does not answer, since a shell must not be disturbed. */
export async function complete(
  context: Context,
  typed: readonly string[],
  commands: readonly Command[],
): Promise<readonly string[]> {
  const { words, noun } = findCompletions(typed, commands)
  if (noun === undefined) return words
  const begun = typed.at(-1) ?? ''
  const names = await context
    .connect()
    .then((client) => NAMES[noun](client, begun))
    .catch(() => [])
  return [...words, ...new Set(names.filter((name) => name.startsWith(begun)))]
}

const NAMES: Readonly<Record<Noun, (client: Client, begun: string) => Promise<string[]>>> = {
  async run(client) {
    return (await client.listRuns({ limit: 100 })).items.map(shortAddress)
  },
  async gate(client) {
    return (await client.listGates({ limit: 100 })).items.map(({ address }) => address)
  },
  /** Runs first; behind a run its stages and tasks. */
  async task(client, begun) {
    const { items } = await client.listRuns({ limit: 100 })
    const run = items.find((item) => begun.startsWith(`${shortAddress(item)}/`))
    if (run === undefined) return items.map((item) => `${shortAddress(item)}/`)
    const { stages } = await client.showRun({ run: run.id })
    return stages.flatMap(({ name, tasks }) => [
      `${shortAddress(run)}/${name}`,
      ...tasks.map(({ key }) => `${shortAddress(run)}/${name}/${key}`),
    ])
  },
  async startable(client) {
    const found = await Promise.all([
      client.listDefinitions({ kind: 'pipeline', limit: 200 }),
      client.listDefinitions({ kind: 'release', limit: 200 }),
    ])
    return found.flatMap(({ items }) => items.map(({ name }) => name))
  },
  async release(client) {
    return (await client.listReleases({ limit: 200 })).items.map(({ name }) => name)
  },
  async environment(client) {
    return (await client.listEnvironments({ limit: 200 })).items.map(({ name }) => name)
  },
  async application(client) {
    return (await client.listDefinitions({ kind: 'application', limit: 200 })).items.map(
      ({ name }) => name,
    )
  },
  async pipeline(client) {
    return (await client.listDefinitions({ kind: 'pipeline', limit: 200 })).items.map(
      ({ name }) => name,
    )
  },
  async definition(client) {
    return (await client.listDefinitions({ limit: 200 })).items.map(
      ({ kind, name }) => `${kind}/${name}`,
    )
  },
  async agent(client) {
    return (await client.listAgents({ limit: 200 })).items.map(({ name }) => name)
  },
  async user(client) {
    return (await client.listUsers({ limit: 200 })).items.map(({ name }) => name)
  },
  async group(client) {
    return (await client.listGroups({ limit: 200 })).items.map(({ name }) => name)
  },
  async project(client) {
    return (await client.listProjects({ limit: 200 })).items.map(({ name }) => name)
  },
  async repository(client) {
    const { items } = await client.listProjects({ limit: 20 })
    const pages = await Promise.all(items.map(({ id }) => client.listRepositories({ project: id })))
    return pages.flatMap((page) => page.items.map(({ name }) => name))
  },
}
