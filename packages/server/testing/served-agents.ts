// A server for agents on a database of its own, with the real write path, and real agents in processes of their own.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  environmentLockMachine,
  gateRunMachine,
  idOf,
  pipelineRunMachine,
  processRunMachine,
  releaseMachine,
  stageRunMachine,
  stepRunMachine,
} from '@lockstep/domain'
import type { AgentId, EnvironmentId, Machine, Plan } from '@lockstep/domain'
import fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { Client } from 'pg'
import { serveAgents } from '../src/agents/serve-agents.ts'
import type { ServedAgents } from '../src/agents/serve-agents.ts'
import { registerAgentRoutes } from '../src/http/agent-routes.ts'
import { FileBlobStore } from '../src/objects/file-blob-store.ts'
import { digestOf } from '../src/planning/digest.ts'
import { assignAgent, createEnrolment } from '../src/postgres/agents/agents.ts'
import { blobRows } from '../src/postgres/agents/blob-rows.ts'
import { createJobClaims } from '../src/postgres/jobs/claim-jobs.ts'
import { createPinnedPool } from '../src/postgres/pinned-pool.ts'
import { savePlan } from '../src/postgres/plans.ts'
import { createIdBlocks } from '../src/postgres/reactor/id-blocks.ts'
import { Reactor } from '../src/postgres/reactor/reactor.ts'
import type { Target } from '../src/ports/reactor.ts'
import { createTestDatabase } from './database.ts'
import type { TestDatabase } from './database.ts'
import { until } from './until.ts'

const AGENT_MAIN = fileURLToPath(new URL('../../agent/src/main.ts', import.meta.url))
// Each machine is for its own state; what the reactor gives it is what it returned before.
const MACHINES = [
  pipelineRunMachine,
  stageRunMachine,
  gateRunMachine,
  processRunMachine,
  stepRunMachine,
  environmentLockMachine,
  releaseMachine,
] as unknown as readonly Machine[]

const newIds = createIdBlocks()

export interface AgentServer extends AsyncDisposable {
  readonly database: TestDatabase
  readonly reactor: Reactor
  readonly agents: ServedAgents
  readonly blobs: FileBlobStore
  readonly folder: string
  /** Number of a project. */
  readonly project: number
  readonly suspicious: string[]
  /** Jobs that an agent was about to begin and had no more. */
  readonly lostClaims: string[]
  readonly url: string
  /** Ends the HTTP server as a killed one would, and starts another on the same port. */
  restartHttp(): Promise<void>
  /** Run when the server is disposed, before anything else. */
  readonly whenDone: (() => Promise<void>)[]
  startRun(plan: Plan): Promise<Target>
  /** Starts one step of a plan as a root of its own. */
  startStep(plan: Plan, step: string, environment: EnvironmentId): Promise<void>
}

