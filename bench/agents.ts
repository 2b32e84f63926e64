import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { idOf } from '@lockstep/domain'
import type { Digest } from '@lockstep/domain'
import { processPlan, stepPlan } from '@lockstep/testkit'
import { savePlan } from '../packages/server/src/postgres/plans.ts'
import { createIdBlocks } from '../packages/server/src/postgres/reactor/id-blocks.ts'
import type { Reactor } from '../packages/server/src/postgres/reactor/reactor.ts'
import { startAgentFleet } from './agent-fleet.ts'
import type { AgentFleet, Moment } from './agent-fleet.ts'
import { NOTHING_PATH, startAgentServer } from './agent-server.ts'
import type { AgentServer } from './agent-server.ts'
import { median, quantile, shown } from './benchmark.ts'
import type { Benchmark, Figure } from './benchmark.ts'
import type { BenchDatabase } from './bench-server.ts'
import { CHAIN_POOL, chainMachine } from './chain-machine.ts'
import { driveChains } from './chains.ts'
import { assignAll, createProjects, createTokens } from './enrolled-agents.ts'

const PROJECTS = 4
const TRANSITIONS = 20
const LABEL = CHAIN_POOL.slice('label:'.length)
const CONNECTIONS = 16
const SEED = 20_261_124
const FULL = { agents: 200, rounds: 3, roundMs: 6_000, jobs: 600, perSecond: 50, signatures: 2_000 }
const QUICK = { agents: 10, rounds: 1, roundMs: 500, jobs: 20, perSecond: 50, signatures: 20 }
const DISPATCH_P50_WANTED_MS = 15
const DISPATCH_P99_WANTED_MS = 100

const newIds = createIdBlocks()

/**
 * The write path as agents reach it: signed requests to begin a job and to end it, with which comes the next; and how soon a
 * ready job begins. Each request is signed once and verified once, so that no machine carries more transitions than its
 * processors make and verify pairs of signatures.
 */
export const agents: Benchmark = {
  title: `Agents: ${FULL.agents} simulated agents in another process, every request signed, over loopback HTTP. Runs of ${TRANSITIONS} transitions, one per agent at once, against the same runs without HTTP and against empty requests, in turn; then ${FULL.jobs} single jobs, ${FULL.perSecond} per second, and as many as there are agents at once`,
  async run(server, { isQuick }) {
    const size = isQuick ? QUICK : FULL
    await using database = await server.createDatabase()
    await using reactor = await database.startReactor([chainMachine])
    await using served = await startAgentServer(database, reactor)
    await using fleet = startAgentFleet()
    await employ({ database, reactor, fleet, url: served.url, count: size.agents })
    await using other = await server.createDatabase()
    await using withoutHttp = await other.startReactor([chainMachine])
    const rounds: Round[] = []
    for (let round = 0; round <= size.rounds; round += 1) {
      const measured = await measureRound({ reactor, withoutHttp, fleet, served, size })
      if (round > 0 || isQuick) rounds.push(measured) // The first warms up.
    }
    const dispatch = await measureDispatch(reactor, fleet, size, `${served.url}${NOTHING_PATH}`)
    const signature = measureSignature(size.signatures)
    return [...figuresOfRounds(rounds, signature), ...figuresOfDispatch(dispatch, size.agents)]
  },
}

type Size = typeof FULL

interface Round {
  readonly transitions: number
  readonly withoutHttp: number
  readonly requests: number
  /** Signed requests, per second. */
  readonly signed: number
  readonly roundTripMs: number
  readonly finishMs: number
  readonly cpu: Cpu
}

/** Processor time, µs for each transition. */
interface Cpu {
  readonly mainThread: number
  /** The server's process beside its main thread: signatures, garbage, compilation. */
  readonly beside: number
  readonly agents: number
}

/** Enrols the agents and lets them work. The chain's jobs name one plan: a step with one link for any agent of their label. */
async function employ(on: {
  readonly database: BenchDatabase
  readonly reactor: Reactor
  readonly fleet: AgentFleet
  readonly url: string
  readonly count: number
}): Promise<void> {
  const { pool } = on.database
  const digest: Digest = `sha256:${'0'.repeat(64)}`
  await savePlan(pool, digest, processPlan([stepPlan('chain')]))
  await createProjects(pool, PROJECTS)
  const names = await createTokens(pool, on.count, LABEL)
  on.fleet.work({ server: on.url, names, labels: [], seed: SEED })
  await assignAll(pool, on.count)
  on.reactor.nudgeAgents()
}

