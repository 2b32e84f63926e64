import { Client } from 'pg'
import { median, shown } from './benchmark.ts'
import type { Benchmark } from './benchmark.ts'
import type { BenchDatabase } from './bench-server.ts'
import { chainMachine } from './chain-machine.ts'
import { driveChain, driveChains } from './chains.ts'
import type { Reactor } from '../packages/server/src/postgres/reactor/reactor.ts'

const ROUNDS = 7
const ROUND_MS = 2_500
const CLIENTS = 32
const ROWS = 10_000
const RUNS_AT_ONCE = 100
const TRANSITIONS = 20
const RATIO_WANTED = 0.75

/** How much of what the same server commits as single rows, the write path commits as whole transitions. */
export const transitions: Benchmark = {
  title: `Transitions: runs of ${TRANSITIONS} transitions, ${RUNS_AT_ONCE} at once, each with event, state, job closed, job opened, sealed; against single-row committed updates by ${CLIENTS} clients on the same server in turn`,
  async run(server) {
    await using database = await server.createDatabase()
    await using reactor = await database.startReactor([chainMachine])
    await driveChains(reactor, { atOnce: RUNS_AT_ONCE, transitions: TRANSITIONS, forMs: 1_000 })
    const rounds = await runRounds(database, reactor)
    const ratio = median(rounds.map(({ events, updates }) => events / updates))
    const alone = await timeAlone(reactor)
    return [
      { what: 'transitions per second', value: shown(median(rounds.map(({ events }) => events))) },
      {
        what: 'single-row committed updates per second',
        value: shown(median(rounds.map(({ updates }) => updates))),
      },
      {
        what: 'ratio of the two, one process',
        value: shown(ratio, 2),
        target: { wanted: `≥ ${RATIO_WANTED}`, isMet: ratio >= RATIO_WANTED },
      },
      { what: `a run of ${TRANSITIONS} transitions alone, ms`, value: shown(alone, 1) },
    ]
  },
}

async function runRounds(
  database: BenchDatabase,
  reactor: Reactor,
): Promise<readonly { readonly events: number; readonly updates: number }[]> {
  await database.pool.query('CREATE TABLE plain (id int PRIMARY KEY, n int NOT NULL)')
  await database.pool.query('INSERT INTO plain SELECT n, 0 FROM generate_series(1, $1) AS n', [
    ROWS,
  ])
  const rounds = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const updates = await measureUpdates(database.url)
    const load = { atOnce: RUNS_AT_ONCE, transitions: TRANSITIONS, forMs: ROUND_MS }
    rounds.push({ updates, events: await driveChains(reactor, load) })
  }
  return rounds
}

async function measureUpdates(url: string): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      const client = new Client(url)
      await client.connect()
      return client
    }),
  )
  const began = performance.now()
  const counts = await Promise.all(
    clients.map(async (client) => {
      let count = 0
      for (; performance.now() - began < ROUND_MS; count += 1) {
        await client.query({
          name: 'update_plain',
          text: 'UPDATE plain SET n = n + 1 WHERE id = $1',
          values: [1 + Math.floor(Math.random() * ROWS)],
        })
      }
      return count
    }),
  )
  const seconds = (performance.now() - began) / 1_000
  await Promise.all(clients.map((client) => client.end()))
  return counts.reduce((sum, count) => sum + count, 0) / seconds
}

async function timeAlone(reactor: Reactor): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < 20; run += 1) {
    const began = performance.now()
    await driveChain(reactor, 1, TRANSITIONS)
    times.push(performance.now() - began)
  }
  return median(times)
}
