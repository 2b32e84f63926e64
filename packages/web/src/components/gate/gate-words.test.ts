import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Gate } from '../../lib/waiting.ts'
import { checksHold, gateTitle, runOfGate } from './gate-line.ts'
import {
  approvalsGiven,
  fasterThan,
  missingOf,
  standOf,
  unheardOf,
  whatNext,
  whyNotMe,
} from './gate-words.ts'

type Approval = Gate['approvals'][number]

const approval = (changes: Partial<Approval> = {}): Approval => ({
  rule: 0,
  name: 'Ready for Production',
  state: 'waiting',
  given: 0,
  need: 1,
  of: ['qa'],
  asks: 'one of qa',
  oneFromEach: false,
  until: null,
  decisions: [],
  missing: [],
  waitsFor: ['qa-lead'],
  ...changes,
})

const check = (state: Gate['checks'][number]['state']): Gate['checks'][number] => ({
  name: 'all tasks passed',
  state,
  evidence: '',
})

const gate = (changes: Partial<Gate> = {}): Gate => ({
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ids are branded, and none is looked at here
  ...({ id: 'gat_1', run: 'run_1' } as unknown as Pick<Gate, 'id' | 'run'>),
  address: 'car/connected-car-2.0/7/staging.exit',
  project: 'car',
  runAddress: 'car/connected-car-2.0/7',
  title: 'Staging exit gate of Connected Car 2.0, run 7',
  stage: 'Staging',
  node: 'exit',
  instance: 1,
  state: 'waiting',
  since: '2026-11-17T13:50:00Z',
  until: null,
  brings: [],
  next: 'Production',
  checks: [],
  approvals: [approval()],
  excluded: [],
  override: null,
  held: null,
  reason: '',
  covers: null,
  history: [],
  can: { approve: true, reject: true, withdraw: false, hold: true, override: false, why: null },
  version: 1,
  ...changes,
})

const mayNot = (why: string): Gate['can'] => ({
  approve: false,
  reject: false,
  withdraw: false,
  hold: false,
  override: false,
  why,
})

