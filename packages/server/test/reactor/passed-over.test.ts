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

  async function passOver(wanted: typeof V1 | null) {
    const id = newIds(1)
    const place = { project: 1, root: id, id }
    const fact: Fact = {
      kind: 'passed_over',
      environment: ENVIRONMENT,
      component: COMPONENT,
      resource: 'eu-1',
      wanted,
      by: { root: idOf('run', id) },
    }
    const cause = { place, seq: 1, ordinal: 0 }
    const write = { write: 'fact', cause, origin: undefined, fact } as const
    const rows = { at: Date.now(), aggregates: [], events: [], writes: [write] }
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

  test('leaves no line when nothing changes', async () => {
    await runs(V2, V2)
    assert.deepEqual((await passOver(V2)).logged, [])
  })
})
