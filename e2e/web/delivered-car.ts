// A small connected car that was really built and delivered: v1 runs in Staging and Production, and v2 is on its way.

import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@lockstep/client'
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
  manual,
  sideBySide,
  snapshot,
  stage,
  test as testTask,
  tier,
  tierMap,
} from '@lockstep/define'
import type { ProjectId, RunId } from '@lockstep/domain'
import { createRepository } from '../../packages/server/testing/repository.ts'
import { until } from '../../packages/server/testing/until.ts'
import { startAgentProgram, type AgentProgram } from '../agent-program.ts'
import type { ServedPage } from './served-page.ts'
import { getWaitingGate } from './waiting-gate.ts'

const WITHIN_MS = 180_000
/** While this file lies on a host, a deployment waits there. */
export const HOLD = 'hold'
/** While this file lies on a host, a deployment fails there. */
export const BROKEN = 'broken'
const VERSIONS = {
  'vehicle-firmware': ['1.8.4', '2.0.0'],
  'data-backend': ['1.12.3', '2.0.1'],
  'mobile-app': ['1.9.2', '2.0.2'],
} as const
/** What is written with every version: whoever can commit can write anything. */
export const MESSAGE =
  'CAR-1042: Show <img src=x onerror=alert(1)> of the trip\n\nOwners asked for it.'
const APPLICATIONS = ['vehicle-firmware', 'data-backend', 'mobile-app'] as const
const HOSTS = { builder: null, 'bench-1': 'staging', 'eu-1': 'production' } as const

const applicationOf = (name: string, part: string) =>
  defineApplication(name, {
    tiers: [
      tier('machines', [
        component(part, {
          hosts: {
            deploy: [
              artifact('place', { into: `srv/${part}` }),
              command('restart', [
                'sh',
                '-c',
                `echo restarting ${part}; while [ -e ${HOLD} ]; do sleep 0.05; done; test ! -e ${BROKEN}`,
              ]),
            ],
          },
        }),
      ]),
    ],
  })
const firmware = applicationOf('vehicle-firmware', 'telemetry-agent')
const backend = applicationOf('data-backend', 'ingest-api')
const app = applicationOf('mobile-app', 'ios-app')

const environmentOf = (name: 'staging' | 'production') =>
  defineEnvironment(name, {
    tiers: [hosts('hosts', { label: name })],
    receives: [
      tierMap(firmware, { machines: 'hosts' }),
      tierMap(backend, { machines: 'hosts' }),
      tierMap(app, { machines: 'hosts' }),
    ],
  })
const staging = environmentOf('staging')
const production = environmentOf('production')

const teamOf = (one: typeof firmware, name: string, part: string) =>
  definePipeline(name, {
    on: [commit({ repository: 'car', branch: 'main' })],
    stages: [
      stage('dev', {
        tasks: [
          build(one, {
            agent: 'builder',
            run: ['sh', 'pack.sh', part],
            version: `VERSION.${name}`,
            artifacts: { [part]: `${part}.tar.gz` },
          }),
          snapshot(one),
        ],
      }),
    ],
  })
const teams = [
  teamOf(firmware, 'vehicle-firmware', 'telemetry-agent'),
  teamOf(backend, 'data-backend', 'ingest-api'),
  teamOf(app, 'mobile-app', 'ios-app'),
] as const

const deployAll = () =>
  sideBySide(
    'applications',
    [firmware, backend, app].map((one) => deploy(one)),
  )
const asItWas = definePipeline('first-delivery', {
  stages: [
    stage('staging', { environment: staging, tasks: [deployAll()] }),
    stage('production', { environment: production, tasks: [deployAll()] }),
  ],
})
const delivery = definePipeline('delivery', {
  stages: [
    stage('staging', {
      entry: [compatible()],
      tasks: [
        deployAll(),
        testTask('Telemetry round trip', {
          agent: 'staging',
          run: ['echo', 'round trip of 6 cars'],
          source: { repository: 'car' },
        }),
      ],
      exit: [
        allTasksPassed(),
        approval('Ready for Production', {
          oneFromEach: [group('qa'), group('embedded'), group('release-managers')],
        }),
      ],
    }),
    stage('production', {
      tasks: [
        deployAll(),
        manual('Tell the owners', {
          by: [group('release-managers')],
          instructions: 'Send the letter to all owners.',
        }),
      ],
      exit: [allTasksPassed()],
    }),
  ],
})
const signOff = definePipeline('sign-off', {
  stages: [
    stage('production', {
      environment: production,
      entry: [
        compatible(),
        approval('Ready for Production', { by: [group('qa'), group('release-managers')], need: 1 }),
      ],
      tasks: [deployAll()],
    }),
  ],
})
const release = defineRelease('connected-car-2.0', {
  title: 'Connected Car 2.0',
  owner: group('release-managers'),
  pipeline: delivery,
  applications: [
    collect(firmware, { from: teams[0], versions: '2.x' }),
    collect(backend, { from: teams[1], versions: '2.x' }),
    collect(app, { from: teams[2], versions: '2.x' }),
  ],
  environments: { staging, production },
})

type GateId = Awaited<ReturnType<Client['showGate']>>['id']

export interface DeliveredCar extends AsyncDisposable {
  readonly admin: Client
  readonly project: ProjectId
  /** In `qa`, and may steer runs. */
  readonly qaLead: Client
  readonly embeddedLead: Client
  readonly releaseManager: Client
  readonly host: (name: keyof typeof HOSTS) => AgentProgram
  /** A run that waits at the entry gate of Production with v2; nothing is done before somebody approves. */
  signOff(by?: Client): Promise<{ readonly run: RunId; readonly gate: GateId }>
  /** Commits another version of all applications. */
  commit(version: string): void
  /** Starts the release of v2 when it has collected all. */
  startRelease(): Promise<RunId>
  gateOf(run: RunId): Promise<GateId>
}