export async function startAgentServer(): Promise<AgentServer> {
  const database = await createTestDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-served-'))
  const { rows } = await database.pool.query<{ number: number }>(
    `INSERT INTO projects (id, name, title) VALUES (gen_random_uuid(), 'car', 'Car') RETURNING number`,
  )
  const project = rows[0]?.number ?? 0
  const reactor = new Reactor({ newClient: () => new Client(database.url), machines: MACHINES })
  await reactor.start()
  const suspicious: string[] = []
  const lostClaims: string[] = []
  const whenDone: (() => Promise<void>)[] = []
  const blobs = new FileBlobStore({
    folder: join(folder, 'objects'),
    index: blobRows(database.pool),
  })
  const pinned = createPinnedPool({ connectionString: database.url }, () => undefined)
  const agents = serveAgents({
    db: database.pool,
    pinned,
    claims: createJobClaims(pinned),
    reactor,
    blobs,
    secrets: {
      reveal: ({ name }) =>
        Promise.resolve(
          name === 'known' ? { kind: 'value', value: 'hunter2-secret' } : { kind: 'missing' },
        ),
    },
    instance: 'test',
    allowsFileRepositories: true,
    onSuspicious: ({ kind }) => suspicious.push(kind),
    onClaimLost: ({ job }) => lostClaims.push(job),
  })
  let app = await listen(agents, 0)
  const port = Number(new URL(app.listeningOrigin).port)
  return {
    database,
    reactor,
    agents,
    blobs,
    folder,
    project,
    suspicious,
    lostClaims,
    whenDone,
    url: `http://127.0.0.1:${port}`,
    async restartHttp() {
      await app.close()
      app = await listen(agents, port)
    },
    startRun: (plan) => startRun(database, reactor, project, plan),
    startStep: (plan, step, environment) =>
      startStep(database, { reactor, project }, plan, { step, environment }),
    async [Symbol.asyncDispose]() {
      for (const finish of whenDone) await finish()
      agents[Symbol.dispose]()
      await app.close()
      await pinned.end()
      await reactor[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function listen(agents: ServedAgents, port: number): Promise<FastifyInstance> {
  const app = fastify({ forceCloseConnections: true })
  await registerAgentRoutes(app, agents)
  await app.listen({ port, host: '127.0.0.1' })
  return app
}

async function startRun(
  database: TestDatabase,
  reactor: Reactor,
  project: number,
  plan: Plan,
): Promise<Target> {
  const digest = digestOf(plan)
  await savePlan(database.pool, digest, plan)
  const id = idOf('run', newIds(Date.now()))
  const event = {
    type: 'run_created',
    plan: digest,
    parent: null,
    node: 'run',
    attempt: 1,
    starter: 'user:usr_1',
  }
  const created = await reactor.create({ project, kind: 'pipeline_run', id }, event, 'rule')
  if (!created.ok) throw new Error(`The run was refused: ${created.refusal}`)
  return created.target
}

async function startStep(
  database: TestDatabase,
  { reactor, project }: { readonly reactor: Reactor; readonly project: number },
  plan: Plan,
  { step, environment }: { readonly step: string; readonly environment: EnvironmentId },
): Promise<void> {
  const digest = digestOf(plan)
  await savePlan(database.pool, digest, plan)
  const id = idOf('stp', newIds(Date.now()))
  const event = {
    type: 'step_created',
    plan: digest,
    step,
    parent: { root: id, id },
    node: step,
    attempt: 1,
    environment,
    lockToken: 1,
    always: false,
    starter: 'user:usr_1',
  }
  const created = await reactor.create({ project, kind: 'step_run', id }, event, 'rule')
  if (!created.ok) throw new Error(`The step was refused: ${created.refusal}`)
}

/** A real agent, enrolled with a token of this server and assigned to its project; it ends with the server. */
export interface RunningAgent {
  readonly hostRoot: string
  readonly id: AgentId
  kill(): Promise<void>
  start(): void
}

export async function startAgent(
  server: AgentServer,
  name: string,
  options: { readonly labels?: readonly string[]; readonly isAssigned?: boolean } = {},
): Promise<RunningAgent> {
  const { pool } = server.database
  const { token } = await createEnrolment(pool, {
    name,
    labels: options.labels ?? ['linux'],
    by: 'test',
  })
  const folder = join(server.folder, name)
  const hostRoot = join(folder, 'host')
  await mkdir(hostRoot, { recursive: true })
  let child: ChildProcess
  const start = (): void => {
    child = spawn(process.execPath, [AGENT_MAIN], {
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        LOCKSTEP_SERVER: server.url,
        LOCKSTEP_AGENT_STATE: join(folder, 'state'),
        LOCKSTEP_AGENT_NAME: name,
        LOCKSTEP_AGENT_ROOT: hostRoot,
        LOCKSTEP_ENROL_TOKEN: token,
        LOCKSTEP_AGENT_RETRY_MS: '20',
        LOCKSTEP_AGENT_VERIFY_S: '1',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  start()
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
  server.whenDone.push(async () => {
    await kill()
    await endSupervisors(join(folder, 'state', 'jobs'))
  })
  const id = await findEnrolled(server, name)
  if (options.isAssigned !== false) {
    await assignAgent(pool, { agent: id, project: server.project, environment: null, by: 'test' })
  }
  return { hostRoot, id, kill, start }
}

/** Ends what outlives an agent on purpose. */
async function endSupervisors(jobs: string): Promise<void> {
  for (const name of await readdir(jobs).catch(() => [])) {
    const claim = await readFile(join(jobs, name, 'claim'), 'utf8').catch(() => '')
    const pid = Number(/"pid":(\d+)/.exec(claim)?.[1] ?? 0)
    try {
      if (pid > 0) process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended.
    }
  }
}

async function findEnrolled(server: AgentServer, name: string): Promise<RunningAgent['id']> {
  let found: string | undefined
  await until(`${name} is enrolled`, async () => {
    const { rows } = await server.database.pool.query<{ id: string }>(
      'SELECT id FROM agents WHERE name = $1',
      [name],
    )
    found = rows[0]?.id
    return found !== undefined
  })
  return idOf('agt', found ?? '')
}
