import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { approval, gate } from '../../testing/documents.ts'
import { presentDecision, presentGate } from './gate.ts'

const view = { width: 120, zone: 'Europe/Berlin', nowMs: Date.parse('2026-11-17T13:32:09Z') }

const brings = [
  { application: 'vehicle-firmware', from: '1.8.4', to: '2.0.0-rc.4' },
  { application: 'data-backend', from: '1.12.3', to: '2.0.0-rc.6' },
]
const waiting = gate({
  brings,
  checks: [
    { name: 'All tasks passed', state: 'holds', evidence: '4 of 4' },
    {
      name: 'Ingest errors under 0.5 %, for 2 h',
      state: 'checking',
      evidence: '0.12 %, since 1 h 42 m',
    },
  ],
  approvals: [
    approval({
      state: 'given',
      given: 1,
      decisions: [
        {
          person: 'qa-lead',
          decision: 'approve',
          comment: 'Round trip fine.',
          at: '2026-11-17T12:58:00.000Z',
          self: null,
          for: ['qa'],
        },
      ],
    }),
    approval({
      name: 'release-managers',
      of: ['release-managers'],
      waitsFor: ['release-manager-2'],
    }),
  ],
  excluded: [{ person: 'release-manager', why: 'starter' }],
})

suite('presentGate', () => {
  test('a gate that waits shows what goes on, its checks, its approvals, and what a decision covers', () => {
    assert.equal(
      presentGate(waiting, view),
      `Staging exit gate of Connected Car 2.0, run 7                                   waits 42 min, approvals expire Wed 06:00

Lets these go on to Production                                from        to
  vehicle-firmware                                            1.8.4       2.0.0-rc.4
  data-backend                                                1.12.3      2.0.0-rc.6

Checks 1 of 2
  ✓ All tasks passed                                          4 of 4
  ◐ Ingest errors under 0.5 %, for 2 h                        0.12 %, since 1 h 42 m

Approvals 1 of 2
  ✓ qa                   qa-lead            13:58   "Round trip fine."
  ◆ release-managers     release-managers; waits for: release-manager-2
                         not release-manager, who started the run

Covers sha256:e07b41c9   2 snapshots, plan, parameters and the rules of this gate
If nobody acts: the run waits; approvals expire Wed 06:00 and are asked for again.`,
    )
  })

  test('one from each is a row for each group: who decided for it, or who still can', () => {
    const each = approval({
      name: 'Ready for Production',
      oneFromEach: true,
      of: ['qa', 'embedded-leads', 'release-managers'],
      given: 1,
      need: 3,
      decisions: [
        {
          person: 'qa-lead',
          decision: 'approve',
          comment: 'Round trip fine.',
          at: '2026-11-17T12:58:00.000Z',
          self: null,
          for: ['qa'],
        },
      ],
      missing: [
        { name: 'embedded-leads', people: ['embedded-lead'] },
        { name: 'release-managers', people: ['release-manager-2'] },
      ],
      waitsFor: ['embedded-lead', 'release-manager-2'],
    })
    const { excluded } = waiting
    const shown = presentGate(gate({ approvals: [each], excluded }), view)
    assert.match(
      shown,
      /\nApprovals 1 of 3\n {2}✓ qa {19}qa-lead {12}13:58 {3}"Round trip fine\."\n {2}◆ embedded-leads {7}waits for: embedded-lead\n {2}◆ release-managers {5}waits for: release-manager-2\n {25}not release-manager, who started the run\n/,
    )
  })

  test('an approval that is not asked yet waits for nobody', () => {
    const pending = gate({ state: 'checking', approvals: [approval({ state: 'pending' })] })
    const shown = presentGate(pending, view)
    assert.match(shown, /run 7 +checks 42 min, until Wed 06:00\n/)
    assert.match(shown, /○ qa {19}qa; asked when what stands before it holds\n/)
  })

  test('an aborted gate waits for nobody, and asks nobody later', () => {
    const undecided = approval({ state: 'pending', missing: [], waitsFor: [] })
    const each = { ...undecided, of: ['ops', 'leads'], oneFromEach: true, need: 2 }
    const shown = presentGate(
      gate({ state: 'aborted', until: null, approvals: [undecided, each] }),
      view,
    )
    assert.match(shown, /\n {2}○ \S+ +qa\n/)
    assert.match(shown, /\n {2}○ ops\n {2}○ leads\n/)
    assert.doesNotMatch(shown, /waits|until|expire|asked/)
  })

  test('at 80 columns nothing is cut', () => {
    const lines = presentGate(waiting, { ...view, width: 80 }).split('\n')
    assert.ok(lines.some((line) => line.includes('2.0.0-rc.4')))
    assert.ok(lines.some((line) => line.includes('0.12 %, since 1 h 42 m')))
  })

  test('who may not approve is told why', () => {
    const can = {
      approve: false,
      reject: false,
      withdraw: false,
      hold: false,
      override: false,
      why: 'not_an_approver',
    }
    assert.match(
      presentGate(gate({ can }), view),
      /You cannot approve it: you are not among the approvers\.$/,
    )
  })
})

suite('presentDecision', () => {
  test('what is let go is told before the question', () => {
    assert.equal(
      presentDecision(waiting),
      'You let go to Production:  vehicle-firmware 2.0.0-rc.4 · data-backend 2.0.0-rc.6',
    )
  })
})
