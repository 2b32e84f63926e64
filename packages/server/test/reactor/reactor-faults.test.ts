import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { TOY_MACHINES } from '@lockstep/testkit'
import type { Question } from '@lockstep/domain'
import { Client } from 'pg'
import type { ClaimedJob } from '../../src/ports/job-claims.ts'
import { Reactor } from '../../src/postgres/reactor/reactor.ts'
import { createTestDatabase } from '../../testing/database.ts'
import type { TestDatabase } from '../../testing/database.ts'
import {
  accepted,
  assertSound,
  claim,
  countUnfinished,
  createRun,
  finish,
  newAgentId,
  startToyReactor,
  until,
} from '../../testing/toy-reactor.ts'
import type { ToyReactor } from '../../testing/toy-reactor.ts'

const RUNS = 60
const STEPS = 2
const JOBS = 4
/** run_created, and child_finished per step; step_created, and job_finished per job. */
const EVENTS_PER_RUN = 1 + STEPS + STEPS * (1 + JOBS)

suite('two reactors on one database', () => {
  test('with a tenth of the reports sent twice, give every run exactly its events', async () => {
    await using database = await createTestDatabase()
    await using one = await startToyReactor(database)
    await using two = await startToyReactor(database)
    await runAll(database, [one, two])
    await assertComplete(database)
  })

  test('that both poke the same runs apply every poke once', async () => {
    await using database = await createTestDatabase()
    await using one = await startToyReactor(database)
    await using two = await startToyReactor(database)
    const runs = await Promise.all(Array.from({ length: 5 }, () => createRun(one)))
    const answers = await Promise.all(
      runs.flatMap((run) =>
        Array.from({ length: 60 }, (_, index) =>
          (index % 2 === 0 ? one : two).reactor.submit(run, { type: 'poked' }, 'rule'),
        ),
      ),
    )
    for (const answer of answers) accepted(answer)
    const { rows } = await database.pool.query<{ pokes: number }>(
      `SELECT (state->>'pokes')::int AS pokes FROM aggregates`,
    )
    assert.deepEqual(
      rows.map(({ pokes }) => pokes),
      runs.map(() => 60),
    )
    await assertSound(database)
  })
})

