import { createHash, hash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { canonicalText, idOf } from '@lockstep/domain'
import type { Digest, RunPlan } from '@lockstep/domain'
import { chanceOf, LogText, mix, print, SimulatedAgent } from '@lockstep/simulator'
import { runPlan, stagePlan, stepPlan, taskPlan } from '@lockstep/testkit'
import { readJobLog } from '../packages/server/src/postgres/agents/job-logs.ts'
import { auditInvariants } from '../packages/server/src/postgres/audit/audit-invariants.ts'
import { MACHINES } from '../packages/server/src/compose.ts'
import { savePlan } from '../packages/server/src/postgres/plans.ts'
import { createIdBlocks } from '../packages/server/src/postgres/reactor/id-blocks.ts'
import { median, shown } from './benchmark.ts'
import type { Benchmark, Figure } from './benchmark.ts'
import type { BenchDatabase, BenchServer } from './bench-server.ts'
import { assignAll, createProjects, createTokens } from './enrolled-agents.ts'
import { measurePlainCopy } from './plain-copy.ts'
import { startServerProgram } from './server-program.ts'
import type { ServerProgram } from './server-program.ts'

const SEED = 20_261_124
const LABEL = 'logs'
const CHUNK_BYTES = 64 * 1024
const FULL = { agents: 200, runs: 15, jobsPerRun: 100, kills: 4, many: 1_000_000, few: 40_000 }
const QUICK = { agents: 8, runs: 2, jobsPerRun: 10, kills: 1, many: 200_000, few: 10_000 }
/** One job in ten prints much. */
const MANY_WEIGHT = 1
const FEW_WEIGHT = 9
const LOST_ANSWERS = 0.01
const KILLED_AGENTS = 0.1
const MB = 1_000_000

type Size = typeof FULL

const newIds = createIdBlocks()

/** Not a byte is lost, doubled or moved, whoever is killed; and how fast it goes while all are well. */
export const logs: Benchmark = {
  title: `Logs: ${FULL.agents} simulated agents, ${FULL.runs * FULL.jobsPerRun} jobs and about 200 MB of logs in parts of ${CHUNK_BYTES / 1024} KB, against a plain copy of as many bytes over loopback HTTP into a file; then the same while the server is killed (kill -9) ${FULL.kills} times, each time with ${100 * KILLED_AGENTS} of 100 agents, and ${100 * LOST_ANSWERS} of 100 answers get lost; every log compared by SHA-256`,
  async run(server, { isQuick }) {
    const size = isQuick ? QUICK : FULL
    const calm = await bringAll(server, { ...size, kills: 0 }, 0)
    const copies: number[] = []
    for (let round = 0; round < 3; round += 1) {
      const { bytes } = calm.compared
      const copy = { bytes, chunkBytes: CHUNK_BYTES, connections: size.agents }
      copies.push(await measurePlainCopy(copy))
    }
    const rough = await bringAll(server, size, LOST_ANSWERS)
    return figures({ calm, rough, copy: median(copies), size })
  },
}

interface Brought {
  readonly compared: Compared
  readonly seconds: number
  readonly repeats: number
  readonly violations: readonly unknown[]
}

/** From the first run to the end of the last, on a database and a server of its own. */
async function bringAll(server: BenchServer, size: Size, losesAnswers: number): Promise<Brought> {
  await using database = await server.createDatabase()
  await using program = await startServerProgram(database.url)
  await using stack = new AsyncDisposableStack()
  const agents = await employ(database, program, size, losesAnswers)
  for (const agent of agents) stack.use(agent)
  const began = performance.now()
  await startRuns(database, size)
  await killUntilAllEnded(database, program, agents, size)
  const seconds = (performance.now() - began) / 1_000
  const compared = await compareLogs(database, size)
  const repeats = agents.reduce((sum, agent) => sum + agent.repeats, 0)
  return { compared, seconds, repeats, violations: await auditInvariants(database.pool) }
}

async function employ(
  { pool }: BenchDatabase,
  { url }: ServerProgram,
  size: Size,
  losesAnswers: number,
): Promise<readonly SimulatedAgent[]> {
  await createProjects(pool, 1)
  const names = await createTokens(pool, size.agents, LABEL)
  const agents = names.map(
    ({ name, token }) =>
      new SimulatedAgent({
        server: url,
        name,
        token,
        labels: [],
        seed: SEED,
        logChunkBytes: CHUNK_BYTES,
        losesAnswers,
        behave: mix(SEED, [
          { weight: MANY_WEIGHT, behave: print(size.many) },
          { weight: FEW_WEIGHT, behave: print(size.few) },
        ]),
      }),
  )
  for (const agent of agents) agent.start()
  await assignAll(pool, size.agents)
  return agents
}

async function startRuns(database: BenchDatabase, size: Size): Promise<void> {
  const plan = planOf(size.jobsPerRun)
  const text = canonicalText(JSON.parse(JSON.stringify(plan)))
  const digest: Digest = `sha256:${hash('sha256', text)}`
  await savePlan(database.pool, digest, plan)
  await using reactor = await database.startReactor(MACHINES)
  for (let n = 0; n < size.runs; n += 1) {
    const id = idOf('run', newIds(reactor.now()))
    const created = await reactor.create(
      { project: 1, kind: 'pipeline_run', id },
      { type: 'run_created', plan: digest, parent: null, node: 'run', attempt: 1, starter: 'rule' },
      'rule',
    )
    if (!created.ok) throw new Error(created.refusal)
  }
}

/** One stage with one task: a step on so many places at once. */
function planOf(jobs: number): RunPlan {
  const step = stepPlan('dev/print', { atOnce: jobs })
  const [target] = step.targets
  if (target === undefined) throw new Error('a step has a target')
  const targets = Array.from({ length: jobs }, (_, n) => ({
    ...target,
    pool: `label:${LABEL}` as const,
    resource: `place-${n}`,
  }))
  const work = {
    kind: 'work',
    purpose: 'command',
    application: null,
    step: { ...step, targets },
  } as const
  return runPlan([
    stagePlan('dev', { environment: null, tasks: [taskPlan('print', [], { work })] }),
  ])
}

/** Kills at even distances of what has ended. */
async function killUntilAllEnded(
  { pool }: BenchDatabase,
  program: ServerProgram,
  agents: readonly SimulatedAgent[],
  size: Size,
): Promise<void> {
  const jobs = size.runs * size.jobsPerRun
  let kills = 0
  for (;;) {
    const { rows } = await pool.query<{ ended: number; passed: number }>(
      `SELECT (SELECT count(*) FROM jobs WHERE status = 'succeeded')::int AS ended,
         (SELECT count(*) FROM aggregates WHERE kind = 'pipeline_run' AND status = 'succeeded')::int AS passed`,
    )
    const { ended = 0, passed = 0 } = rows[0] ?? {}
    if (ended === jobs && passed === size.runs) return
    if (kills < size.kills && ended >= (jobs * (kills + 1)) / (size.kills + 2)) {
      kills += 1
      const victims = agents.filter((_, n) => chanceOf(SEED, 'kill', kills, n) < KILLED_AGENTS)
      await Promise.all([program.kill(), ...victims.map((agent) => agent.kill())])
      await program.start()
      for (const agent of victims) agent.start()
    }
    await delay(50)
  }
}

interface Compared {
  readonly logs: number
  readonly bytes: number
  readonly different: number
}

/** What is stored of each job against what its agent would write again. */
async function compareLogs({ pool }: BenchDatabase, size: Size): Promise<Compared> {
  const text = new LogText(SEED)
  const { rows: jobs } = await pool.query<{ id: string; length: number }>(
    'SELECT id, log_length::float8 AS length FROM jobs ORDER BY id',
  )
  let different = 0
  let bytes = 0
  for (const { id, length } of jobs) {
    const stored = createHash('sha256')
    const job = idOf('job', id)
    const parts = await readJobLog(pool, { project: 1, job, from: 0 })
    for (const part of parts) stored.update(part.bytes)
    const written = hash('sha256', text.read(job, 0, length))
    const isWhole = length === size.many || length === size.few
    if (!isWhole || stored.digest('hex') !== written) different += 1
    bytes += length
  }
  return { logs: jobs.length, bytes, different }
}

function figures(measured: {
  readonly calm: Brought
  readonly rough: Brought
  readonly copy: number
  readonly size: Size
}): readonly Figure[] {
  const { calm, rough, copy, size } = measured
  const count = size.runs * size.jobsPerRun
  const different = calm.compared.different + rough.compared.different
  const isWhole = different === 0 && [calm, rough].every(({ compared }) => compared.logs === count)
  const violations = calm.violations.length + rough.violations.length
  const perSecond = ({ compared, seconds }: Brought): number => compared.bytes / seconds
  return [
    {
      what: 'logs that differ, of all, both times',
      value: `${different} of ${shown(2 * count)}, ${shown((2 * calm.compared.bytes) / MB)} MB`,
      target: { wanted: 'none', isMet: isWhole },
    },
    {
      what: 'invariants of the data that do not hold',
      value: shown(violations),
      target: { wanted: 'none', isMet: violations === 0 },
    },
    { what: 'MB of logs per second', value: shown(perSecond(calm) / MB, 1) },
    { what: 'MB per second of a plain copy', value: shown(copy / MB, 1) },
    { what: 'ratio of the two', value: shown(perSecond(calm) / copy, 2) },
    {
      what: 'under kills: from the first run to the end of the last, with all restarts, s',
      value: shown(rough.seconds, 1),
    },
    { what: 'under kills: MB of logs per second', value: shown(perSecond(rough) / MB, 1) },
    { what: 'under kills: calls that agents had to make again', value: shown(rough.repeats) },
  ]
}
