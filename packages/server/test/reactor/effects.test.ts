import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { idOf, uuidOf } from '@lockstep/domain'
import type { AnyEvent, Effect, Fact, Machine, Occurrence, StateHead } from '@lockstep/domain'
import { TOY_MACHINES, toyRunMachine } from '@lockstep/testkit'
import { PgBoss } from 'pg-boss'
import { createBossOutbox } from '../../src/postgres/reactor/outbox.ts'
import { savePlan } from '../../src/postgres/plans.ts'
import { createTestDatabase } from '../../testing/database.ts'
import type { TestDatabase } from '../../testing/database.ts'
import {
  accepted,
  assertSound,
  createRun,
  newRunId,
  PROJECT,
  startToyReactor,
  work,
} from '../../testing/toy-reactor.ts'
import type { ToyReactor } from '../../testing/toy-reactor.ts'

const DIGEST = `sha256:${'a'.repeat(64)}` as const

/** A run that returns the effects that its event carries, and keeps the title of its plan. */
const echoMachine: Machine = {
  ...toyRunMachine,
  wakeAt: () => undefined,
  waits: () => ({ on: 'person', what: 'you', since: 0 }),
  isTerminal: () => false,
  runStatus: () => 'waiting',
  reduce(state, event, plan) {
    const { effects = [] } = event as AnyEvent & Occurrence & { effects?: readonly Effect[] }
    const status = plan?.kind ?? 'no plan'
    const named = typeof event['plan'] === 'string' ? event['plan'] : null
    return { ok: true, state: state ?? { v: 1, ...event.self, plan: named, status }, effects }
  },
}

let database: TestDatabase
let boss: PgBoss
let toy: ToyReactor

before(async () => {
  database = await createTestDatabase()
  const db = { executeSql: (text: string, values?: unknown[]) => database.pool.query(text, values) }
  boss = new PgBoss({ db, supervise: false, schedule: false })
  await boss.start()
  await boss.createQueue('announce_pass')
  toy = await startToyReactor(database, {
    machines: [echoMachine, ...TOY_MACHINES.slice(1)],
    outbox: createBossOutbox(boss),
  })
})
after(async () => {
  await toy[Symbol.asyncDispose]()
  await assertSound(database)
  await boss.stop({ graceful: false })
  await database[Symbol.asyncDispose]()
})

const record = (...facts: Fact[]) => ({
  type: 'recorded',
  effects: facts.map((fact): Effect => ({ type: 'record', fact })),
})

suite('a fact', () => {
  test('of the inventory is the current row, and one more row of its history', async () => {
    const run = await createRun(toy)
    const installed = (version: string): Fact => ({
      kind: 'inventory',
      environment: idOf('env', '01930000-0000-7000-8000-000000000001'),
      component: { project: 'shop', application: 'backend', name: 'api' },
      resource: 'host-1',
      runs: { version, digest: DIGEST },
      wanted: null,
      verified: true,
      unknown: false,
      by: { root: run.root, job: null },
    })
    await toy.reactor.submit(run, record(installed('1.0.0'), installed('1.1.0')), 'rule')
    await toy.reactor.submit(run, record(installed('1.2.0')), 'rule')
    const current = await database.pool.query(
      `SELECT runs->>'version' AS version, wanted FROM inventory`,
    )
    assert.deepEqual(current.rows, [{ version: '1.2.0', wanted: null }])
    const log = await database.pool.query(
      `SELECT runs->>'version' AS v FROM inventory_log ORDER BY at, seq, ordinal`,
    )
    assert.deepEqual(
      log.rows.map(({ v }) => v),
      ['1.0.0', '1.1.0', '1.2.0'],
    )
  })

  test('of a decision and of tests is a row of its own', async () => {
    const run = await createRun(toy)
    const gate = idOf('gat', uuidOf(run.id))
    const decision: Fact = {
      kind: 'decision',
      gate,
      rule: 0,
      person: 'usr_1',
      decision: 'approve',
      covers: DIGEST,
      comment: "it's good",
      how: 'page',
    }
    const job = idOf('job', uuidOf(run.id))
    const tests: Fact = { kind: 'test_results', job, stage: 'Build', task: 'test', results: [1] }
    const origin = { address: '::1' }
    accepted(await toy.reactor.submit(run, record(decision, tests), 'user:usr_1', { origin }))
    const { rows } = await database.pool.query(
      `SELECT comment, covers, d.origin, t.results FROM decisions d, test_results t`,
    )
    assert.deepEqual(rows, [{ comment: "it's good", covers: DIGEST, origin, results: [1] }])
  })
})

