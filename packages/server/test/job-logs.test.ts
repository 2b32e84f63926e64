// Logs as they are stored: many appended at once, packed where that saves room, and read as they were sent.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { uuidOf } from '@lockstep/domain'
import type { AgentId } from '@lockstep/domain'
import type { ClaimedJob } from '../src/ports/job-claims.ts'
import { appendJobLogs } from '../src/postgres/agents/job-logs.ts'
import type { LogChunk } from '../src/postgres/agents/job-logs.ts'
import { createTestDatabase } from '../testing/database.ts'
import type { TestDatabase } from '../testing/database.ts'
import { claim, createRun, newAgentId, startToyReactor } from '../testing/toy-reactor.ts'
import type { ToyReactor } from '../testing/toy-reactor.ts'
import { readWholeLog } from '../testing/whole-log.ts'

let database: TestDatabase
let toy: ToyReactor

before(async () => {
  database = await createTestDatabase()
  toy = await startToyReactor(database)
})
after(async () => {
  await toy[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function claimThree(agent: AgentId): Promise<readonly [ClaimedJob, ClaimedJob, ClaimedJob]> {
  await database.pool.query('DELETE FROM jobs')
  await createRun(toy, { steps: 1, jobs: 3, atOnce: 3 })
  const [one, two, three] = await claim(database, agent)
  assert.ok(one && two && three)
  return [one, two, three]
}

function chunk(agent: AgentId, { id, fence }: ClaimedJob, patch: Partial<LogChunk> = {}): LogChunk {
  return { agent, job: id, fence, start: 0, bytes: Buffer.from('text'), marks: [0, 5], ...patch }
}

suite('logs of many jobs at once', () => {
  test('each is taken or refused for itself', async () => {
    const agent = newAgentId()
    const [one, two, three] = await claimThree(agent)
    const appended = await appendJobLogs(database.pool, [
      chunk(agent, one),
      chunk(agent, two, { start: 9 }),
      chunk(agent, three, { fence: three.fence + 1 }),
    ])
    assert.deepEqual(appended, [
      { ok: true, length: 4 },
      { ok: false, refusal: 'wrong_offset', length: 0 },
      { ok: false, refusal: 'lease_lost' },
    ])
    assert.deepEqual(await appendJobLogs(database.pool, [chunk(newAgentId(), two)]), [
      { ok: false, refusal: 'not_found' },
    ])
  })

  test('what somebody else writes at is waited for, and holds up nobody', async () => {
    const agent = newAgentId()
    const [one, two] = await claimThree(agent)
    const client = await database.pool.connect()
    await client.query('BEGIN')
    await client.query('SELECT FROM jobs WHERE id = $1 FOR UPDATE', [uuidOf(one.id)])
    const appending = appendJobLogs(database.pool, [chunk(agent, one), chunk(agent, two)])
    while ((await readWholeLog(database.pool, uuidOf(two.id))).length === 0) continue
    await client.query('COMMIT')
    client.release()
    assert.deepEqual(await appending, [
      { ok: true, length: 4 },
      { ok: true, length: 4 },
    ])
  })

  test('is packed where that saves room, and read as it was sent', async () => {
    const agent = newAgentId()
    const [one, two, three] = await claimThree(agent)
    const sent = [Buffer.alloc(100_000, 'the same line\n'), randomBytes(100_000), Buffer.from('ä')]
    const jobs = [one, two, three]
    await appendJobLogs(
      database.pool,
      sent.flatMap((bytes, index) => {
        const job = jobs[index]
        return job === undefined ? [] : [chunk(agent, job, { bytes })]
      }),
    )
    const { rows } = await database.pool.query<{ packed: boolean; stored: number }>(
      `SELECT packed, octet_length(bytes) AS stored FROM job_logs
       WHERE job_id = ANY ($1::uuid[]) ORDER BY job_id`,
      [jobs.map(({ id }) => uuidOf(id))],
    )
    assert.deepEqual(
      rows.map(({ packed }) => packed),
      [true, false, false],
    )
    assert.ok((rows[0]?.stored ?? Infinity) < 5_000)
    for (const [index, job] of jobs.entries()) {
      assert.ok(sent[index]?.equals(await readWholeLog(database.pool, uuidOf(job.id))))
    }
  })
})