async function measureRound(on: {
  readonly reactor: Reactor
  readonly withoutHttp: Reactor
  readonly fleet: AgentFleet
  readonly served: AgentServer
  readonly size: Size
}): Promise<Round> {
  const { agents: atOnce, roundMs } = on.size
  const forMs = roundMs / 4
  const url = `${on.served.url}${NOTHING_PATH}`
  const trips = await on.fleet.ask({ url, connections: CONNECTIONS, forMs, everyMs: 0 })
  const load = { atOnce, transitions: TRANSITIONS, forMs }
  const answered = on.served.countAnswers()
  const driven = await driveAgents(on.reactor, on.fleet, { ...load, forMs: roundMs })
  const perTransition = (on.served.countAnswers() - answered) / driven.all
  return {
    ...driven,
    signed: perTransition * driven.transitions,
    withoutHttp: await driveChains(on.withoutHttp, load),
    requests: (trips.length * 1_000) / forMs,
    roundTripMs: median(trips),
  }
}

/** Keeps `atOnce` runs going for this long; what the agents ended within it counts. */
async function driveAgents(
  reactor: Reactor,
  fleet: AgentFleet,
  load: { readonly atOnce: number; readonly transitions: number; readonly forMs: number },
): Promise<Pick<Round, 'transitions' | 'finishMs' | 'cpu'> & { readonly all: number }> {
  const { atOnce, transitions, forMs } = load
  const ends = new Map<string, () => void>()
  const countCpu = startCpuCount(fleet)
  const stop = reactor.onCommitted(({ changes }) => {
    for (const { id, status } of changes) if (status === 'succeeded') ends.get(id)?.()
  })
  const until = nowMs() + forMs
  const counts = await Promise.all(
    Array.from({ length: atOnce }, async (_, index) => {
      let count = 0
      for (; nowMs() < until; count += 1) {
        const id = idOf('run', newIds(reactor.now()))
        const ended = new Promise<void>((resolve) => ends.set(id, resolve))
        await createChain(reactor, { id, project: 1 + (index % PROJECTS), transitions })
        await ended
        ends.delete(id)
      }
      return count
    }),
  )
  stop()
  const runs = counts.reduce((sum, count) => sum + count, 0)
  const { started, ended } = await takeNews(fleet, runs * transitions)
  const count = ended.filter(([, at]) => at >= until - forMs && at < until).length
  return {
    transitions: (count * 1_000) / forMs,
    finishMs: median(lengths(started, ended)),
    cpu: countCpu(ended.length),
    all: ended.length,
  }
}

/** What the server and the process of agents take from now on, by transition. */
function startCpuCount({ news }: AgentFleet): (transitions: number) => Cpu {
  const processBefore = process.cpuUsage()
  const threadBefore = process.threadCpuUsage()
  const agentsBefore = news.cpuUs
  const sum = ({ user, system }: NodeJS.CpuUsage): number => user + system
  return (transitions) => {
    const mainThread = sum(process.threadCpuUsage(threadBefore))
    return {
      mainThread: mainThread / transitions,
      beside: (sum(process.cpuUsage(processBefore)) - mainThread) / transitions,
      agents: (news.cpuUs - agentsBefore) / transitions,
    }
  }
}

/** Processor time that making a signature takes here, and verifying it, µs. */
function measureSignature(count: number): { readonly made: number; readonly verified: number } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const text = Buffer.alloc(300, 'signed')
  const signature = sign(null, text, privateKey)
  const time = (run: () => void): number => {
    const before = process.threadCpuUsage()
    for (let n = 0; n < count; n += 1) run()
    const { user, system } = process.threadCpuUsage(before)
    return (user + system) / count
  }
  return {
    made: time(() => sign(null, text, privateKey)),
    verified: time(() => verify(null, text, publicKey, signature)),
  }
}

async function createChain(
  reactor: Reactor,
  run: { readonly id: string; readonly project: number; readonly transitions: number },
): Promise<void> {
  const { id, project, transitions } = run
  const event = { type: 'run_created', transitions }
  const created = await reactor.create({ project, kind: 'pipeline_run', id }, event, 'rule')
  if (!created.ok) throw new Error(created.refusal)
}

/** Everything that was heard, when so many jobs have ended. */
async function takeNews(
  { news }: AgentFleet,
  jobs: number,
): Promise<{ readonly started: readonly Moment[]; readonly ended: readonly Moment[] }> {
  while (news.ended.length < jobs) await delay(20)
  return { started: news.started.splice(0), ended: news.ended.splice(0) }
}

/** From each start of a run's job to its end; a run has one job at a time. */
function lengths(started: readonly Moment[], ended: readonly Moment[]): readonly number[] {
  const ends = Map.groupBy(ended, ([run]) => run)
  return started.flatMap(([run, at]) => {
    const end = ends.get(run)?.find(([, endedAt]) => endedAt >= at)
    return end === undefined ? [] : [end[1] - at]
  })
}

