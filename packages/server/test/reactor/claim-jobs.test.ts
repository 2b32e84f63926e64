import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, suite, test } from 'node:test'
import { idOf, uuidOf } from '@lockstep/domain'
import type { AgentId } from '@lockstep/domain'
import { TOY_POOL } from '@lockstep/testkit'
import type { ClaimedJob, ClaimRequest } from '../../src/ports/job-claims.ts'
import { assignAgent, revokeAgent, setDraining } from '../../src/postgres/agents/agents.ts'
import { claimForAll, createJobClaims } from '../../src/postgres/jobs/claim-jobs.ts'
import { renewLeases, startJob } from '../../src/postgres/jobs/hold-jobs.ts'
import { claimJobs } from '../../testing/claim-jobs.ts'
import { createTestDatabase } from '../../testing/database.ts'
import type { TestDatabase } from '../../testing/database.ts'
import {
  accepted,
  claim,
  createRun,
  finish,
  newAgentId,
  PROJECT,
  startToyReactor,
} from '../../testing/toy-reactor.ts'
import type { ToyReactor } from '../../testing/toy-reactor.ts'

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
beforeEach(async () => {
  await database.pool.query('DELETE FROM jobs')
})

const held = ({ id, fence }: ClaimedJob) => ({ job: id, fence })

async function claimFor(
  agent = newAgentId(),
  options: Partial<Parameters<typeof claimJobs>[1]> = {},
): Promise<readonly ClaimedJob[]> {
  return claimJobs(database.pool, { ...requestOf(agent), ...options })
}

function requestOf(agent: AgentId): ClaimRequest {
  return {
    agent,
    pools: [TOY_POOL],
    limit: 10,
    leaseMs: 60_000,
    environments: [],
    projects: [PROJECT],
    running: [],
  }
}