suite('when backends are terminated in mid-statement', () => {
  test('nothing is lost and nothing happens twice', async () => {
    await using database = await createTestDatabase()
    await using one = await startToyReactor(database)
    await using two = await startToyReactor(database)
    let isOver = false
    let cuts = 0
    const cutting = until(async () => {
      const { rows } = await database.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'lockstep%' AND random() < 0.3`,
      )
      cuts += rows.length
      return isOver
    })
    await runAll(database, [one, two])
    isOver = true
    await cutting
    assert.ok(cuts > 10, `${cuts} cuts`)
    await assertComplete(database)
  })
})

suite('when the answer of a commit is lost', () => {
  test('the lane says that it happened, and callers get their answers', async () => {
    await using database = await createTestDatabase()
    const cutter = new AnswerCutter(database.url)
    await using toy = await startToyReactor(database, { newClient: cutter.newClient })
    const run = await createRun(toy)
    cutter.cutNext(1)
    assert.equal(accepted(await toy.reactor.submit(run, { type: 'poked' }, 'rule')).version, 2)
    assert.equal(cutter.cuts, 1)
    assert.equal(accepted(await toy.reactor.submit(run, { type: 'poked' }, 'rule')).version, 3)
    await assertSound(database)
  })

  test('again and again, every run still has exactly its events', async () => {
    await using database = await createTestDatabase()
    const cutter = new AnswerCutter(database.url)
    await using toy = await startToyReactor(database, { newClient: cutter.newClient })
    cutter.cutEvery(3)
    await runAll(database, [toy])
    assert.ok(cutter.cuts > 2, `${cutter.cuts} cuts`)
    await assertComplete(database)
  })

  test('a commit that never arrived is fenced off, and done again', async () => {
    await using database = await createTestDatabase()
    const cutter = new AnswerCutter(database.url)
    await using toy = await startToyReactor(database, { newClient: cutter.newClient })
    const run = await createRun(toy)
    cutter.swallowNext(1)
    assert.equal(accepted(await toy.reactor.submit(run, { type: 'poked' }, 'rule')).version, 2)
    const { rows } = await database.pool.query('SELECT FROM seals WHERE events = 0')
    assert.equal(rows.length, 1)
    await assertSound(database)
  })
})

suite('a reactor that stops', () => {
  test('leaves messages to the next one', async () => {
    await using database = await createTestDatabase()
    const run = await (async () => {
      await using toy = await startToyReactor(database)
      const listener = await createRun(toy)
      // The message is committed with the answer, and the reactor stops before or after it was taken.
      const told = { type: 'told', to: { root: listener.root, id: listener.id } }
      await toy.reactor.submit(await createRun(toy), told, 'rule')
      return listener
    })()
    await using next = await startToyReactor(database)
    await until(async () => {
      const { rows } = await database.pool.query(
        `SELECT FROM aggregates WHERE state->>'id' = $1 AND (state->>'pokes')::int = 1`,
        [run.id],
      )
      return rows.length === 1
    })
    assert.deepEqual(next.incidents, [])
    await assertSound(database)
  })

  test('tells those who wait to ask again, and closes its lanes', async () => {
    await using database = await createTestDatabase()
    const reactor = new Reactor({
      newClient: () => new Client(database.url),
      machines: TOY_MACHINES,
    })
    await reactor.start()
    const run = await createRun({ reactor })
    await reactor[Symbol.asyncDispose]()
    await reactor[Symbol.asyncDispose]()
    await assert.rejects(reactor.submit(run, { type: 'poked' }, 'rule'), { retryable: true })
    const { rows } = await database.pool.query('SELECT FROM lanes WHERE closed_at IS NULL')
    assert.equal(rows.length, 0)
  })
})

/** Creates runs and works on them by all reactors, with every tenth report sent twice, until all have ended. */
async function runAll(database: TestDatabase, toys: readonly ToyReactor[]): Promise<void> {
  const pick = (index: number): ToyReactor => toys[index % toys.length] as ToyReactor
  await Promise.all(
    Array.from({ length: RUNS }, (_, index) =>
      createRun(pick(index), { steps: STEPS, jobs: JOBS, atOnce: 2 }),
    ),
  )
  const agent = newAgentId()
  let n = 0
  await until(async () => {
    const jobs = await claim(database, agent, 50)
    const twice = jobs.filter((_, index) => index % 10 === 0)
    await Promise.all([...jobs, ...twice].map((job) => report(pick((n += 1)), job)))
    return (await countUnfinished(database)) === 0
  })
}

/** Like an agent: repeats its report until it gets an answer. */
async function report(toy: ToyReactor, job: ClaimedJob): Promise<void> {
  const answer = await finish(toy, job)
  if (!answer.ok)
    assert.ok(['stale_fence', 'already_finished'].includes(answer.refusal), answer.refusal)
}

async function assertComplete(database: TestDatabase): Promise<void> {
  const { rows: runs } = await database.pool.query<{ events: number }>(
    'SELECT count(*)::int AS events FROM events GROUP BY root_id',
  )
  assert.deepEqual(
    runs.map(({ events }) => events),
    Array.from({ length: RUNS }, () => EVENTS_PER_RUN),
  )
  const { rows: jobs } = await database.pool.query<{ status: string; count: number }>(
    'SELECT status, count(*)::int AS count FROM jobs GROUP BY status',
  )
  assert.deepEqual(jobs, [{ status: 'succeeded', count: RUNS * STEPS * JOBS }])
  await assertSound(database)
}

/** Makes clients that lose the answer to a flush after it was committed, or the flush before it was sent. */
class AnswerCutter {
  readonly #url: string
  #next = 0
  #every = Number.POSITIVE_INFINITY
  #flushes = 0
  #swallow = 0
  cuts = 0

  constructor(url: string) {
    this.#url = url
  }

  cutNext(count: number): void {
    this.#next = count
  }

  cutEvery(nth: number): void {
    this.#every = nth
  }

  swallowNext(count: number): void {
    this.#swallow = count
  }

  readonly newClient = (): Client => {
    const client = new Client(this.#url)
    const query = client.query.bind(client) as (...query: unknown[]) => Promise<unknown>
    const cutting = async (...sent: unknown[]): Promise<unknown> => {
      const [first] = sent
      const name = typeof first === 'object' && first !== null && 'name' in first ? first.name : ''
      const isFlush = String(name).startsWith('flush:s')
      if (isFlush && this.#swallow > 0) {
        this.#swallow -= 1
        this.#cut(client)
        throw new Error('the wire was cut before it was sent')
      }
      const answer = await query(...sent)
      if (!isFlush) return answer
      this.#flushes += 1
      if (this.#next === 0 && this.#flushes % this.#every !== 0) return answer
      this.#next = Math.max(0, this.#next - 1)
      this.#cut(client)
      throw new Error('the wire was cut after the commit')
    }
    client.query = cutting as unknown as typeof client.query
    return client
  }

  #cut(client: Client): void {
    this.cuts += 1
    client.end().catch(() => undefined)
  }
}

suite('a server that is gone', () => {
  const RUNS_ASKED = 8
  /** Longer than it takes to see that a server is gone, and before anything is due by itself. */
  const DUE_MS = 10_000

  test('is followed by one that asks again what had no answer, as soon as it is seen to be gone', async () => {
    await using database = await createTestDatabase()
    const runs = await askInVain(database)
    const asked = new Set<string>()
    await using next = new Reactor({
      newClient: () => new Client(database.url),
      machines: TOY_MACHINES,
    })
    next.answerWith((_question, target) => Promise.resolve(void asked.add(target.id)))
    await next.start()
    await until(() => asked.size === RUNS_ASKED)
    assert.deepEqual([...asked].toSorted(), runs.toSorted())
    await assertSound(database)
  })

  /** Runs that have asked a server that did not answer, and whose last heartbeat was a moment ago. */
  async function askInVain(database: TestDatabase): Promise<readonly string[]> {
    const question: Question = { type: 'describe_gate', round: 1 }
    const runs: string[] = []
    await using gone = await startToyReactor(database)
    for (let count = 0; count < RUNS_ASKED; count += 1) {
      const run = await createRun(gone)
      const until = gone.reactor.now() + DUE_MS
      accepted(await gone.reactor.submit(run, { type: 'slept', until }, 'rule'))
      accepted(await gone.reactor.submit(run, { type: 'asked', question }, 'rule'))
      runs.push(run.id)
    }
    await database.pool.query(
      `INSERT INTO nodes (id, version, beat_at) VALUES (gen_random_uuid(), '0', clock_timestamp())`,
    )
    return runs
  }
})
