import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { ingestApi, STAGING } from '@lockstep/testkit'

import type { Fact } from '../kernel/effect.ts'
import type { EnvironmentId, JobId } from '../kernel/id.ts'
import {
  applyInventory,
  applySighting,
  isDrifted,
  isProven,
  listInventoryMatrix,
  presentVersions,
  summariseInventory,
  type Installed,
  type InventoryRow,
} from './inventory.ts'

const OLD = installed('1.8.5')
const NEW = installed('2.0.0')
const COMPONENT = { project: 'backend', application: 'data-backend', name: 'ingest-api' }

function installed(version: string): Installed {
  const { digest } = ingestApi(version)
  return { version, digest }
}

function row(patch: Partial<InventoryRow> = {}): InventoryRow {
  return {
    environment: STAGING.id,
    component: COMPONENT,
    resource: 'edge-1',
    reported: NEW,
    verified: true,
    unknown: false,
    wanted: NEW,
    since: 100,
    putBy: { root: 'run_1', job: 'job_1' },
    ...patch,
  }
}

function fact(patch: Partial<Extract<Fact, { kind: 'inventory' }>> = {}) {
  return {
    kind: 'inventory',
    environment: STAGING.id,
    component: COMPONENT,
    resource: 'edge-1',
    runs: NEW,
    wanted: NEW,
    verified: true,
    unknown: false,
    by: { root: 'run_2', job: 'job_2' as JobId },
    ...patch,
  } as const
}

suite('applyInventory', () => {
  test('a first report makes the row', () => {
    assert.deepEqual(
      applyInventory(undefined, fact(), 500),
      row({ since: 500, putBy: { root: 'run_2', job: 'job_2' } }),
    )
  })

  test('other bits begin anew: since when, and put there by whom', () => {
    const after = applyInventory(row({ reported: OLD, wanted: OLD }), fact(), 500)
    assert.deepEqual([after.since, after.putBy?.root], [500, 'run_2'])
  })

  test('the same bits again keep since when and by whom', () => {
    const after = applyInventory(row({ verified: false }), fact(), 500)
    assert.deepEqual([after.since, after.putBy?.root, after.verified], [100, 'run_1', true])
  })

  test('lost contact keeps what was reported and takes its verification away', () => {
    const lost = fact({ unknown: true, verified: false, runs: OLD })
    const after = applyInventory(row(), lost, 500)
    assert.deepEqual([after.reported, after.verified, after.unknown], [NEW, false, true])
  })

  test('evidence ends what is unknown', () => {
    assert.equal(applyInventory(row({ unknown: true }), fact(), 500).unknown, false)
  })

  test('a component that is gone is reported as nothing', () => {
    const after = applyInventory(row(), fact({ runs: null, wanted: null }), 500)
    assert.deepEqual([after.reported, after.since, isDrifted(after)], [null, 500, false])
  })
})

suite('applySighting', () => {
  test('other bits than before are drift that no deployment put there', () => {
    const after = applySighting(row(), OLD, 500)
    assert.deepEqual([after.reported, after.putBy, after.since], [OLD, null, 500])
    assert.ok(isDrifted(after))
  })

  test('the same bits change nothing but what was unknown', () => {
    assert.deepEqual(applySighting(row({ unknown: true }), NEW, 500), row())
  })

  test('wanted bits that only lie there are not proven: what belongs to them may not be done', () => {
    const broken = row({ reported: OLD, verified: false })
    assert.equal(isProven(applySighting(broken, NEW, 500), NEW), false)
  })
})

suite('drift and proof', () => {
  test('something else than wanted is drift', () => {
    assert.equal(isDrifted(row({ reported: OLD })), true)
    assert.equal(isDrifted(row({ reported: null })), true)
    assert.equal(isDrifted(row()), false)
  })

  test('the same version with other bits is drift', () => {
    assert.equal(isDrifted(row({ reported: { ...OLD, version: '2.0.0' } })), true)
  })

  test('lost contact is not drift', () => {
    assert.equal(isDrifted(row({ reported: OLD, unknown: true })), false)
  })

  test('only what is verified and known is proven', () => {
    assert.equal(isProven(row(), NEW), true)
    assert.equal(isProven(row(), OLD), false)
    assert.equal(isProven(row({ verified: false }), NEW), false)
    assert.equal(isProven(row({ unknown: true }), NEW), false)
  })
})

suite('summariseInventory', () => {
  const six = Array.from({ length: 6 }, (_, n) => row({ resource: `edge-${n + 1}` }))

  test('one version everywhere', () => {
    const [summary] = summariseInventory(six)
    assert.equal(presentVersions(summary!), '2.0.0 on 6 of 6')
    assert.deepEqual(summary?.versions, [{ ...NEW, resources: 6, verified: 6, since: 100 }])
  })

  test('the most frequent version comes first, drift and lost contact are counted', () => {
    const rows = [
      row({ resource: 'edge-0', reported: OLD, verified: false, since: 50 }),
      ...six.slice(1),
      row({ resource: 'edge-9', unknown: true }),
    ]
    const [summary] = summariseInventory(rows)
    assert.equal(presentVersions(summary!), '2.0.0 on 6 of 7, 1.8.5 on 1 of 7')
    assert.deepEqual([summary?.drifted, summary?.unknown], [1, 1])
    assert.deepEqual([summary?.versions[1]?.verified, summary?.versions[1]?.since], [0, 50])
  })

  test('a component that runs nowhere', () => {
    const [summary] = summariseInventory([row({ reported: null })])
    assert.equal(presentVersions(summary!), 'on none of 1')
  })

  test('components are ordered by name, whatever the order of the rows', () => {
    const other = row({ component: { ...COMPONENT, name: 'charge-store' } })
    const names = summariseInventory([...six, other]).map(({ component }) => component.name)
    assert.deepEqual(names, ['charge-store', 'ingest-api'])
  })
})

suite('listInventoryMatrix', () => {
  const production = 'env_01K9S0000000000000000000P1' as EnvironmentId
  const dev = 'env_01K9S0000000000000000000D1' as EnvironmentId

  test('applications by environments, with a hole where an application never was', () => {
    const firmware = { project: 'embedded', application: 'vehicle-firmware', name: 'updater' }
    const matrix = listInventoryMatrix(
      [dev, STAGING.id, production],
      [
        row(),
        row({ resource: 'edge-2', reported: OLD }),
        row({ environment: production, reported: OLD, wanted: OLD }),
        row({ environment: dev, component: firmware }),
      ],
    )
    assert.deepEqual(
      matrix.map(({ application, cells }) => [
        application,
        ...cells.map((cell) => cell && [cell.version, cell.drifted, cell.isProven]),
      ]),
      [
        ['data-backend', undefined, ['1.8.5', 1, false], ['1.8.5', 0, true]],
        ['vehicle-firmware', ['2.0.0', 0, true], undefined, undefined],
      ],
    )
  })

  test('the version of most resources stands for the application', () => {
    const rows = [row(), row({ resource: 'edge-2' }), row({ resource: 'edge-3', reported: OLD })]
    const [cell] = listInventoryMatrix([STAGING.id], rows)[0]?.cells ?? []
    assert.deepEqual([cell?.version, cell?.versions], ['2.0.0', ['2.0.0', '1.8.5']])
  })
})
