import { canonicalText, idOf, stepRunMachine } from '@lockstep/domain'
import type { JobId } from '@lockstep/domain'
import { deployStep, processPlan } from '@lockstep/testkit'
import { hash } from 'node:crypto'
import { savePlan } from '../packages/server/src/postgres/plans.ts'
import { createIdBlocks } from '../packages/server/src/postgres/reactor/id-blocks.ts'
import type { Reactor } from '../packages/server/src/postgres/reactor/reactor.ts'
import { median, shown } from './benchmark.ts'
import type { Benchmark } from './benchmark.ts'
import type { BenchDatabase, BenchServer } from './bench-server.ts'
import { chainMachine } from './chain-machine.ts'
import { driveChains } from './chains.ts'
import { fillWithWaitingRuns } from './waiting-runs.ts'

const FEW_RUNS = 1_000
const MANY_RUNS = 100_000
const FEW_RESOURCES = 10
const MANY_RESOURCES = 2_000
const ROUNDS = 5
const ROUND_MS = 2_500
const FINISHES = 400
const RATIO_WANTED = 1.3

const newIds = createIdBlocks()

/** A transition costs the same in a young and in an old database, in a small and in a wide step. */
export const growth: Benchmark = {
  title: `Growth: the time of a transition with ${shown(FEW_RUNS)} and ${shown(MANY_RUNS)} runs in the database, and of a finished job in a step on ${FEW_RESOURCES} and ${shown(MANY_RESOURCES)} resources, in turn`,
  async run(server) {
    const runs = await compareRuns(server)
    const resources = await compareResources(server)
    return [
      ...figures(`with ${shown(FEW_RUNS)} and ${shown(MANY_RUNS)} runs`, runs),
      ...figures(`on ${FEW_RESOURCES} and ${shown(MANY_RESOURCES)} resources`, resources),
    ]
  },
}

interface Comparison {
  readonly fewMs: number
  readonly manyMs: number
  readonly ratio: number
}

function figures(what: string, { fewMs, manyMs, ratio }: Comparison) {
  return [
    { what: `ms per transition ${what}`, value: `${shown(fewMs, 3)} and ${shown(manyMs, 3)}` },
    {
      what: `ratio ${what}`,
      value: shown(ratio, 2),
      target: { wanted: `< ${RATIO_WANTED}`, isMet: ratio < RATIO_WANTED },
    },
  ]
}

async function compareRuns(server: BenchServer): Promise<Comparison> {
  await using few = await server.createDatabase()
  await using many = await server.createDatabase()
  await fillWithWaitingRuns(few, FEW_RUNS)
  await fillWithWaitingRuns(many, MANY_RUNS)
  await using fewReactor = await few.startReactor([chainMachine])
  await using manyReactor = await many.startReactor([chainMachine])
  const load = { atOnce: 100, transitions: 20, forMs: ROUND_MS }
  return await inTurn(
    async () => 1_000 / (await driveChains(fewReactor, load)),
    async () => 1_000 / (await driveChains(manyReactor, load)),
  )
}

async function compareResources(server: BenchServer): Promise<Comparison> {
  await using database = await server.createDatabase()
  await using reactor = await database.startReactor([stepRunMachine])
  const few = await savedStep(database, FEW_RESOURCES)
  const many = await savedStep(database, MANY_RESOURCES)
  return await inTurn(
    () => timeFinishes(database, reactor, few),
    () => timeFinishes(database, reactor, many),
  )
}

/** The first round of each warms up and does not count. */
async function inTurn(
  measureFew: () => Promise<number>,
  measureMany: () => Promise<number>,
): Promise<Comparison> {
  const rounds: Comparison[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const fewMs = await measureFew()
    const manyMs = await measureMany()
    if (round > 0) rounds.push({ fewMs, manyMs, ratio: manyMs / fewMs })
  }
  return {
    fewMs: median(rounds.map(({ fewMs }) => fewMs)),
    manyMs: median(rounds.map(({ manyMs }) => manyMs)),
    ratio: median(rounds.map(({ ratio }) => ratio)),
  }
}

interface SavedStep {
  readonly digest: `sha256:${string}`
  readonly key: string
}

async function savedStep(database: BenchDatabase, resources: number): Promise<SavedStep> {
  const step = deployStep(resources, { atOnce: 5 })
  const plan = processPlan([step])
  const digest =
    `sha256:${hash('sha256', canonicalText(JSON.parse(JSON.stringify(plan))))}` as const
  await savePlan(database.pool, digest, plan)
  return { digest, key: step.key }
}

/** One finished job after the other, of as many steps as it takes. */
async function timeFinishes(
  database: BenchDatabase,
  reactor: Reactor,
  step: SavedStep,
): Promise<number> {
  const times: number[] = []
  while (times.length < FINISHES) {
    const run = await createStep(reactor, step)
    times.push(...(await finishAll(database, reactor, run, FINISHES - times.length)))
  }
  return median(times)
}

async function createStep(reactor: Reactor, { digest, key }: SavedStep): Promise<string> {
  const id = idOf('stp', newIds(reactor.now()))
  const event = {
    type: 'step_created',
    plan: digest,
    step: key,
    parent: { root: id, id },
    node: '0',
    attempt: 1,
    environment: null,
    lockToken: null,
    always: false,
    starter: 'rule',
  }
  const created = await reactor.create({ project: 1, kind: 'step_run', id }, event, 'rule')
  if (!created.ok) throw new Error(created.refusal)
  return id
}

async function finishAll(
  database: BenchDatabase,
  reactor: Reactor,
  run: string,
  most: number,
): Promise<readonly number[]> {
  const times: number[] = []
  const target = { project: 1, root: run, id: run }
  while (times.length < most) {
    const jobs = await readReady(database)
    if (jobs.length === 0) return times
    for (const { id, ...at } of jobs) {
      const job: JobId = idOf('job', id)
      const report = { outcome: 'succeeded', exitCode: 0, reason: null, runs: null }
      const outcome = { status: 'succeeded', report } as const
      const began = performance.now()
      const answer = await reactor.submit(
        target,
        { type: 'job_finished', job, fence: 0, ...at, report },
        'agent:agt_bench',
        { owned: { job, fence: 0, while: 'ready', outcome } },
      )
      times.push(performance.now() - began)
      if (!answer.ok) throw new Error(answer.refusal)
    }
  }
  await database.pool.query(`DELETE FROM jobs WHERE status = 'ready'`)
  return times
}

interface ReadyJob {
  readonly id: string
  readonly target: number
  readonly link: number
  readonly attempt: number
}

async function readReady({ pool }: BenchDatabase): Promise<readonly ReadyJob[]> {
  const { rows } = await pool.query<ReadyJob>(
    `SELECT id, target, link, attempt FROM jobs WHERE status = 'ready' ORDER BY id LIMIT 5`,
  )
  return rows
}
