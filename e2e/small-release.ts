// The smallest real release: one application, built from a commit, goes through two stages with gates, on real agents and
// two servers; and everything that it leaves, in a form in which two such releases can be compared.

import { rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Client } from '@lockstep/client'
import {
  allTasksPassed,
  approval,
  artifact,
  build,
  collect,
  command,
  commit,
  compatible,
  component,
  defineApplication,
  defineEnvironment,
  definePipeline,
  defineRelease,
  deploy,
  group,
  hosts,
  snapshot,
  stage,
  tier,
  tierMap,
} from '@lockstep/define'

import { createTestDatabase, type TestDatabase } from '../packages/server/testing/database.ts'
import { createRepository } from '../packages/server/testing/repository.ts'
import { until } from '../packages/server/testing/until.ts'
import { startAgentProgram, type AgentProgram } from './agent-program.ts'
import { findFreePort, startBalancer } from './balancer.ts'
import { readHistory } from './history.ts'
import { startServerProgram, type ServerProgram } from './server-program.ts'

const PASSWORD = 'long enough for a test 7'
const WITHIN_MS = 120_000
/** While this file lies on a host, the command of the deployment waits there. */
const HOLD = 'hold'
const EXECUTIONS = 'executions'
const HOSTS = {
  builder: { labels: ['builder'], environment: null },
  'staging-1': { labels: ['staging'], environment: 'staging' },
  'staging-2': { labels: ['staging'], environment: 'staging' },
  'production-1': { labels: ['production'], environment: 'production' },
} as const

const service = defineApplication('service', {
  tiers: [
    tier('edge', [
      component('api', {
        provides: { api: '1' },
        hosts: {
          deploy: [
            artifact('place', { into: 'srv/api' }),
            // The target counts by itself what was executed on it.
            command('restart', [
              'sh',
              '-c',
              `cat srv/api/greeting >> ${EXECUTIONS}; while [ -e ${HOLD} ]; do sleep 0.05; done`,
            ]),
          ],
        },
      }),
    ]),
  ],
})
const place = (name: 'staging' | 'production') =>
  defineEnvironment(name, {
    tiers: [hosts('machines', { label: name, atOnce: 1 })],
    receives: [tierMap(service, { edge: 'machines' })],
  })
const staging = place('staging')
const production = place('production')

const team = definePipeline('service', {
  on: [commit({ repository: 'service', branch: 'main' })],
  stages: [
    stage('build', {
      tasks: [
        build(service, {
          agent: 'builder',
          run: ['sh', 'pack.sh'],
          version: 'VERSION',
          artifacts: { api: 'api.tar.gz' },
        }),
        snapshot(service),
      ],
    }),
  ],
})
const delivery = definePipeline('delivery', {
  stages: [
    stage('staging', {
      tasks: [deploy(service)],
      exit: [allTasksPassed(), approval('Ready for Production', { by: [group('qa')] })],
    }),
    stage('production', {
      entry: [compatible()],
      tasks: [deploy(service)],
      exit: [allTasksPassed()],
    }),
  ],
})
const first = defineRelease('service-1', {
  owner: group('qa'),
  pipeline: delivery,
  applications: [collect(service, { from: team, versions: '1.x' })],
  environments: { staging, production },
})

/** What a release has left. */
export interface Outcome {
  /** Events of every aggregate by its place in the run, and every attempt of every job; ids and times are masked. */
  readonly history: readonly string[]
  /** What each host counted by itself. */
  readonly executions: Readonly<Record<string, readonly string[]>>
  /** Component, host, version and digest, read again from what runs. */
  readonly installed: readonly string[]
  readonly auditHolds: boolean
}

