// Everything that the story needs, running: server, hosts with agents, people, repositories, definitions.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import type { Client } from '@lockstep/client'

import { bundleAgent } from '../../../scripts/bundle-agent.ts'
import { createPeople, type People } from './accounts.ts'
import { assignAgents, startAgent, startAgents, type AgentPlaces } from './agents.ts'
import { HOSTS, hostOf, PORT_COUNT, PORT_OFFSETS } from './hosts.ts'
import { endOwnPrograms } from './own-programs.ts'
import { takePortBlock } from './port-block.ts'
import type { Program } from './processes.ts'
import { createRepositories, TEAM_REPOSITORIES } from './repositories.ts'
import { createProductDatabases, startServer, type Server } from './server.ts'
import { applyDefinitions, POLL_MS, teamOf } from './story.ts'
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

/**
 * Sets the scene below `work`, an empty folder. When that fails, or the signal ends it, what was started is stopped before
 * it rejects.
 */
export async function setScene(
  work: string,
  say: (line: string) => void,
  signal: AbortSignal = new AbortController().signal,
): Promise<Scene> {
  await using started = new AsyncDisposableStack()
  mkdirSync(work, { recursive: true })
  const hosts = join(work, 'hosts')
  const data = join(work, 'data')
  const repositories = join(work, 'repositories')
  started.defer(() => endOwnPrograms(work))
  const { first: firstPort } = started.use(await takePortBlock(PORT_COUNT, PORT_OFFSETS))
  const starting = startServer({ data, log: join(work, 'server.log'), port: 0, isNew: true })
  const program = join(work, 'lockstep-agent.cjs')
  await bundleAgent(program)
  createRepositories(repositories, firstPort)
  let server = await starting
  started.defer(() => server[Symbol.asyncDispose]())
  say(`Lockstep is ready at ${server.url}`)
  signal.throwIfAborted()
  const databaseUrl = await createProductDatabases(data, DATABASES)
  const people = await createPeople(server.url, server.setupCode ?? '', PASSWORD)
  signal.throwIfAborted()
  const logs = join(work, 'agents')
  const places = { server: server.url, hosts, logs, databaseUrl, firstPort, program }
  // The product's programs outlive their agents, and so do commands of a job that is interrupted.
  started.defer(() => endOwnPrograms(hosts))
  const agents = new Map(await startAgents(people.admin, places))
  started.defer(async () => {
    await Promise.all([...agents.values()].map((agent) => agent[Symbol.asyncDispose]()))
  })
  say(
    `${HOSTS.length} hosts have an agent each, and ${Object.keys(people.as).length} people an account`,
  )
  await applyEverything(people, repositories)
  signal.throwIfAborted()
  await waitForAgents(people.admin)
  await assignAgents(people.admin, people.projects)
  const running = started.move()
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
      server = await startServer({ data, log: join(work, 'server.log'), port, isNew: false })
    },
    restartAgent(name) {
      agents.set(name, startAgent(hostOf(name), places))
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}

/** The product's databases, one for each environment that keeps data. */
const DATABASES = [...new Set(HOSTS.flatMap(({ database }) => database ?? []))]

async function waitForAgents(admin: Client): Promise<void> {
  await until('all agents to enrol', async () => {
    const { items } = await admin.listAgents({ limit: 200 })
    const online = items.filter(({ state }) => state === 'online')
    return online.length === HOSTS.length ? true : undefined
  })
}

async function applyEverything(people: People, repositories: string): Promise<void> {
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
    url: pathToFileURL(path).href,
    pollMs: POLL_MS,
  })
}
