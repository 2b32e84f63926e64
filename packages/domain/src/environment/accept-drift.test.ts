import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { ingestApi, STAGING } from '@lockstep/testkit'

import { acceptDrift } from './accept-drift.ts'
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
