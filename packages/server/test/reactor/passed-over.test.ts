// What the inventory says of resources on which a deployment had nothing to do.

import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { idOf, uuidOf, type Digest, type Fact } from '@lockstep/domain'
import { createIdBlocks } from '../../src/postgres/reactor/id-blocks.ts'
import { buildFlush } from '../../src/postgres/reactor/statement.ts'
import { listInventory } from '../../src/postgres/read/inventory.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'

const newIds = createIdBlocks()
const ENVIRONMENT = idOf('env', newIds(1))
const COMPONENT = { project: 'car', application: 'backend', name: 'api' }
const SAME: Digest = `sha256:${'a'.repeat(64)}`
const OTHER: Digest = `sha256:${'b'.repeat(64)}`
const V1 = { version: '1.9.0', digest: SAME }
const V2 = { version: '2.0.0', digest: SAME }
const FOUND = { version: '1.0.0', digest: OTHER }

suite('a resource that was passed over', () => {
  let database: TestDatabase
  before(async () => {
    database = await createTestDatabase()
  })
  after(() => database[Symbol.asyncDispose]())
  beforeEach(() => database.pool.query('DELETE FROM inventory'))

  async function runs(
    present: typeof V1 | null,
    wanted: typeof V1 | null,
    is = { verified: true, unknown: false },
  ): Promise<void> {
    await database.pool.query(
      `INSERT INTO inventory (environment_id, component_project, application, component, resource, runs, wanted, verified,
         "unknown", by_root_id, at)
       VALUES ($1, 'car', 'backend', 'api', 'eu-1', $2, $3, $4, $5, $6, now() - interval '1 hour')`,
      [uuidOf(ENVIRONMENT), present, wanted, is.verified, is.unknown, newIds(1)],
    )
  }

  /** Its row and its lines in the log after a flush with these facts. */
  async function record(...facts: readonly Fact[]) {
    const id = newIds(1)
    const place = { project: 1, root: id, id }
    const writes = facts.map((fact, ordinal) => {
      const cause = { place, seq: 1, ordinal }
      return { write: 'fact', cause, origin: undefined, fact } as const
    })
    const rows = { at: Date.now(), aggregates: [], events: [], writes }
    const { text, values } = buildFlush(rows, undefined)
    await database.pool.query(text, [...values])
    const [row] = await listInventory(database.pool, { environment: ENVIRONMENT })
    const { rows: logged } = await database.pool.query(
      'SELECT runs, wanted FROM inventory_log WHERE source_id = $1',
      [id],
    )
    assert.ok(row !== undefined)
    const { reported, verified, unknown } = row
    return { reported, wanted: row.wanted, verified, unknown, logged }
  }

  const ROW = { environment: ENVIRONMENT, component: COMPONENT, resource: 'eu-1' } as const
  const by = { root: idOf('run', newIds(1)), job: idOf('job', newIds(1)) }
  const passed = (wanted: typeof V1 | null): Fact => ({
    kind: 'passed_over',
    ...ROW,
    wanted,
    by: { root: by.root },
  })
  const found = (bits: typeof V1 | null, wanted: typeof V1 | null): Fact => ({
    kind: 'inventory',
    ...ROW,
    runs: bits,
    wanted,
    verified: bits?.digest === wanted?.digest,
    unknown: false,
    by,
  })
  const passOver = (wanted: typeof V1 | null) => record(passed(wanted))

  test('is known under the version of today, when it runs the same bits', async () => {
    await runs(V1, V1)
    const { logged, ...row } = await passOver(V2)
    assert.deepEqual(row, { reported: V2, wanted: V2, verified: true, unknown: false })
    assert.deepEqual(logged, [{ runs: V2, wanted: V2 }])
  })

  test('that was found to run other bits meanwhile goes on being said to run them', async () => {
    await runs(FOUND, V1, { verified: false, unknown: false })
    const { logged, ...row } = await passOver(V2)
    assert.deepEqual(row, { reported: FOUND, wanted: V2, verified: false, unknown: false })
    assert.deepEqual(logged, [{ runs: FOUND, wanted: V2 }])
  })

  test('of which contact was lost meanwhile is proven by nothing', async () => {
    await runs(V1, V1, { verified: false, unknown: true })
    const { verified, unknown } = await passOver(V2)
    assert.deepEqual([verified, unknown], [false, true])
  })

  test('has not drifted any more from what a deployment before wanted and did not place', async () => {
    await runs(V2, FOUND)
    assert.deepEqual((await passOver(V2)).wanted, V2)
    await database.pool.query('UPDATE inventory SET runs = NULL, wanted = $1', [V1])
    assert.equal((await passOver(null)).wanted, null)
  })

  test('of which a job says more in the same commit is as the job says', async () => {
    await runs(V1, V1)
    const { logged, ...row } = await record(passed(V2), found(FOUND, FOUND))
    assert.deepEqual(row, { reported: FOUND, wanted: FOUND, verified: true, unknown: false })
    assert.deepEqual(logged, [{ runs: FOUND, wanted: FOUND }])
  })

  test('after a job has told of it in the same commit runs what the job says', async () => {
    await runs(FOUND, FOUND)
    const same = await record(found(V1, V1), passed(V2))
    assert.deepEqual([same.reported, same.wanted, same.verified], [V2, V2, true])
    assert.deepEqual(same.logged, [{ runs: V2, wanted: V2 }])
    const other = await record(found(FOUND, V1), passed(V2))
    assert.deepEqual([other.reported, other.wanted, other.verified], [FOUND, V2, false])
    assert.deepEqual(other.logged, [{ runs: FOUND, wanted: V2 }])
  })

  test('twice in a commit is wanted as the later says', async () => {
    await runs(V1, V1)
    assert.deepEqual((await record(passed(null), passed(V2))).wanted, V2)
    assert.deepEqual((await record(passed(V2), passed(null))).wanted, null)
  })

  test('leaves no line when nothing changes', async () => {
    await runs(V2, V2)
    assert.deepEqual((await passOver(V2)).logged, [])
  })
})