/** Plays the release; `interrupt` is called while the command of the deployment runs on the first host of Staging. */
export async function playRelease(
  interrupt: (servers: readonly ServerProgram[]) => Promise<void>,
): Promise<Outcome> {
  await using database = await createTestDatabase({ isMigrated: false })
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-release-e2e-'))
  try {
    await using balancer = await startBalancer()
    const settings = {
      DATABASE_URL: database.url,
      LOCKSTEP_DATA: join(folder, 'data'),
      LOCKSTEP_PUBLIC_URL: balancer.url,
      LOCKSTEP_GIT_PROTOCOLS: 'file',
    }
    const ports = [await findFreePort(), await findFreePort()] as const
    const start = (port: number): Promise<ServerProgram> =>
      startServerProgram({ ...settings, LOCKSTEP_PORT: String(port) })
    await using one = await start(ports[0])
    await using two = await start(ports[1])
    balancer.use(ports)
    // The code of the last start counts.
    const world = await setUp(balancer.url, two.setupCode, folder)
    try {
      writeFileSync(world.firstHost.path(HOLD), '')
      const run = await startRelease(world)
      await until(
        'staging-1 executes',
        () => world.firstHost.lines(EXECUTIONS).length > 0,
        WITHIN_MS,
      )
      await interrupt([one, two])
      rmSync(world.firstHost.path(HOLD))
      await approveWhenAsked(world.approver)
      await until(
        'the release succeeds',
        through(async () => (await world.manager.showRun({ run })).state === 'succeeded'),
        WITHIN_MS,
      )
      return await describe(world, database)
    } finally {
      await Promise.all([...world.agents.values()].map((agent) => agent[Symbol.asyncDispose]()))
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface World {
  readonly manager: Client
  readonly approver: Client
  readonly project: ProjectId
  readonly agents: ReadonlyMap<string, AgentProgram>
  readonly firstHost: AgentProgram
}
type ProjectId = Awaited<ReturnType<Client['createProject']>>['id']

async function setUp(server: string, setupCode: string, folder: string): Promise<World> {
  const manager = createClient({ server })
  const person = { name: 'admin', email: 'admin@example.test', password: PASSWORD }
  await manager.setUp({ code: setupCode, ...person })
  const project = (await manager.createProject({ name: 'car', title: 'Car' })).id
  const approver = await createApprover(server, manager, project)
  await manager.applyDefinitions({
    project,
    source: 'e2e',
    definitions: [service, staging, production, team, delivery, first].map((definition) => ({
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the helpers give is data
      definition: JSON.parse(JSON.stringify(definition)) as Record<string, unknown>,
    })),
  })
  const agents = new Map<string, AgentProgram>()
  for (const [name, { labels }] of Object.entries(HOSTS)) {
    const { token } = await manager.createEnrolment({ name, labels: [...labels] })
    agents.set(name, startAgentProgram({ server, name, token, folder }))
  }
  await assignAll(manager, project)
  const firstHost = agents.get('staging-1')
  if (firstHost === undefined) throw new Error('staging-1 is one of the hosts')
  await addCommit(manager, project, folder)
  return { manager, approver, project, agents, firstHost }
}

async function createApprover(server: string, admin: Client, project: ProjectId): Promise<Client> {
  const qa = await admin.createGroup({ name: 'qa', title: 'QA' })
  const invitation = await admin.createUser({
    name: 'qa-lead',
    title: 'QA lead',
    email: 'qa-lead@example.test',
  })
  await admin.addMember({ group: qa.id, user: invitation.user.id })
  await admin.grantOnProject({ project, subject: invitation.user.id, role: 'approver' })
  const client = createClient({ server })
  await client.acceptInvitation({ code: invitation.code, password: PASSWORD })
  return client
}

async function assignAll(admin: Client, project: ProjectId): Promise<void> {
  await until('all agents enrol', async () => {
    const { items } = await admin.listAgents({ limit: 200 })
    return items.length === Object.keys(HOSTS).length
  })
  const { items: agents } = await admin.listAgents({ limit: 200 })
  const { items: environments } = await admin.listEnvironments({ limit: 200 })
  for (const [name, host] of Object.entries(HOSTS)) {
    const agent = agents.find((one) => one.name === name)
    const environment = environments.find((one) => one.name === host.environment)?.id ?? null
    if (agent === undefined) throw new Error(`${name} has not enrolled`)
    await admin.assignAgent({ agent: agent.id, project, environment })
  }
}

async function addCommit(admin: Client, project: ProjectId, folder: string): Promise<void> {
  const repository = createRepository(join(folder, 'repository'))
  writeFileSync(join(folder, 'repository', 'VERSION'), '1.0.0\n')
  writeFileSync(join(folder, 'repository', 'greeting'), 'hello from 1.0.0\n')
  repository.commit(
    'pack.sh',
    'tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -c greeting | gzip -n > api.tar.gz\n',
  )
  await admin.addRepository({ project, name: 'service', url: repository.url, pollMs: 1_000 })
}

async function startRelease({ manager, project }: World): Promise<RunId> {
  await until(
    'the release has collected',
    async () => {
      const { items } = await manager.listReleases({ project, name: 'service-1' })
      return items[0]?.state === 'ready'
    },
    WITHIN_MS,
  )
  return (await manager.startRun({ project, name: 'service-1' })).id
}
type RunId = Awaited<ReturnType<Client['startRun']>>['id']

async function approveWhenAsked(approver: Client): Promise<void> {
  await until(
    'somebody has approved',
    through(async () => {
      const { items } = await approver.listGates({ mine: true })
      const gate = items.find(({ can }) => can.approve)
      if (gate === undefined || gate.covers === null) return false
      await approver.decideGate({ gate: gate.id, decision: 'approve', covers: gate.covers })
      return true
    }),
    WITHIN_MS,
  )
}

/** A server that is gone is not an answer: asked again, another one answers. */
function through(holds: () => Promise<boolean>): () => Promise<boolean> {
  return async () => {
    try {
      return await holds()
    } catch (error) {
      if (error instanceof Error && error.name === 'Refused') throw error
      return false
    }
  }
}

async function describe(world: World, database: TestDatabase): Promise<Outcome> {
  const { items } = await world.manager.showInventory({})
  const installed = items.map(({ component: name, resource, reported, verified }) => {
    const version = reported === null ? 'nothing' : `${reported.version} ${reported.digest}`
    return `${name} on ${resource}: ${version}${verified ? ', verified' : ''}`
  })
  const executions = Object.fromEntries(
    [...world.agents].map(([name, agent]) => [name, agent.lines(EXECUTIONS)]),
  )
  const { ok } = await world.manager.verifyAudit({})
  const kept = new Set(items.flatMap(({ reported }) => reported?.digest ?? []))
  return {
    history: await readHistory(database, kept),
    executions,
    installed: installed.toSorted(),
    auditHolds: ok,
  }
}
