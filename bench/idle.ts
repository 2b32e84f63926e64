import { setTimeout as delay } from 'node:timers/promises'
import { idOf } from '@lockstep/domain'
import { createIdBlocks } from '../packages/server/src/postgres/reactor/id-blocks.ts'
import type { Reactor } from '../packages/server/src/postgres/reactor/reactor.ts'
import { quantile, shown } from './benchmark.ts'
import type { Benchmark } from './benchmark.ts'
import type { BenchDatabase } from './bench-server.ts'
import { chainMachine } from './chain-machine.ts'
import { fillWithWaitingRuns } from './waiting-runs.ts'

const WAITING = 100_000
const WATCH_MS = 10_000
const DECISIONS = 300
const STATISTICS_MS = 1_500
const IDLE_WANTED = 20
const DECISION_P99_WANTED_MS = 100

const newIds = createIdBlocks()

/** What a server does that has nothing to do, and how soon something happens after a decision. */
export const idle: Benchmark = {
  title: `Idle with ${shown(WAITING)} waiting runs: transactions per second in ${WATCH_MS / 1_000} s, and the time from a decision to the job it lets through`,
  async run(server) {
    await using database = await server.createDatabase()
    await fillWithWaitingRuns(database, WAITING)
    await using reactor = await database.startReactor([chainMachine])
    const perSecond = await measureIdle(database)
    const times = await measureDecisions(reactor)
    const p99 = quantile(times, 0.99)
    return [
      {
        what: 'transactions per second, idle',
        value: shown(perSecond, 1),
        target: { wanted: `≤ ${IDLE_WANTED}`, isMet: perSecond <= IDLE_WANTED },
      },
      { what: 'decision to next job, median, ms', value: shown(quantile(times, 0.5), 1) },
      {
        what: 'decision to next job, 99 of 100, ms',
        value: shown(p99, 1),
        target: { wanted: `≤ ${DECISION_P99_WANTED_MS}`, isMet: p99 <= DECISION_P99_WANTED_MS },
      },
    ]
  },
}

async function measureIdle(database: BenchDatabase): Promise<number> {
  const before = await countTransactions(database)
  await delay(WATCH_MS)
  return ((await countTransactions(database)) - before) / (WATCH_MS / 1_000)
}

/** The server writes its statistics about once a second. */
async function countTransactions({ pool }: BenchDatabase): Promise<number> {
  await delay(STATISTICS_MS)
  const { rows } = await pool.query<{ count: number }>(
    'SELECT (xact_commit + xact_rollback)::float8 AS count FROM pg_stat_database WHERE datname = current_database()',
  )
  return rows[0]?.count ?? 0
}

async function measureDecisions(reactor: Reactor): Promise<readonly number[]> {
  let ready: () => void = () => undefined
  const stop = reactor.onJobsReady(() => ready())
  const times: number[] = []
  for (let n = 0; n < DECISIONS; n += 1) {
    const id = idOf('run', newIds(reactor.now()))
    const root = { project: 1 + (n % 20), kind: 'pipeline_run', id } as const
    const created = await reactor.create(root, { type: 'run_created', transitions: 3 }, 'rule')
    if (!created.ok) throw new Error(created.refusal)
    const opened = new Promise<void>((resolve) => {
      ready = resolve
    })
    const began = performance.now()
    const decided = reactor.submit(created.target, { type: 'decided' }, 'user:usr_bench')
    await opened
    times.push(performance.now() - began)
    await decided
  }
  stop()
  return times
}
