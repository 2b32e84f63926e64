// What test reports mean in the light of how the same tests went before.

import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { idOf, type RunId, type TestCounts } from '@lockstep/domain'
import { insertDefinition } from '../src/postgres/deliverables/definition-store.ts'
import { insertRun } from '../src/postgres/deliverables/run-store.ts'
import { readReports } from '../src/reports/read-reports.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'

let database: TestDatabase
let project = 0
before(async () => {
  database = await createTestDatabase()
  const { rows } = await database.pool.query<{ number: number }>(
    `INSERT INTO projects (id, name, title) VALUES (gen_random_uuid(), 'car', 'Car') RETURNING number`,
  )
  project = rows[0]?.number ?? 0
})
after(() => database[Symbol.asyncDispose]())

type Verdicts = Readonly<Record<string, 'passed' | 'failed' | 'skipped'>>

const INSIDE = { passed: '', failed: '<failure/>', skipped: '<skipped/>' } as const

async function* reportOf(verdicts: Verdicts) {
  const cases = Object.entries(verdicts).map(
    ([name, verdict]) => `<testcase name="${name}">${INSIDE[verdict]}</testcase>`,
  )
  const bytes = (async function* bytes() {
    yield Buffer.from(`<testsuite name="car">${cases.join('')}</testsuite>`)
  })()
  yield { path: 'report.xml', bytes }
}

/** A pipeline of its own; each call is a job that ran these tests on a commit. */
async function startHistory() {
  const pipeline = randomUUIDv7()
  await insertDefinition(database.pool, {
    uuid: pipeline,
    projectNumber: project,
    kind: 'pipeline',
    name: `p-${pipeline}`,
    source: 'test',
  })
  const runOf = async (commit: string): Promise<RunId> => {
    const id = idOf('run', randomUUIDv7())
    await insertRun(database.pool, {
      id,
      root: id,
      projectNumber: project,
      name: `p-${pipeline}`,
      pipeline,
      release: null,
      plan: `sha256:${'a'.repeat(64)}`,
      starter: 'rule',
      cause: null,
      source: { repository: 'car', url: 'https://example.test/car', branch: 'main', commit },
    })
    return id
  }
  return async (
    commit: string,
    verdicts: Verdicts,
    more: { readonly dimension?: string; readonly job?: string } = {},
  ): Promise<TestCounts | undefined> =>
    readReports(
      { db: database.pool },
      {
        project,
        root: await runOf(commit),
        job: more.job ?? idOf('job', randomUUIDv7()),
        task: 'qa/unit',
        dimension: more.dimension ?? 'linux',
      },
      reportOf(verdicts),
    )
}

async function flaky(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    'SELECT name FROM test_cases WHERE flaky_at IS NOT NULL ORDER BY name',
  )
  return rows.map(({ name }) => name)
}

suite('a failed test', () => {
  test('is new when it passed on the commit before, and is not when it failed there', async () => {
    const ran = await startHistory()
    await ran('c1', { brakes: 'passed', lights: 'failed' })
    const counts = await ran('c2', { brakes: 'failed', lights: 'failed', doors: 'passed' })
    assert.deepEqual(counts, {
      total: 3,
      passed: 1,
      failed: 2,
      skipped: 0,
      failures: ['car › brakes', 'car › lights'],
      newFailures: 1,
    })
  })

  test('is new when it has never run, so that a first failure passes no gate', async () => {
    const ran = await startHistory()
    const counts = await ran('c1', { brakes: 'failed' })
    assert.equal(counts?.newFailures, 1)
    assert.equal((await ran('c2', { brakes: 'failed' }))?.newFailures, 0)
  })

  test('stays new when it is tried again on the same commit, and when its report is read again', async () => {
    const ran = await startHistory()
    await ran('c1', { brakes: 'passed' })
    const job = idOf('job', randomUUIDv7())
    assert.equal((await ran('c2', { brakes: 'failed' }, { job }))?.newFailures, 1)
    assert.equal((await ran('c2', { brakes: 'failed' }, { job }))?.newFailures, 1)
    assert.equal((await ran('c2', { brakes: 'failed' }))?.newFailures, 1)
  })

  test('is held against the last time it ran, not against a run that skipped it', async () => {
    const ran = await startHistory()
    await ran('c1', { brakes: 'failed', lights: 'passed' })
    await ran('c2', { brakes: 'skipped', lights: 'skipped' })
    const counts = await ran('c3', { brakes: 'failed', lights: 'failed' })
    assert.equal(counts?.newFailures, 1)
  })

  test('has a history of its own on each device', async () => {
    const ran = await startHistory()
    await ran('c1', { brakes: 'failed' }, { dimension: 'pixel' })
    await ran('c1', { brakes: 'passed' }, { dimension: 'iphone' })
    assert.equal((await ran('c2', { brakes: 'failed' }, { dimension: 'pixel' }))?.newFailures, 0)
    assert.equal((await ran('c2', { brakes: 'failed' }, { dimension: 'iphone' }))?.newFailures, 1)
  })
})

suite('a flaky test', () => {
  test('has passed and failed on the same commit and device', async () => {
    const ran = await startHistory()
    const known = await flaky()
    await ran('c1', { steady: 'passed', changed: 'passed', shaky: 'passed', elsewhere: 'passed' })
    await ran('c2', { changed: 'failed' })
    await ran('c1', { steady: 'passed', shaky: 'failed' })
    await ran('c1', { elsewhere: 'failed' }, { dimension: 'other' })
    const found = (await flaky()).filter((name) => !known.includes(name))
    assert.deepEqual(found, ['car › shaky'])
  })
})

test('files that are no reports are counted as no tests', async () => {
  const bytes = (async function* bytes() {
    yield Buffer.from('{}')
  })()
  const job = {
    project,
    root: idOf('run', randomUUIDv7()),
    job: idOf('job', randomUUIDv7()),
    task: 'qa/unit',
    dimension: 'linux',
  }
  const files = [{ path: 'a.json', bytes }]
  assert.equal(await readReports({ db: database.pool }, job, files), undefined)
})
