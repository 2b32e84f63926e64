import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { AnyEvent, JobId } from '@lockstep/domain'
import { idOf, uuidOf } from '@lockstep/domain'
import { toyRunMachine } from '@lockstep/testkit'
import { Client } from 'pg'
import { PINNED_SETTINGS } from '../../src/postgres/reactor/connection.ts'
import { createIdBlocks } from '../../src/postgres/reactor/id-blocks.ts'
import { buildFlush } from '../../src/postgres/reactor/statement.ts'
import type { FlushStatement } from '../../src/postgres/reactor/statement.ts'
import type { Submission } from '../../src/postgres/reactor/submission.ts'
import type { AggregateRow, Draft, Write } from '../../src/postgres/reactor/write.ts'
import { createTestDatabase } from '../../testing/database.ts'
import type { TestDatabase } from '../../testing/database.ts'

const newIds = createIdBlocks()
const LANE = { lane: 1, n: 0, previous: Buffer.alloc(32), hash: Buffer.alloc(32, 1) }

suite('the flush statement', () => {
  test('reads by primary key only, with empty, fresh, analysed and full tables', async () => {
    await using database = await createTestDatabase()
    const client = new Client(database.url)
    await client.connect()
    try {
      for (const [name, value] of Object.entries(PINNED_SETTINGS)) {
        await client.query(`SELECT set_config($1, $2, false)`, [name, value])
      }
      const statement = everything()
      assert.deepEqual(await findOtherAccess(client, statement), [], 'empty')
      await fill(database, 100)
      assert.deepEqual(await findOtherAccess(client, statement), [], 'fresh')
      await database.pool.query('ANALYZE')
      assert.deepEqual(await findOtherAccess(client, statement), [], 'analysed')
      await fill(database, 20_000)
      assert.deepEqual(await findOtherAccess(client, statement), [], 'full')
      await database.pool.query('ANALYZE')
      assert.deepEqual(await findOtherAccess(client, statement), [], 'full and analysed')
    } finally {
      await client.end()
    }
  })

  test('has a name that PostgreSQL does not cut', () => {
    assert.ok(everything().name.length <= 63)
  })

  test('refuses a text that contains the separator of its lists', () => {
    const row = aggregate(0)
    const draft: Draft = { ...row.draft, node: 'a\u001eb' }
    assert.throws(() =>
      buildFlush({ at: 1, aggregates: [{ ...row, draft }], events: [], writes: [] }, undefined),
    )
  })
})

/** A flush with every part that a flush can have. */
function everything(): FlushStatement {
  const rows = [aggregate(0), aggregate(3)]
  const [row] = rows
  assert.ok(row)
  const { place, self } = row.draft
  const cause = { place, seq: 4, ordinal: 0 }
  const submission: Submission = {
    place,
    event: { type: 'x' },
    by: 'rule',
    options: {},
    owned: [],
    tries: 0,
  }
  const job = idOf('job', newIds(1))
  const event: AnyEvent = { type: 'poked' }
  const writes: readonly Write[] = [
    { write: 'tell', cause, to: self, event },
    {
      write: 'open_job',
      owner: place,
      order: {
        id: idOf('job', newIds(1)),
        plan: 'sha256:0',
        step: 's',
        link: 0,
        target: 0,
        attempt: 1,
        cause: null,
        pool: 'label:x',
        environment: null,
        lockToken: null,
        always: false,
        notBefore: null,
        timeoutMs: 1,
      },
    },
    { write: 'close_job', owner: place, job: newIds(1), status: 'superseded' },
    { write: 'cancel_jobs', owner: place, graceMs: 1 },
    { write: 'set_guard', subject: place.id, open: false },
    { write: 'take_inbox', key: { ...place, source: place.id, seq: 1, ordinal: 0 }, submission },
    { write: 'set_aside', id: newIds(1), place, kind: 'k', event, reason: 'r' },
    {
      write: 'finish_job',
      owner: place,
      owned: { job, fence: 1, while: 'held', outcome: { status: 'failed', report: null } },
      submission,
    },
    { write: 'check_guard', guard: { subject: self.id, epoch: 0 }, submission },
    {
      write: 'command',
      project: 1,
      command: { key: 'k', bodyDigest: 'd' },
      answer: {},
      submission,
    },
    ...facts(cause, self.id, job),
  ]
  const origin = '{}'
  const events = rows.map(({ draft }) => ({
    place: draft.place,
    seq: 1,
    kind: draft.kind,
    type: 'poked',
    v: 1,
    actor: 'rule' as const,
    ids: newIds(1),
    origin,
    body: '{}',
  }))
  return buildFlush({ at: 1, aggregates: rows, events, writes }, LANE)
}