interface Dispatch {
  /** A request that does nothing, at the same pace. */
  readonly emptyMs: number
  readonly steadyMs: readonly number[]
  readonly atOnceMs: readonly number[]
}

async function measureDispatch(
  reactor: Reactor,
  fleet: AgentFleet,
  size: Size,
  url: string,
): Promise<Dispatch> {
  const everyMs = 1_000 / size.perSecond
  const forMs = (size.jobs * everyMs) / 4
  const emptyMs = median(await fleet.ask({ url, connections: 1, forMs, everyMs }))
  const steadyMs = await timeDispatch(reactor, fleet, size.jobs, everyMs)
  const atOnceMs: number[] = []
  for (let round = 0; round < size.rounds; round += 1) {
    atOnceMs.push(...(await timeDispatch(reactor, fleet, size.agents, 0)))
  }
  return { emptyMs, steadyMs, atOnceMs }
}

/** From the commit that made a job ready to the answer that let its agent begin. */
async function timeDispatch(
  reactor: Reactor,
  fleet: AgentFleet,
  jobs: number,
  everyMs: number,
): Promise<readonly number[]> {
  const readyAt = new Map<string, number>()
  const stop = reactor.onCommitted(({ changes }) => {
    const now = nowMs()
    for (const { id, version } of changes) if (version === 1) readyAt.set(id, now)
  })
  const creating: Promise<void>[] = []
  for (let n = 0; n < jobs; n += 1) {
    const id = idOf('run', newIds(reactor.now()))
    creating.push(createChain(reactor, { id, project: 1 + (n % PROJECTS), transitions: 1 }))
    if (everyMs > 0) await delay(everyMs)
  }
  await Promise.all(creating)
  const { started } = await takeNews(fleet, jobs)
  stop()
  return started.map(([run, at]) => at - (readyAt.get(run) ?? Number.NaN))
}

/** Comparable with other processes of this machine. */
function nowMs(): number {
  return performance.timeOrigin + performance.now()
}

function figuresOfRounds(
  rounds: readonly Round[],
  signature: { readonly made: number; readonly verified: number },
): readonly Figure[] {
  const of = (read: (round: Round) => number, digits = 0): string =>
    shown(median(rounds.map(read)), digits)
  return [
    { what: 'transitions per second through agents', value: of((round) => round.transitions) },
    { what: 'transitions per second without HTTP', value: of((round) => round.withoutHttp) },
    {
      what: 'ratio of the two',
      value: of(({ transitions, withoutHttp }) => transitions / withoutHttp, 2),
    },
    {
      what: 'empty requests per second, same server and same process of agents',
      value: of((round) => round.requests),
    },
    {
      what: 'signed requests for each transition',
      value: of(({ signed, transitions }) => signed / transitions, 2),
    },
    {
      what: 'signed requests to empty requests, per second',
      value: of(({ signed, requests }) => signed / requests, 2),
    },
    {
      what: 'processor time for each transition, µs: main thread of the server, beside it, process of agents',
      value: [
        of(({ cpu }) => cpu.mainThread),
        of(({ cpu }) => cpu.beside),
        of(({ cpu }) => cpu.agents),
      ].join('; '),
    },
    {
      what: 'processor time for making a signature and for verifying it, µs',
      value: `${shown(signature.made)}; ${shown(signature.verified)}`,
    },
    {
      what: 'from start to end of a job under this load, median, ms',
      value: of((round) => round.finishMs, 1),
    },
    {
      what: 'round trip of an empty request, median, ms',
      value: of((round) => round.roundTripMs, 1),
    },
  ]
}

function figuresOfDispatch(
  { emptyMs, steadyMs, atOnceMs }: Dispatch,
  count: number,
): readonly Figure[] {
  const p50 = quantile(steadyMs, 0.5)
  const p99 = quantile(steadyMs, 0.99)
  return [
    {
      what: `job ready to its start, ${count} agents, median, ms`,
      value: shown(p50, 1),
      target: { wanted: `≤ ${DISPATCH_P50_WANTED_MS}`, isMet: p50 <= DISPATCH_P50_WANTED_MS },
    },
    {
      what: `job ready to its start, ${count} agents, 99 of 100, ms`,
      value: shown(p99, 1),
      target: { wanted: `≤ ${DISPATCH_P99_WANTED_MS}`, isMet: p99 <= DISPATCH_P99_WANTED_MS },
    },
    {
      what: 'empty request at the same pace, median, ms; and how many of them the median start takes',
      value: `${shown(emptyMs, 1)}; ${shown(p50 / emptyMs, 1)}`,
    },
    {
      what: `${count} jobs at once for ${count} agents, median and last, ms`,
      value: `${shown(quantile(atOnceMs, 0.5))} and ${shown(Math.max(...atOnceMs))}`,
    },
  ]
}