suite('claiming', () => {
  test('gives each job to one agent, however many ask at once', async () => {
    await createRun(toy, { steps: 1, jobs: 20, atOnce: 20 })
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => claim(database, newAgentId(), 5)),
    )
    const ids = claims.flat().map(({ id }) => id)
    assert.deepEqual([ids.length, new Set(ids).size], [20, 20])
  })

  test('offers again what was leased and not begun, with the same fence', async () => {
    await createRun(toy, { steps: 1, jobs: 1 })
    const agent = newAgentId()
    const [first] = await claimFor(agent)
    const [again] = await claimFor(agent)
    assert.ok(first && again)
    assert.deepEqual(
      [first.again, again.again, again.id, again.fence],
      [false, true, first.id, first.fence],
    )
    assert.deepEqual(await claimFor(agent, { running: [first.id] }), [])
    assert.deepEqual(await claimFor(newAgentId()), [])
  })

  test('does not offer again what was begun', async () => {
    await createRun(toy, { steps: 1, jobs: 1 })
    const agent = newAgentId()
    const [job] = await claimFor(agent)
    assert.ok(job)
    assert.equal(await startJob(database.pool, uuidOf(agent), held(job)), true)
    assert.deepEqual(await claimFor(agent), [])
  })

  test('needs an open guard of the run and of the step', async () => {
    const run = await createRun(toy, { steps: 1, jobs: 1 })
    await database.pool.query('UPDATE guards SET open = false WHERE subject = $1', [uuidOf(run.id)])
    assert.deepEqual(await claimFor(), [])
    await database.pool.query('UPDATE jobs SET always = true')
    assert.equal((await claimFor()).length, 1)
  })

  test('waits for nobody who shuts the guard, and gives nothing out after that', async () => {
    const run = await createRun(toy, { steps: 1, jobs: 1 })
    const client = await database.pool.connect()
    await client.query('BEGIN')
    await client.query('UPDATE guards SET open = false WHERE subject = $1', [uuidOf(run.id)])
    const claiming = claimFor()
    await client.query('COMMIT')
    client.release()
    assert.deepEqual(await claiming, [])
  })

  test('gives work of an environment only to agents that are assigned to it', async () => {
    await createRun(toy, { steps: 1, jobs: 1 })
    const environment = idOf('env', '01930000-0000-7000-8000-000000000001')
    await database.pool.query('UPDATE jobs SET environment_id = $1', [uuidOf(environment)])
    assert.deepEqual(await claimFor(), [])
    const [job] = await claimFor(newAgentId(), { environments: [environment], projects: [] })
    assert.equal(job?.environment, environment)
  })

  test('gives work without environment only to agents of the project', async () => {
    await createRun(toy, { steps: 1, jobs: 1 })
    assert.deepEqual(await claimFor(newAgentId(), { projects: [PROJECT + 1] }), [])
  })

  test('leaves a job that is to be tried later', async () => {
    await createRun(toy, { steps: 1, jobs: 1 })
    await database.pool.query(`UPDATE jobs SET not_before = now() + interval '1 hour'`)
    assert.deepEqual(await claimFor(), [])
  })

  test('looks for many agents at once, and gives each what it may have', async () => {
    await createRun(toy, { steps: 1, jobs: 3, atOnce: 3 })
    const [first, second, third] = [newAgentId(), newAgentId(), newAgentId()]
    const of = (agent: AgentId, patch: Partial<ClaimRequest> = {}): ClaimRequest => ({
      ...requestOf(agent),
      ...patch,
    })
    const claimed = await claimForAll(database.pool, [
      of(first, { limit: 1 }),
      of(second, { projects: [PROJECT + 1] }),
      of(third),
    ])
    assert.deepEqual(
      claimed.map(({ length }) => length),
      [1, 0, 2],
    )
    const { rows } = await database.pool.query<{ agent_id: string; count: string }>(
      'SELECT agent_id, count(*) FROM jobs GROUP BY agent_id ORDER BY count(*)',
    )
    assert.deepEqual(
      rows.map(({ agent_id: agent, count }) => [agent, Number(count)]),
      [
        [uuidOf(first), 1],
        [uuidOf(third), 2],
      ],
    )
  })

  test('many jobs of a pool whose agents are busy do not stand before those of another', async () => {
    await createRun(toy, { steps: 1, jobs: 20, atOnce: 20 })
    await createRun(toy, { steps: 1, jobs: 1 })
    await database.pool.query(
      `UPDATE jobs SET pool = 'label:rare' WHERE id = (SELECT max(id::text)::uuid FROM jobs)`,
    )
    const requests = [
      { ...requestOf(newAgentId()), limit: 1 },
      { ...requestOf(newAgentId()), limit: 1, pools: ['label:rare'] },
    ]
    const claimed = await claimForAll(database.pool, requests)
    assert.deepEqual(
      claimed.map(({ length }) => length),
      [1, 1],
    )
  })

  test('asks again whether an agent may, when what is known of it is old', async () => {
    await createRun(toy, { steps: 1, jobs: 4, atOnce: 4 })
    const agent = newAgentId()
    const claimOne = (): Promise<readonly ClaimedJob[]> =>
      claimFor(agent, { limit: 1, isOld: true })
    assert.equal((await claimOne()).length, 0)
    await database.pool.query(
      `INSERT INTO agents (id, name, labels, labels_bound, public_key, platform, version)
       VALUES ($1, 'old', '{}', false, $2, 'test', '1')`,
      [uuidOf(agent), randomBytes(32)],
    )
    assert.equal((await claimOne()).length, 0)
    await database.pool.query(
      `INSERT INTO projects (id, number, name, title) OVERRIDING SYSTEM VALUE
       VALUES (gen_random_uuid(), $1, 'toy', 'Toy') ON CONFLICT DO NOTHING`,
      [PROJECT],
    )
    const place = { agent, project: PROJECT, environment: null, by: 'test' }
    await assignAgent(database.pool, place)
    assert.equal((await claimOne()).length, 1)
    await setDraining(database.pool, agent, true)
    assert.equal((await claimOne()).length, 0)
    await setDraining(database.pool, agent, false)
    assert.equal((await claimOne()).length, 1)
    await revokeAgent(database.pool, agent)
    assert.equal((await claimOne()).length, 0)
  })

  test('who may have nothing any more does not keep others from it', async () => {
    await createRun(toy, { steps: 1, jobs: 1 })
    const requests = [{ ...requestOf(newAgentId()), isOld: true }, requestOf(newAgentId())]
    const claimed = await claimForAll(database.pool, requests)
    assert.deepEqual(
      claimed.map(({ length }) => length),
      [0, 1],
    )
  })

  test('sets the deadline from the moment of the claim', async () => {
    await createRun(toy, { steps: 1, jobs: 1 })
    const before = toy.reactor.now()
    const [job] = await claimFor()
    assert.ok(job)
    const [least, most] = [job.deadline - toy.reactor.now(), job.deadline - before]
    assert.ok(most > 59_000 && least < 181_000, `${least} to ${most} ms`)
  })
})

suite('renewing', () => {
  test('says what is still held, what is not, and what is to be stopped', async () => {
    await createRun(toy, { steps: 1, jobs: 3, atOnce: 3 })
    const agent = newAgentId()
    const jobs = await claimFor(agent)
    const [one, two, three] = jobs
    assert.ok(one && two && three)
    accepted(await finish(toy, two))
    await database.pool.query(
      'UPDATE jobs SET cancel_at = now(), cancel_grace_ms = 5000 WHERE id = $1',
      [uuidOf(three.id)],
    )
    const [answers = []] = await renewLeases(database.pool, [
      { agent: uuidOf(agent), jobs: jobs.map(held), leaseMs: 60_000 },
    ])
    assert.deepEqual(
      answers.toSorted(
        (a, b) =>
          jobs.findIndex(({ id }) => id === a.job) - jobs.findIndex(({ id }) => id === b.job),
      ),
      [
        { job: one.id, held: true, cancel: null },
        { job: two.id, held: false, status: 'succeeded', cancel: null },
        { job: three.id, held: true, cancel: { graceMs: 5_000 } },
      ],
    )
  })

  test('does nothing for an old fence or another agent', async () => {
    await createRun(toy, { steps: 1, jobs: 1 })
    const claims = createJobClaims(database.pool)
    const agent = newAgentId()
    const [job] = await claimFor(agent)
    assert.ok(job)
    const old = { ...held(job), fence: job.fence - 1 }
    assert.equal(await claims.start(agent, old), false)
    assert.equal(await claims.start(newAgentId(), held(job)), false)
    assert.deepEqual(await claims.renew(newAgentId(), [held(job)], 1_000), [
      { job: job.id, held: false, status: 'leased', cancel: null },
    ])
  })
})
