import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { plan, plannedLine, plannedTask } from '../../testing/documents.ts'
import { presentPlan } from './plan.ts'

const view = { width: 120, zone: 'Europe/Berlin', nowMs: Date.parse('2026-11-17T13:32:09Z') }

const made = plan({
  brings: [
    {
      application: 'data-backend',
      from: '1.12.3',
      snapshot: null,
      version: '2.0.0-rc.6',
      passed: 'backend/data-backend/1088',
    },
  ],
  stages: [
    {
      name: 'staging',
      title: 'Staging',
      environment: 'staging',
      environmentFree: true,
      entry: ['Signed with SBOM', 'Compatible'],
      exit: ['All tasks passed', 'one each of qa, release-managers'],
      tasks: [
        plannedTask({
          kind: 'deploy',
          application: 'data-backend',
          from: '1.12.3',
          to: '2.0.0-rc.6',
          lines: [
            plannedLine({
              tier: 'database',
              component: 'charge-store',
              resources: ['eu-staging-db'],
              does: ['migrate up'],
            }),
            plannedLine({ resources: ['edge-1', 'edge-2', 'edge-3'], atOnce: 2 }),
            plannedLine({ tier: 'edge', component: 'range-model', skipped: 'already 2.0.0-rc.6' }),
          ],
          irreversible: 'the new tables stay; 1.12.3 runs on them',
        }),
        plannedTask({ title: 'car to phone', after: [0] }),
        plannedTask({ title: 'v1 cars on the v2 backend', after: [0] }),
      ],
    },
    {
      name: 'production',
      title: 'Production',
      environment: 'production',
      environmentFree: false,
      entry: [],
      exit: [],
      tasks: [plannedTask({ title: 'look at the car', kind: 'manual' })],
    },
  ],
})

suite('presentPlan', () => {
  test('a plan shows every task with its number, every resource, and what cannot be undone', () => {
    assert.equal(
      presentPlan(made, view),
      `Connected Car 2.0, set 7                                                                              nothing is started
as of Tue 17 Nov 14:32 · plan sha256:5c1e9ab2

Brings                      from        to              passed
  data-backend              1.12.3      2.0.0-rc.6      backend/data-backend/1088

Staging                                                                              needs environment staging: free now
  ◇ entry   Signed with SBOM · Compatible
  1 data-backend                    1.12.3 → 2.0.0-rc.6
    database  eu-staging-db       charge-store      migrate up
    edge      3 places            ingest-api        place, restart                                             2 at once
              eu-staging-edge-1   range-model       already 2.0.0-rc.6, skipped
  2 side by side
    2a car to phone
    2b v1 cars on the v2 backend
  ◇ exit    All tasks passed · one each of qa, release-managers

Production                                                          needs environment production: taken now, so it waits
  ◇ entry   no rules
  3 look at the car
  ◇ exit    no rules

Cannot be undone
  ! Staging, car to phone: the new tables stay; 1.12.3 runs on them
  Everything else goes back to the versions under "from".

Start exactly this:  lockstep run start connected-car-2.0 --plan 5c1e9ab2`,
    )
  })

  test('versions stand below each other, however long one is', () => {
    const [first] = made.brings
    assert.ok(first !== undefined)
    const brings = [{ ...first, from: '1.8.5-hotfix.20261117 (changed)' }, first]
    const lines = presentPlan({ ...made, brings }, view).split('\n')
    const at = lines.findIndex((line) => line.startsWith('Brings'))
    const column = lines[at]?.indexOf(' to ') ?? -1
    for (const [index, { version }] of brings.entries()) {
      assert.equal(lines[at + 1 + index]?.indexOf(version ?? 'made'), column + 1)
    }
  })

  test('a gate at which it would wait in vain is told before it is started', () => {
    const warning =
      'Staging, exit gate: it asks one each of qa, release-managers, and qa-lead alone cannot give it. Add people to qa or release-managers.'
    assert.match(
      presentPlan({ ...made, warnings: [warning] }, view),
      /\n\nWould wait in vain\n {2}! Staging, exit gate: it asks one each of qa, release-managers, and qa-lead alone cannot give it\. .*\n(.*\n)*\nStart exactly this/,
    )
  })
})
