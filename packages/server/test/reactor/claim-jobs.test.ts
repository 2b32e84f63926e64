import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { idOf, uuidOf } from '@lockstep/domain'
import { TOY_POOL } from '@lockstep/testkit'
import type { ClaimedJob } from '../../src/ports/job-claims.ts'
import {
  claimJobs,
  createJobClaims,
  renewLeases,
  startJob,
} from '../../src/postgres/jobs/claim-jobs.ts'
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

const held = ({ id, owner, fence }: ClaimedJob) => ({
  job: id,
  root: owner.root,
  project: owner.project,
  fence,
})

async function claimFor(
  agent = newAgentId(),
  options: Partial<Parameters<typeof claimJobs>[1]> = {},
): Promise<readonly ClaimedJob[]> {
  const request = {
    agent,
    pools: [TOY_POOL],
    limit: 10,
    leaseMs: 60_000,
    environments: [],
    projects: [PROJECT],
    running: [],
  }
  return claimJobs(database.pool, { ...request, ...options })
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

  test('sets the deadline from the moment of the claim', async () => {
    await createRun(toy, { steps: 1, jobs: 1 })
    const [job] = await claimFor()
    assert.ok(job)
    const restMs = job.deadline - toy.reactor.now()
    assert.ok(restMs > 59_000 && restMs < 181_000, `${restMs} ms`)
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
    const answers = await renewLeases(database.pool, uuidOf(agent), jobs.map(held), 60_000)
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
