// People, definitions and runs for the tests of the page: made through the API, worked on by simulated agents.

import type { Client } from '@lockstep/client'
import type { ProjectId, RunId } from '@lockstep/domain'
import { fail, SimulatedAgent, takeTime, type Behaviour } from '@lockstep/simulator'
import {
  application,
  environment,
  pipeline,
  release,
} from '../../packages/server/testing/definitions.ts'
import { until } from '../../packages/server/testing/until.ts'
import type { ServedPage } from './served-page.ts'

export interface Story extends AsyncDisposable {
  readonly admin: Client
  readonly project: ProjectId
  /** Starts runs; in no group that approves. */
  readonly manager: Client
  /** In `qa`, whom every gate asks. */
  readonly lead: Client
  /** Sees everything and may do nothing. */
  readonly viewer: Client
  /** Starts a run of the pipeline `name`; resolves when it waits at its exit gate. */
  startToGate(name: string): Promise<RunId>
  /** Makes sure that something waits on `lead`. */
  waitAtGate(name: string): Promise<void>
}

const APPLICATIONS = ['vehicle-firmware', 'data-backend', 'mobile-app'] as const
const ENVIRONMENTS = ['dev', 'qa', 'staging', 'production'] as const
const LABEL = 'bench'

/** One project with three applications, four environments, a release that collects, and pipelines that wait for `qa`. */
export async function tellStory(served: ServedPage): Promise<Story> {
  const admin = await served.admin()
  const { id: project } = await admin.createProject({
    name: 'connected-car',
    title: 'Connected Car',
  })
  const { id: qa } = await admin.createGroup({ name: 'qa', title: 'Quality' })
  await admin.createGroup({ name: 'managers', title: 'Release management' })
  const { client: manager } = await served.person(admin, 'release-manager', {
    project,
    roles: ['operator'],
  })
  const { client: lead } = await served.person(admin, 'qa-lead', {
    project,
    roles: ['viewer', 'approver'],
    groups: [qa],
  })
  const { client: viewer } = await served.person(admin, 'visitor', { project, roles: ['viewer'] })
  await admin.applyDefinitions({ project, source: 'connected-car', definitions: DEFINITIONS })
  const agent = await startAgent(served, admin, project)
  await reportVersions(admin, project)
  const startToGate = async (name: string): Promise<RunId> => {
    const { id } = await manager.startRun({ project, name })
    await until(`run ${name} waits at its gate`, async () => {
      const { items } = await lead.listGates({ mine: true })
      return items.some((gate) => gate.run === id)
    })
    return id
  }
  return {
    admin,
    project,
    manager,
    lead,
    viewer,
    startToGate,
    async waitAtGate(name) {
      const { items } = await lead.listGates({ mine: true })
      if (items.length === 0) await startToGate(name)
    },
    [Symbol.asyncDispose]: () => agent.kill(),
  }
}

/** A pipeline with one command for the bench, whose exit gate asks `qa`. With `false` as its command it fails. */
export function tested(name: string, title: string, command = 'true'): Record<string, unknown> {
  return {
    kind: 'pipeline',
    name,
    title,
    stages: [
      {
        kind: 'stage',
        name: 'staging',
        tasks: [{ kind: 'test', name: 'Telemetry round trip', agent: LABEL, run: [command] }],
        exit: [
          { kind: 'all_tasks_passed' },
          { kind: 'approval', name: 'Quality', by: [{ group: 'qa' }], need: 1 },
        ],
      },
    ],
  }
}

const DEFINITIONS = [
  ...APPLICATIONS.map((name) => application(name)),
  ...ENVIRONMENTS.map((name) => environment(name, 'data-backend')),
  ...APPLICATIONS.map((name) => pipeline(name, name)),
  tested('round-trip', 'Round trip'),
  pipeline('deliver', 'data-backend'),
  release('connected-car-2.0', { collects: 'data-backend', goes: 'deliver', to: 'staging' }),
].map((definition) => ({ definition }))

async function startAgent(
  served: ServedPage,
  admin: Client,
  project: ProjectId,
): Promise<SimulatedAgent> {
  const name = 'bench-1'
  const { token } = await admin.createEnrolment({ name, labels: [LABEL] })
  const agent = new SimulatedAgent({
    server: served.url,
    name,
    token,
    labels: [LABEL],
    seed: 7,
    behave: (job) => (isFalse(job) ? fail() : takeTime(20))(job),
  })
  agent.start()
  await until('the agent is enrolled', async () => {
    const { items } = await admin.listAgents({ name })
    return items.length > 0
  })
  const { items } = await admin.listAgents({ name })
  for (const { id } of items) {
    await admin.assignAgent({ agent: id, project: project, environment: null })
  }
  return agent
}

function isFalse({ work }: Parameters<Behaviour>[0]): boolean {
  return 'argv' in work && work.argv[0] === 'false'
}

/** What was deployed by other means, so that there is something to see: one place has drifted. */
async function reportVersions(admin: Client, project: ProjectId): Promise<void> {
  const { items } = await admin.listEnvironments({ project: project })
  const versions = new Map([
    ['dev', '2.1.0-dev.31'],
    ['qa', '2.0.0-rc.6'],
    ['staging', '2.0.0-rc.6'],
    ['production', '1.12.3'],
  ])
  for (const { id, name } of items) {
    const version = versions.get(name) ?? '1.12.3'
    const digest = `sha256:${name.charCodeAt(0).toString(16).padStart(64, '0')}`
    await admin.reportInventory({
      environment: id,
      application: 'connected-car/data-backend',
      component: 'data-backend-api',
      resource: 'host-1',
      runs: { version, digest },
      comment: 'before Lockstep',
    })
  }
}
