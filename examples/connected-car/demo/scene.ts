// Everything that the story needs, running: server, hosts with agents, people, repositories, definitions.

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { createPeople, type People } from './accounts.ts'
import { assignAgents, startAgent, startAgents, type AgentPlaces } from './agents.ts'
import { HOSTS, hostOf } from './hosts.ts'
import type { Program } from './processes.ts'
import { stopProduct } from './product-programs.ts'
import { createRepositories, TEAM_REPOSITORIES } from './repositories.ts'
import { createProductDatabases, startServer, type Server } from './server.ts'
import { applyDefinitions, teamOf, type Evidence } from './story.ts'
import { until } from './until.ts'

/** The password of every account: the demo listens on this machine only. */
export const PASSWORD = 'a password for the demo only'

/** The stage on which the story plays. Disposing it stops everything that it started. */
export interface Scene extends AsyncDisposable {
  readonly work: string
  readonly data: string
  readonly url: string
  readonly people: People
  readonly repositories: string
  readonly outbox: string
  readonly places: AgentPlaces
  /** The running server; another one after it was started again. */
  server(): Server
  readonly agents: ReadonlyMap<string, Program>
  /** Starts the server again on the same data and port, after it was killed. */
  restartServer(): Promise<void>
  /** Starts the agent of a host again, after it was killed. */
  restartAgent(name: string): void
}

/** Sets the scene below `work`, which is made anew. */
export async function setScene(work: string, say: (line: string) => void): Promise<Scene> {
  const hosts = join(work, 'hosts')
  stopProduct(hosts)
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const data = join(work, 'data')
  const log = join(work, 'server.log')
  let server = await startServer({ data, log, port: 0, isNew: true })
  say(`Lockstep is ready at ${server.url}`)
  const databaseUrl = await createProductDatabases(data, [
    ...new Set(HOSTS.flatMap(({ database }) => database ?? [])),
  ])
  const people = await createPeople(server.url, server.setupCode ?? '', PASSWORD)
  const places = { server: server.url, hosts, logs: join(work, 'agents'), databaseUrl }
  const agents = new Map(await startAgents(people.admin, places))
  say(`${HOSTS.length} hosts, each with an agent; ${Object.keys(people.as).length} accounts`)
  const repositories = join(work, 'repositories')
  await applyEverything(people, repositories)
  await until('all agents to enrol', async () => {
    const { items } = await people.admin.listAgents({ limit: 200 })
    return items.filter(({ state }) => state === 'online').length === HOSTS.length
      ? true
      : undefined
  })
  await assignAgents(people.admin, people.projects)
  return {
    work,
    data,
    url: server.url,
    people,
    repositories,
    outbox: join(data, 'outbox'),
    places,
    agents,
    server: () => server,
    async restartServer() {
      const port = Number(new URL(server.url).port)
      server = await startServer({ data, log, port, isNew: false })
    },
    restartAgent(name) {
      agents.set(name, startAgent(hostOf(name), places))
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...agents.values()].map((agent) => agent[Symbol.asyncDispose]()))
      stopProduct(hosts)
      await server[Symbol.asyncDispose]()
    },
  }
}

async function applyEverything(people: People, repositories: string): Promise<void> {
  createRepositories(repositories)
  for (const name of TEAM_REPOSITORIES) {
    const { project, developer } = teamOf(name)
    await applyDefinitions(people.as[developer], people.projects[project], join(repositories, name))
  }
  const manager = people.as['release-manager']
  const project = people.projects['connected-car']
  const path = join(repositories, 'connected-car')
  await applyDefinitions(manager, project, path)
  await manager.addRepository({
    project,
    name: 'connected-car',
    url: `file://${path}`,
    pollMs: 1_000,
  })
}

/** Nothing seen yet. */
export function emptyEvidence(): Evidence {
  return {
    decisions: [],
    teamRuns: [],
    releaseRuns: [],
    views: [],
    plans: [],
    refused: new Map(),
    inventories: new Map(),
    mistake: undefined,
    collectedTooEarly: 0,
    commits: new Map(),
  }
}
