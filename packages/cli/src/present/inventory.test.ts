import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import type { ProjectId } from '@lockstep/domain'
import { inventory, inventoryRow } from '../../testing/documents.ts'
import { presentEnvironmentInventory, presentLeftDrifted, presentMatrix } from './inventory.ts'

const view = { width: 120, zone: 'Europe/Berlin', nowMs: Date.parse('2026-11-17T13:32:09Z') }
const ALL = { drift: false, verified: false }
const other = (version: string): { version: string; digest: string } => ({
  version,
  digest: `sha256:${'a'.repeat(64)}`,
})

suite('presentMatrix', () => {
  test('applications stand beside environments, and drift says what runs where', () => {
    const rows = [
      inventoryRow(),
      inventoryRow({
        environmentName: 'production',
        environmentTitle: 'Production',
        reported: other('1.12.3'),
        wanted: other('1.12.3'),
      }),
      inventoryRow({
        application: 'embedded/vehicle-firmware',
        component: 'telemetry-agent',
        resource: 'bench-car-03',
      }),
      inventoryRow({
        application: 'embedded/vehicle-firmware',
        component: 'telemetry-agent',
        resource: 'bench-car-04',
        reported: other('1.8.5'),
        drift: true,
      }),
    ]
    assert.equal(
      presentMatrix(inventory(rows), ALL, view),
      `                            Staging     Production
backend/data-backend        2.0.0 ✓     1.12.3 ✓
embedded/vehicle-firmware   2.0.0 ≠ 1
≠ In Staging bench-car-04 runs telemetry-agent 1.8.5, wanted is 2.0.0.    lockstep inventory connected-car/staging --drift`,
    )
  })

  test('nothing anywhere is said in words', () => {
    assert.equal(
      presentMatrix(inventory([]), ALL, view),
      'Nothing is deployed anywhere that you may see.',
    )
  })
})

suite('an answer with nothing in it', () => {
  const cases = [
    [{ drift: true, verified: false }, 'Nothing drifts'],
    [{ drift: false, verified: true }, 'Nothing was verified'],
    [{ drift: true, verified: true }, 'Nothing that was verified drifts'],
  ] as const
  for (const [asked, said] of cases) {
    test(`says "${said}" when that was asked`, () => {
      assert.equal(presentMatrix(inventory([]), asked, view), `${said} anywhere that you may see.`)
      assert.equal(
        presentEnvironmentInventory(inventory([]), { ...asked, isPast: false }, view),
        `${said} here.`,
      )
    })
  }
})

suite('presentEnvironmentInventory', () => {
  const rows = [
    ...['edge-1', 'edge-2', 'edge-3', 'edge-4'].map((resource) => inventoryRow({ resource })),
    inventoryRow({ component: 'charge-store', resource: 'eu-db', verified: false, putBy: null }),
  ]

  test('the past names its moment, and places that run the same share a line', () => {
    assert.equal(
      presentEnvironmentInventory(inventory(rows), { ...ALL, isPast: true }, view),
      `Staging as of Tue 17 Nov 2026, 14:32 Europe/Berlin

component      place      runs    reported   verified   since   put there by
ingest-api     4 places   2.0.0          4          4   06:04   connected-car/connected-car-2.0/7
charge-store   eu-db      2.0.0          1          0   06:04   not by Lockstep`,
    )
  })

  test('drift ends with the command that puts it back, why something is not, and how what is right is accepted', () => {
    const drifted = [
      inventoryRow({
        resource: 'edge-1',
        reported: other('1.8.5'),
        drift: true,
        putBack: {
          project: 'prj_1' as ProjectId,
          projectName: 'backend',
          name: 'delivery',
          version: '2.0.0',
        },
      }),
      inventoryRow({
        resource: 'edge-9',
        reported: other('1.8.5'),
        drift: true,
        notPutBack: 'edge-9 does no work in this environment any more.',
      }),
    ]
    const shown = (isPast: boolean) =>
      presentEnvironmentInventory(inventory(drifted), { ...ALL, isPast }, view)
    assert.equal(
      shown(false).split('\n').slice(-6).join('\n'),
      `≠ edge-1 runs ingest-api 1.8.5, wanted is 2.0.0
≠ edge-9 runs ingest-api 1.8.5, wanted is 2.0.0

Put back 2.0.0:  lockstep inventory put-back connected-car/staging backend/data-backend
edge-9 does no work in this environment any more.
Accept what runs:  lockstep inventory accept connected-car/staging ingest-api edge-1 -m WHY`,
    )
    assert.doesNotMatch(shown(true), /put-back|accept/)
    const [line, last] = presentMatrix(inventory(drifted), { ...ALL, drift: true }, view)
      .split('\n')
      .slice(-2)
    assert.equal(
      line,
      '≠ In Staging edge-1 runs ingest-api 1.8.5, wanted is 2.0.0, and 1 more.    lockstep inventory connected-car/staging --drift',
    )
    assert.equal(
      last,
      'Put back 2.0.0:  lockstep inventory put-back connected-car/staging backend/data-backend',
    )
  })

  test('on a narrow screen a column goes, and no value is cut', () => {
    const narrow = presentEnvironmentInventory(
      inventory(rows),
      { ...ALL, isPast: false },
      { ...view, width: 70 },
    )
    assert.doesNotMatch(narrow, /since/)
    assert.match(narrow, /connected-car\/connected-car-2\.0\/7/)
  })
})

test('what accepting takes away from other drift is said of the first, with how many more', () => {
  const [one, two] = [inventoryRow(), inventoryRow({ resource: 'edge-2' })]
  const ends = 'drifted too. Once this is accepted, nothing puts that back any more.'
  assert.equal(presentLeftDrifted([]), undefined)
  assert.equal(presentLeftDrifted([two]), `ingest-api on edge-2 has ${ends}`)
  assert.equal(presentLeftDrifted([one, two]), `ingest-api on eu-staging-1 and 1 more have ${ends}`)
})