suite('the words of a gate', () => {
  test('it is named after its stage, and says of what it is the gate', () => {
    assert.equal(gateTitle(gate()), 'Staging exit gate')
    assert.equal(runOfGate(gate()), 'Connected Car 2.0, run 7')
    assert.equal(standOf(gate()), 'waits')
    assert.equal(
      standOf(gate({ held: { by: 'qa-lead', at: '2026-11-17T14:00:00Z', reason: 'smoke' } })),
      'on hold for',
    )
  })

  test('checks and approvals are counted, and mine is named when it is missing', () => {
    assert.equal(checksHold(gate({ checks: [check('holds'), check('checking')] })), '1 of 2')
    const approvals = [approval({ given: 2, need: 3 })]
    assert.equal(approvalsGiven(gate({ approvals })), '2 of 3, yours is missing')
    assert.equal(approvalsGiven(gate({ approvals, can: mayNot('not_an_approver') })), '2 of 3')
  })

  test('nobody is missing at a gate that has ended, whatever was not decided', () => {
    for (const state of ['passed', 'rejected', 'aborted'] as const) {
      assert.deepEqual(missingOf(gate({ state }), approval({ state: 'pending' }), 'me'), [])
    }
  })

  test('whoever had not decided when it ended is named', () => {
    const asked = approval({ state: 'pending' })
    assert.deepEqual(unheardOf(gate({ state: 'aborted' }), asked), {
      who: 'one of qa',
      why: 'not decided when the run was stopped',
    })
    assert.deepEqual(
      unheardOf(gate({ state: 'rejected' }), approval({ need: 2, given: 1, asks: '2 of qa, ops' })),
      { who: '2 of qa, ops', why: 'not decided when the gate was rejected' },
    )
    const rejected = approval({
      decisions: [
        {
          person: 'qa-lead',
          decision: 'reject',
          comment: '',
          at: '2026-11-17T14:00:00Z',
          self: null,
          for: ['qa'],
        },
      ],
    })
    assert.equal(unheardOf(gate({ state: 'rejected' }), rejected), null)
    assert.equal(unheardOf(gate({ state: 'aborted' }), approval({ given: 1 })), null)
    for (const state of ['waiting', 'checking', 'passed'] as const) {
      assert.equal(unheardOf(gate({ state }), asked), null)
    }
  })

  test('who is missing stands there with me first, and many are counted', () => {
    const whoOf = (changes: Partial<Approval>): readonly string[] =>
      missingOf(gate(), approval(changes), 'me').map(({ who }) => who)
    assert.deepEqual(whoOf({ waitsFor: ['a', 'me', 'b'] }), ['You, a or b'])
    assert.deepEqual(whoOf({ waitsFor: ['a', 'b', 'c', 'd', 'e'] }), ['a, b, c or 2 more'])
    assert.deepEqual(whoOf({ waitsFor: [], asks: 'qa-lead' }), ['qa-lead'])
    assert.deepEqual(whoOf({ state: 'given' }), [])
  })

  test('of one from each every group that is missing stands by itself', () => {
    const each = approval({
      oneFromEach: true,
      asks: 'one each of embedded-leads, qa, ops, release-manager',
      missing: [
        { name: 'embedded-leads', people: ['embedded-lead'] },
        { name: 'qa', people: ['qa-lead', 'me'] },
        { name: 'ops', people: [] },
        { name: 'release-manager', people: ['release-manager'] },
      ],
      waitsFor: ['embedded-lead', 'qa-lead', 'me', 'release-manager'],
    })
    assert.deepEqual(missingOf(gate(), each, 'me'), [
      { who: 'embedded-lead', of: 'embedded-leads' },
      { who: 'You or qa-lead', of: 'qa' },
      { who: 'ops', of: null },
      { who: 'release-manager', of: null },
    ])
    // Somebody has stood for both groups, and counts once.
    const twice = { ...each, missing: [], waitsFor: ['qa-lead'] }
    assert.deepEqual(missingOf(gate(), twice, 'me'), [{ who: 'qa-lead', of: null }])
  })

  test('whoever may not approve is told why', () => {
    assert.equal(whyNotMe(gate({ can: mayNot('not_an_approver') })), 'Only qa can approve here.')
    assert.match(
      whyNotMe(gate({ can: mayNot('approver_role_missing') })) ?? '',
      /you do not hold the role Approver in /,
    )
    assert.match(whyNotMe(gate({ can: mayNot('starter_cannot_approve') })) ?? '', /You started/)
    assert.equal(whyNotMe(gate()), null)
    assert.equal(whyNotMe(gate({ state: 'passed', can: mayNot('gate_not_waiting') })), null)
  })

  test('what happens next counts what is missing after me', () => {
    assert.equal(
      whatNext(gate()),
      'Yours is the last approval: the gate passes, and Production begins.',
    )
    assert.equal(
      whatNext(gate({ approvals: [approval({ need: 3 })] })),
      'After yours 2 approvals are missing; then Production begins.',
    )
    assert.equal(
      whatNext(gate({ can: mayNot('not_an_approver') })),
      'One approval is missing; then Production begins.',
    )
    assert.match(whatNext(gate({ checks: [check('checking')] })), /passes by itself/)
    assert.match(whatNext(gate({ state: 'rejected' })), /^The run waits here/)
    assert.equal(
      whatNext(gate({ state: 'passed', next: null })),
      'The gate has passed. Nothing is behind it.',
    )
  })

  test('whoever was faster is somebody else', () => {
    const decision = {
      rule: 0,
      decision: 'approve',
      comment: '',
      at: '2026-11-17T14:00:00Z',
    } as const
    const history = [{ ...decision, person: 'qa-lead' }]
    assert.equal(fasterThan(gate({ history }), 'me')?.person, 'qa-lead')
    assert.equal(fasterThan(gate({ history }), 'qa-lead'), null)
    assert.equal(fasterThan(gate({ history: [] }), 'me'), null)
  })
})