function facts(
  cause: { place: Draft['place']; seq: number; ordinal: number },
  id: string,
  job: JobId,
): Write[] {
  const origin = undefined
  return [
    {
      write: 'fact',
      cause,
      origin,
      fact: {
        kind: 'decision',
        gate: id,
        rule: 0,
        person: 'usr_1',
        decision: 'approve',
        covers: null,
        comment: '',
        how: 'page',
      },
    },
    {
      write: 'fact',
      cause,
      origin,
      fact: {
        kind: 'inventory',
        environment: idOf('env', newIds(1)),
        component: { project: 'p', application: 'a', name: 'c' },
        resource: 'r',
        runs: null,
        wanted: null,
        verified: false,
        unknown: false,
        by: { root: id, job: null },
      },
    },
    {
      write: 'fact',
      cause,
      origin,
      fact: {
        kind: 'passed_over',
        environment: idOf('env', newIds(1)),
        component: { project: 'p', application: 'a', name: 'c' },
        resource: 'r',
        wanted: null,
        by: { root: id },
      },
    },
    {
      write: 'fact',
      cause,
      origin,
      fact: { kind: 'test_results', job, stage: 's', task: 't', results: [] },
    },
  ]
}

function aggregate(expected: number): AggregateRow {
  const id = idOf('run', newIds(1))
  const self = { root: id, id }
  const uuid = uuidOf(id)
  const state = { v: 1, ...self, plan: null, status: 'running' }
  return {
    draft: {
      place: { project: 1, root: uuid, id: uuid },
      self,
      kind: 'pipeline_run',
      machine: toyRunMachine,
      parent: undefined,
      node: undefined,
      attempt: 1,
      expected,
      version: expected + 1,
      state,
      wakeAt: undefined,
    },
    state,
    stateText: JSON.stringify(state),
    status: 'running',
    waits: undefined,
    isTerminal: false,
  }
}

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Index Name'?: string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly PlanNode[]
}

/** Every access to a table that is not by its whole key. The id of a job alone names it, too. */
async function findOtherAccess(
  client: Client,
  { text, values }: FlushStatement,
): Promise<string[]> {
  await client.query('DEALLOCATE ALL')
  const literals = values.map(literal).join(', ')
  await client.query(`PREPARE flush_plan AS ${text}`)
  const { rows } = await client.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
    `EXPLAIN (FORMAT JSON) EXECUTE flush_plan(${literals})`,
  )
  const [plan] = rows[0]?.['QUERY PLAN'] ?? []
  assert.ok(plan)
  const scans = listScans(plan.Plan)
  assert.ok(scans.length >= 5, `${scans.length} scans of tables`)
  return scans
    .filter(
      ({ 'Index Name': index }) =>
        index === undefined || !(index.endsWith('_pkey') || index === 'jobs_id'),
    )
    .map((node) => `${node['Node Type']} ${node['Relation Name']} ${node['Index Name'] ?? ''}`)
}

function listScans(node: PlanNode): PlanNode[] {
  const own =
    node['Node Type'].endsWith('Scan') && node['Relation Name'] !== undefined ? [node] : []
  return [...own, ...(node.Plans ?? []).flatMap(listScans)]
}

function literal(value: unknown): string {
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`
  return typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`
}

/** Rows of many runs, written and written again, so that statistics and dead entries are those of use. */
async function fill(database: TestDatabase, runs: number): Promise<void> {
  await database.pool.query(
    `INSERT INTO aggregates (project_id, root_id, id, kind, version, status, state, created_at)
     SELECT 1, u, u, 'pipeline_run', 1, 'running', '{}', now() FROM (SELECT gen_random_uuid() AS u FROM generate_series(1, $1)) s`,
    [runs],
  )
  await database.pool.query(
    `INSERT INTO events (project_id, root_id, id, seq, pos, kind, type, v, actor, at, ids, body)
     SELECT 1, id, id, 1, 1, kind, 'x', 1, 'rule', now(), id, '{}' FROM aggregates ON CONFLICT DO NOTHING`,
  )
  await database.pool.query(
    `INSERT INTO jobs (project_id, root_id, owner_id, id, plan_digest, step, link, target, attempt, pool, always, timeout_ms, status, created_at)
     SELECT 1, id, id, gen_random_uuid(), 'd', 's', 0, 0, 1, 'label:x', false, 1, CASE WHEN random() < 0.1 THEN 'ready' ELSE 'succeeded' END, now()
     FROM aggregates`,
  )
  await database.pool.query(
    `INSERT INTO guards (subject) SELECT id FROM aggregates ON CONFLICT DO NOTHING`,
  )
  await database.pool.query(
    `INSERT INTO inbox (project_id, root_id, source_id, source_seq, ordinal, target_root_id, target_id, event, at)
     SELECT 1, id, id, $1, 0, id, id, '{}', now() FROM aggregates LIMIT 1000`,
    [runs],
  )
}
