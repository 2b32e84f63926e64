// An agent on each host, enrolled and assigned as an operator would do it.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import type { Client } from '@lockstep/client'

import type { ProjectId } from './accounts.ts'
import { HOSTS, variablesOf, type Host } from './hosts.ts'
import { startProgram, type Program } from './processes.ts'
import { inherited } from './server.ts'

/** What agents need to be started, and to be started again. */
export interface AgentPlaces {
  readonly server: string
  /** Folder below which each host has its own. */
  readonly hosts: string
  readonly logs: string
  readonly databaseUrl: (name: string) => string
  /** From where the ports of all hosts are counted. */
  readonly firstPort: number
  /** The agent as one file, as it is installed on hosts. */
  readonly program: string
}

/** Enrols an agent on every host and starts it. */
export async function startAgents(
  admin: Client,
  places: AgentPlaces,
): Promise<ReadonlyMap<string, Program>> {
  const agents = new Map<string, Program>()
  for (const host of HOSTS) {
    const { token } = await admin.createEnrolment({ name: host.name, labels: [...host.labels] })
    agents.set(host.name, startAgent(host, places, token))
  }
  return agents
}

/** Starts the agent of a host; with a token it enrols first. */
export function startAgent(host: Host, places: AgentPlaces, token?: string): Program {
  const folder = join(places.hosts, host.name)
  const root = join(folder, 'root')
  const state = join(folder, 'programs')
  for (const path of [root, state]) mkdirSync(path, { recursive: true })
  const own: Record<string, string> = {
    ...variablesOf(host, places.firstPort),
    HOST_STATE: state,
    ...(host.database === undefined ? {} : { DATABASE_URL: places.databaseUrl(host.database) }),
  }
  return startProgram({
    name: `the agent of ${host.name}`,
    script: places.program,
    cwd: folder,
    log: join(places.logs, `${host.name}.log`),
    env: {
      ...inherited(),
      ...own,
      LOCKSTEP_SERVER: places.server,
      LOCKSTEP_AGENT_NAME: host.name,
      LOCKSTEP_AGENT_LABELS: host.labels.join(','),
      LOCKSTEP_AGENT_STATE: join(folder, 'agent'),
      LOCKSTEP_AGENT_ROOT: root,
      LOCKSTEP_AGENT_PASS: Object.keys(own).join(','),
      LOCKSTEP_AGENT_VERIFY_S: '30',
      // Server and agents share one machine: none is spared by waiting longer.
      LOCKSTEP_AGENT_RETRY_MS: '200',
      ...(token === undefined ? {} : { LOCKSTEP_ENROL_TOKEN: token }),
    },
  })
}

/** Assigns every agent to the environment of its host, once it has enrolled and the environment is there. */
export async function assignAgents(
  admin: Client,
  projects: Readonly<Record<string, ProjectId>>,
): Promise<void> {
  const { items: agents } = await admin.listAgents({ limit: 200 })
  const { items: environments } = await admin.listEnvironments({ limit: 200 })
  for (const host of HOSTS) {
    const agent = agents.find(({ name }) => name === host.name)
    const environment = environments.find(
      ({ project, name }) => `${project}/${name}` === host.environment,
    )
    if (agent === undefined || environment === undefined) {
      throw new Error(`${host.name} has not enrolled, or ${host.environment} is not there`)
    }
    const project = projects[environment.project]
    if (project === undefined) throw new Error(`there is no project ${environment.project}`)
    await admin.assignAgent({
      agent: agent.id,
      project,
      environment: environment.id,
    })
  }
}
