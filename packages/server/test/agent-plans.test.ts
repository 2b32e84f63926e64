// How the statements that agents cause all the time read their tables: by indexes, whatever the planner knows.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { uuidOf } from '@lockstep/domain'
import { TOY_POOL } from '@lockstep/testkit'
import type { Pool } from 'pg'
import { findAgentJobs, listToBeTold } from '../src/postgres/agents/agent-jobs.ts'
import { admitRequests, findAgents, noteSeen } from '../src/postgres/agents/agents.ts'
import { appendJobLogs } from '../src/postgres/agents/job-logs.ts'
import { claimForAll } from '../src/postgres/jobs/claim-jobs.ts'
import { renewLeases, startJobs } from '../src/postgres/jobs/hold-jobs.ts'
import { createPinnedPool } from '../src/postgres/pinned-pool.ts'
import type { Queryable } from '../src/postgres/queryable.ts'
import { createTestDatabase } from '../testing/database.ts'
import { createRun, newAgentId, PROJECT, startToyReactor } from '../testing/toy-reactor.ts'

interface Statement {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  /** Absent when the whole index is read. */
  readonly 'Index Cond'?: string
  readonly Plans?: readonly PlanNode[]
}

/** Passes statements on and keeps them. */
function recorder(pool: Pool): { readonly db: Queryable; readonly statements: Statement[] } {
  const statements: Statement[] = []
  const query = (statement: Statement): Promise<unknown> => {
    statements.push(statement)
    return pool.query({ ...statement, values: [...statement.values] })
  }
  return { db: { query } as unknown as Queryable, statements }
}

/** Everything that a job of an agent asks of the database, once. */
async function workOnce(pool: Pool): Promise<readonly Statement[]> {
  const { db, statements } = recorder(pool)
  const agent = newAgentId()
  await admitRequests(db, [{ agent, nonce: 'a-nonce-of-some-length' }])
  await findAgents(db, [agent])
  await noteSeen(db, [{ agent, version: '1', labels: ['linux'] }])
  const request = {
    agent,
    pools: [TOY_POOL],
    limit: 1,
    leaseMs: 60_000,
    environments: [],
    projects: [PROJECT],
    running: [],
  }
  const [[job] = []] = await claimForAll(db, [request])
  assert.ok(job)
  const held = { job: job.id, fence: job.fence }
  await startJobs(db, [{ agent: uuidOf(agent), job: held }])
  await renewLeases(db, [{ agent: uuidOf(agent), jobs: [held], leaseMs: 60_000 }])
  await listToBeTold(db, [agent])
  await findAgentJobs(db, [{ agent, job: job.id }])
  await appendJobLogs(db, [
    { agent, job: job.id, fence: job.fence, start: 0, bytes: Buffer.from('x'), marks: [] },
  ])
  return statements
}

/** The reads of a statement's plan that are not looks into an index. */
async function findScans(pool: Pool, statement: Statement): Promise<readonly string[]> {
  const reads = await listReads(pool, statement)
  return reads.flatMap((node) =>
    ['Index Scan', 'Index Only Scan'].includes(node['Node Type'])
      ? []
      : [`${statement.name}: ${node['Node Type']} of ${node['Relation Name']}`],
  )
}

/** The indexes that a statement's plan reads from end to end. */
async function findWholeIndexes(pool: Pool, statement: Statement): Promise<readonly string[]> {
  const reads = await listReads(pool, statement)
  return reads.flatMap((node) =>
    node['Index Name'] !== undefined && node['Index Cond'] === undefined
      ? [`${statement.name}: all of ${node['Index Name']}`]
      : [],
  )
}

async function listReads(
  pool: Pool,
  { name, text, values }: Statement,
): Promise<readonly PlanNode[]> {
  const { rows } = await pool.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
    `EXPLAIN (FORMAT JSON) ${text}`,
    [...values],
  )
  const [plan] = rows[0]?.['QUERY PLAN'] ?? []
  assert.ok(plan, name)
  return listTables(plan.Plan)
}

/** What reads tables, and not what writes them. */
function listTables(node: PlanNode): readonly PlanNode[] {
  const isRead = node['Relation Name'] !== undefined && node['Node Type'] !== 'ModifyTable'
  return [...(isRead ? [node] : []), ...(node.Plans ?? []).flatMap(listTables)]
}

suite('statements for agents', () => {
  test('look into indexes, with fresh, full and analysed tables', async () => {
    await using database = await createTestDatabase()
    await using toy = await startToyReactor(database)
    const pinned = createPinnedPool({ connectionString: database.url }, assert.ifError)
    try {
      for (const prepare of ['', 'ANALYZE', FILL, 'ANALYZE']) {
        await createRun(toy, { steps: 1, jobs: 2, atOnce: 2 })
        if (prepare !== '') await database.pool.query(prepare)
        const statements = await workOnce(pinned)
        assert.ok(statements.length >= 9)
        const scans = await Promise.all(statements.map((each) => findScans(pinned, each)))
        assert.deepEqual(scans.flat(), [], prepare)
      }
    } finally {
      await pinned.end()
    }
  })

  test('find each row by its key while the planner knows nothing of the tables', async () => {
    await using database = await createTestDatabase()
    await using toy = await startToyReactor(database)
    const pinned = createPinnedPool({ connectionString: database.url }, assert.ifError)
    try {
      await createRun(toy, { steps: 1, jobs: 1 })
      const statements = await workOnce(pinned)
      const whole = await Promise.all(statements.map((each) => findWholeIndexes(pinned, each)))
      assert.deepEqual(whole.flat(), [])
    } finally {
      await pinned.end()
    }
  })
})

const FILL = `
  INSERT INTO jobs (project_id, root_id, owner_id, id, plan_digest, step, link, target, attempt, pool, always, timeout_ms, status,
    created_at)
  SELECT 9, u, u, u, 'sha256:0', 's', 0, 0, 1, 'label:done', false, 1, 'succeeded', now()
  FROM (SELECT gen_random_uuid() AS u FROM generate_series(1, 20000)) s`