suite('an outward effect', () => {
  const sent = (run: string): AnyEvent => ({
    type: 'ended',
    effects: [{ type: 'send', effect: { type: 'announce_pass', run } }],
  })

  test('is a job of the queue, in the transaction of its event and under its own id', async () => {
    const run = await createRun(toy)
    accepted(await toy.reactor.submit(run, sent(run.id), 'rule'))
    const jobs = await boss.fetch<{ id: string; source: string; effect: object }>('announce_pass')
    assert.deepEqual(
      jobs.map(({ id, data }) => [id === data.id, data.source, data.effect]),
      [[true, run.id, { type: 'announce_pass', run: run.id }]],
    )
  })

  test('is not there when its event did not happen', async () => {
    const run = await createRun(toy)
    const guards = [{ subject: run.id, epoch: 9 }]
    const answer = await toy.reactor.submit(run, sent(run.id), 'rule', { guards })
    assert.deepEqual(answer, { ok: false, refusal: 'guard_moved' })
    assert.deepEqual(await boss.fetch('announce_pass'), [])
  })

  test('whose queue is missing is the fault of its event, and of no other', async () => {
    const [bad, good] = [await createRun(toy), await createRun(toy)]
    const missing = {
      type: 'x',
      effects: [{ type: 'send', effect: { type: 'commit_status', run: bad.id, state: 'pending' } }],
    }
    const answers = await Promise.allSettled([
      toy.reactor.submit(bad, missing, 'rule'),
      toy.reactor.submit(good, { type: 'poked' }, 'rule'),
    ])
    assert.deepEqual(
      answers.map(({ status }) => status),
      ['rejected', 'fulfilled'],
    )
  })
})

suite('the plan', () => {
  test('that a first event names is given to the reducer, and later by the state', async () => {
    const plan = { v: 1, kind: 'run' } as unknown as Parameters<typeof savePlan>[2]
    await savePlan(database.pool, DIGEST, plan)
    const run = await createRun(toy, { plan: DIGEST })
    const answer = accepted(await toy.reactor.submit(run, { type: 'poked' }, 'rule'))
    assert.equal(answer.state.status, 'run')
  })

  test('that is not stored fails its event', async () => {
    const id = newRunId()
    const event = { type: 'run_created', plan: `sha256:${'b'.repeat(64)}` }
    await assert.rejects(
      toy.reactor.create({ project: PROJECT, kind: 'pipeline_run', id }, event, 'rule'),
      /could not be applied/,
    )
  })
})

suite('the log', () => {
  test('folded again gives the states that are stored', async () => {
    await using other = await createTestDatabase()
    await using toys = await startToyReactor(other)
    const run = await createRun(toys, { steps: 3, jobs: 4, atOnce: 3 })
    await toys.reactor.submit(run, { type: 'poked' }, 'rule')
    await work(other, [toys], async () => (await openAggregates(other)) === 0)
    for (const { kind, state, events } of await readLogs(other)) {
      const machine = TOY_MACHINES.find((one) => one.kind === kind)
      assert.ok(machine)
      const folded = events.reduce<StateHead | undefined>((before, event) => {
        const transition = machine.reduce(before, event, undefined)
        assert.ok(transition.ok)
        return transition.state
      }, undefined)
      assert.deepEqual(folded, state)
    }
  })
})

async function openAggregates(from: TestDatabase): Promise<number> {
  const { rowCount } = await from.pool.query('SELECT FROM aggregates WHERE finished_at IS NULL')
  return rowCount ?? 0
}

interface Log {
  readonly kind: string
  readonly state: StateHead
  readonly events: readonly (AnyEvent & Occurrence)[]
}

async function readLogs(from: TestDatabase): Promise<readonly Log[]> {
  const { rows } = await from.pool.query<Log>(
    `SELECT a.kind, a.state, (
       SELECT jsonb_agg(e.body || jsonb_build_object('type', e.type, 'by', e.actor, 'ids', e.ids,
         'at', (extract(epoch FROM e.at) * 1000)::bigint,
         'self', jsonb_build_object('root', a.state->'root', 'id', a.state->'id')) ORDER BY e.seq)
       FROM events e WHERE e.project_id = a.project_id AND e.root_id = a.root_id AND e.id = a.id) AS events
     FROM aggregates a`,
  )
  return rows
}