/** Builds and delivers v1 everywhere, then builds v2, on real agents. */
export async function deliverCar(served: ServedPage): Promise<DeliveredCar> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-car-'))
  const agents = new Map<string, AgentProgram>()
  const admin = await served.admin()
  const project = (await admin.createProject({ name: 'connected-car', title: 'Connected Car' })).id
  const memberOf = async (title: string, name: string): Promise<Client> => {
    const { id } = await admin.createGroup({ name: title, title })
    const rights = { project, roles: ['operator', 'approver'], groups: [id] } as const
    return (await served.person(admin, name, rights)).client
  }
  const qaLead = await memberOf('qa', 'qa-lead')
  const embeddedLead = await memberOf('embedded', 'embedded-lead')
  const releaseManager = await memberOf('release-managers', 'release-manager')
  await served.person(admin, 'viewer', { project, roles: ['viewer'] })
  await admin.applyDefinitions({
    project,
    source: 'e2e',
    definitions: [
      firmware,
      backend,
      app,
      staging,
      production,
      ...teams,
      asItWas,
      delivery,
      signOff,
      release,
    ].map((definition) => ({
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the helpers give is data
      definition: JSON.parse(JSON.stringify(definition)) as Record<string, unknown>,
    })),
  })
  for (const [name, environment] of Object.entries(HOSTS)) {
    const { token } = await admin.createEnrolment({ name, labels: [environment ?? 'builder'] })
    const looksEveryS = name === 'bench-1' ? 1 : 60
    agents.set(name, startAgentProgram({ server: served.url, name, token, folder, looksEveryS }))
  }
  await assignAll(admin, project)
  const repository = createRepository(join(folder, 'repository'))
  repository.commit(
    'pack.sh',
    'echo "packing $1"; mkdir -p out; (echo $1; cat VERSION.*) > out/version; tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -c out | gzip -n > $1.tar.gz\n',
  )
  const commitAs = (versionOf: (name: keyof typeof VERSIONS) => string): void => {
    const versions = APPLICATIONS.map((name) => [name, versionOf(name)] as const)
    for (const [name, version] of versions) {
      writeFileSync(join(folder, 'repository', `VERSION.${name}`), `${version}\n`)
    }
    repository.commit('CHANGES', versions.join('\n'), MESSAGE)
  }
  const write = (at: 0 | 1): void => commitAs((name) => VERSIONS[name][at])
  write(0)
  await admin.addRepository({ project, name: 'car', url: repository.url, pollMs: 1_000 })
  await untilBuilt(admin, project, 0)
  await untilEnded(admin, await startWith(admin, project, 'first-delivery', 0))
  write(1)
  await untilBuilt(admin, project, 1)
  const gateOf = async (run: RunId): Promise<GateId> => (await getWaitingGate(admin, run)).id
  return {
    admin,
    project,
    qaLead,
    embeddedLead,
    releaseManager,
    gateOf,
    commit: (version) => commitAs(() => version),
    host(name) {
      const agent = agents.get(name)
      if (agent === undefined) throw new Error(`there is no host ${name}`)
      return agent
    },
    async signOff(by = admin) {
      const run = await startWith(by, project, 'sign-off', 1)
      return { run, gate: await gateOf(run) }
    },
    async startRelease() {
      await until(
        'the release has collected',
        async () => {
          const { items } = await admin.listReleases({ project, name: 'connected-car-2.0' })
          return items[0]?.state === 'ready'
        },
        WITHIN_MS,
      )
      return (await admin.startRun({ project, name: 'connected-car-2.0' })).id
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...agents.values()].map((agent) => agent[Symbol.asyncDispose]()))
      // A job that was ended a moment ago may still close what it had open.
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    },
  }
}

async function assignAll(admin: Client, project: ProjectId): Promise<void> {
  const count = Object.keys(HOSTS).length
  await until(
    'all agents enrol',
    async () => (await admin.listAgents({ limit: 200 })).items.length === count,
    WITHIN_MS,
  )
  const { items: agents } = await admin.listAgents({ limit: 200 })
  const { items: environments } = await admin.listEnvironments({ limit: 200 })
  for (const { id: agent, name } of agents) {
    const wanted: string | null = Object.entries(HOSTS).find(([host]) => host === name)?.[1] ?? null
    const environment = environments.find((one) => one.name === wanted)?.id ?? null
    await admin.assignAgent({ agent, project, environment })
  }
}

async function untilBuilt(admin: Client, project: ProjectId, at: 0 | 1): Promise<void> {
  await until(
    `v${at + 1} is built`,
    async () => {
      for (const application of APPLICATIONS) {
        const version = VERSIONS[application][at]
        const { items } = await admin.listSnapshots({ project, application, version })
        if (items.length === 0) return false
      }
      return true
    },
    WITHIN_MS,
  )
}

async function startWith(by: Client, project: ProjectId, name: string, at: 0 | 1): Promise<RunId> {
  const snapshots = Object.fromEntries(APPLICATIONS.map((one) => [one, VERSIONS[one][at]]))
  return (await by.startRun({ project, name, snapshots })).id
}

async function untilEnded(admin: Client, run: RunId): Promise<void> {
  await until(
    'v1 is delivered',
    async () => {
      const { state, finishedAt } = await admin.showRun({ run })
      if (finishedAt !== null && state !== 'succeeded') throw new Error(`v1 is ${state}`)
      return finishedAt !== null
    },
    WITHIN_MS,
  )
}
