import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { ingestApi, STAGING } from '@lockstep/testkit'

import type { EnvironmentId } from '../kernel/id.ts'
import { acceptDrift, listLeftDrifted } from './accept-drift.ts'
import { isDrifted, type InventoryRow } from './inventory.ts'

const [OLD, NEW] = [ingestApi('1.8.5'), ingestApi('2.0.0')]

function drifted(patch: Partial<InventoryRow> = {}): InventoryRow {
  return {
    environment: STAGING.id,
    component: { project: 'backend', application: 'data-backend', name: 'ingest-api' },
    resource: 'edge-1',
    reported: OLD,
    verified: false,
    unknown: false,
    wanted: NEW,
    since: 100,
    putBy: null,
    ...patch,
  }
}

const seen = (digest: typeof OLD.digest | null, isBeingChanged = false) => ({
  digest,
  isBeingChanged,
})

suite('acceptDrift', () => {
  test('what runs is wanted from now on, and nothing else of the row changes', () => {
    const accepted = acceptDrift(drifted(), seen(OLD.digest))
    assert.ok(accepted.ok)
    assert.deepEqual(accepted.row, drifted({ wanted: OLD }))
    assert.equal(isDrifted(accepted.row), false)
  })

  test('that nothing runs any more is accepted as well', () => {
    const accepted = acceptDrift(drifted({ reported: null }), seen(null))
    assert.ok(accepted.ok)
    assert.equal(accepted.row.wanted, null)
  })

  const refusals = [
    ['never_here', undefined, seen(OLD.digest)],
    ['being_changed', drifted(), seen(OLD.digest, true)],
    ['contact_lost', drifted({ unknown: true }), seen(OLD.digest)],
    ['runs_other', drifted(), seen(NEW.digest)],
    ['runs_other', drifted(), seen(null)],
    ['runs_other', drifted({ reported: null }), seen(OLD.digest)],
    ['no_drift', drifted({ reported: NEW }), seen(NEW.digest)],
  ] as const
  for (const [refusal, row, what] of refusals) {
    test(`refuses ${refusal} for ${row?.reported?.version ?? 'nothing'}, seen ${what.digest?.slice(7, 11) ?? 'nothing'}`, () => {
      assert.deepEqual(acceptDrift(row, what), { ok: false, refusal })
    })
  }
})

suite('listLeftDrifted', () => {
  const place = (patch: object = {}) => ({
    environment: 'env_1' as EnvironmentId,
    application: 'car/firmware',
    component: 'light',
    resource: 'car-1',
    putBack: { name: 'delivery' },
    ...patch,
  })

  test('is what else of the application would be put back in the environment', () => {
    const places = [
      place(),
      place({ resource: 'car-2' }),
      place({ component: 'updater' }),
      place({ resource: 'car-3', putBack: null }),
      place({ application: 'car/backend', resource: 'car-4' }),
      place({ environment: 'env_2', resource: 'car-5' }),
    ]
    assert.deepEqual(
      listLeftDrifted(place(), places).map(({ component, resource }) => [component, resource]),
      [
        ['light', 'car-2'],
        ['updater', 'car-1'],
      ],
    )
  })
})
