import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { InventoryRow } from '../../lib/inventory.ts'
import type { Run } from '../../lib/runs.ts'
import { pathOf } from './run-path.ts'

const NEW = `sha256:${'2'.repeat(64)}`
const OLD = `sha256:${'1'.repeat(64)}`
const SNAPSHOT = {
  application: 'car/data-backend',
  components: [
    {
      name: 'ingest-api',
      version: '2.0.0',
      digest: NEW,
      sizeBytes: 1,
      provides: {},
      requires: {},
    },
  ],
}
const run = {
  stages: ['staging', null].map((environment) => ({ environment })),
} as unknown as Pick<Run, 'stages'>

const row = (changes: Partial<InventoryRow>): InventoryRow =>
  ({
    environmentName: 'staging',
    application: 'car/data-backend',
    component: 'ingest-api',
    resource: 'eu-1',
    reported: { version: '2.0.0', digest: NEW },
    verified: true,
    unknown: false,
    drift: false,
    ...changes,
  }) as InventoryRow

const older = { version: '1.0.0', digest: OLD }
const cell = (rows: readonly InventoryRow[]) => pathOf(run, SNAPSHOT, rows)[0]?.cells

suite('the path to production', () => {
  test('has a cell for each stage that goes somewhere', () => {
    assert.deepEqual(cell([]), [{ versions: [], state: 'not_started', says: 'nothing runs there' }])
  })

  test('says where the very same bits run', () => {
    assert.deepEqual(cell([row({})]), [
      { versions: ['2.0.0'], state: 'passed', says: 'the same bits, read again there' },
    ])
  })

  test('does not take the same version with other bits for the same', () => {
    const other = row({ reported: { version: '2.0.0', digest: OLD } })
    assert.deepEqual(cell([other]), [
      { versions: ['2.0.0'], state: 'not_started', says: 'another version' },
    ])
  })

  test('says how far a place is that is on the way', () => {
    assert.deepEqual(cell([row({}), row({ resource: 'eu-2', reported: older })]), [
      { versions: ['2.0.0', '1.0.0'], state: 'running', says: 'on 1 of 2' },
    ])
  })

  test('takes nothing for certain that has drifted or is unknown', () => {
    assert.equal(cell([row({ drift: true })])?.[0]?.state, 'drifted')
    assert.equal(cell([row({ unknown: true })])?.[0]?.state, 'unknown')
  })
})
