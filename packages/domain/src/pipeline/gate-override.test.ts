import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import {
  approvalEvent,
  approvalRule,
  checkRule,
  DRIVEN_COVERS,
  GateDrive,
  overrideEvent,
  planWithEntryGate,
} from '@lockstep/testkit'

import { canOverride, missingApprovers } from './gate-approval.ts'
import { OVERRIDE_MS } from './gate-override.ts'
import type { Excluded, GateRunEvent } from './gate-run-state.ts'
import { gateRunMachine } from './gate-run.ts'
import type { RunPlan } from './run-plan.ts'

const ONE_APPROVAL = planWithEntryGate([approvalRule({ expiresMs: 24 * OVERRIDE_MS })])

const waiting = (plan: RunPlan = ONE_APPROVAL, excluded: readonly Excluded[] = []): GateDrive =>
  new GateDrive(plan).described(excluded)

suite('overriding a gate', () => {
  test('takes two people; the first changes nothing but what is told', () => {
    const gate = waiting().overridden('sec-1')
    assert.deepEqual([gate.now.status, gate.statuses()], ['waiting', ['waiting']])
    assert.deepEqual(
      [gate.recordsOfPeople(), gate.sent('notify_override').length],
      [['override sec-1'], 1],
    )
    gate.overridden('sec-2')
    assert.deepEqual(gate.statuses(), ['overridden'])
    assert.deepEqual(
      [gate.recordsOfPeople(), gate.sent('notify_override').length],
      [['override sec-2'], 1],
    )
    assert.equal(gate.confirmed({}, DRIVEN_COVERS, ['sec-1', 'sec-2']).now.status, 'passed')
  })

  test('whoever was told of it is told how the gate ends, also when its run is stopped', () => {
    const ends = (gate: GateDrive): readonly string[] =>
      gate
        .happens({ type: 'abort_requested', reason: 'Enough' })
        .sent('notify_gate_decided')
        .map(({ outcome }) => outcome)
    assert.deepEqual(ends(waiting().overridden('sec-1')), ['aborted'])
    assert.deepEqual(ends(waiting()), [])
  })

  test('is bound to what was shown, and takes a reason', () => {
    const gate = waiting()
    assert.equal(gate.tries({ ...overrideEvent('sec-1'), covers: 'sha256:b' }), 'covers_changed')
    assert.equal(gate.tries({ ...overrideEvent('sec-1'), reason: ' ' }), 'reason_missing')
  })

  test('does not count one person twice, nor who has approved here', () => {
    const gate = waiting(planWithEntryGate([approvalRule({ need: 2 })])).overridden('sec-1')
    assert.equal(gate.tries(overrideEvent('sec-1')), 'already_decided')
    assert.equal(gate.tries(approvalEvent('sec-1', [1])), 'already_decided')
    gate.happens(approvalEvent('ada', [1]))
    assert.equal(gate.tries(overrideEvent('ada')), 'already_decided')
  })

  for (const why of ['starter', 'editor', 'token_owner'] as const) {
    test(`is not for the ${why}`, () => {
      const gate = waiting(ONE_APPROVAL, [{ person: 'sec-1', why }])
      assert.equal(gate.tries(overrideEvent('sec-1')), `excluded_${why}`)
    })
  }

  test('is not for somebody whose password is new by a link, nor a third person', () => {
    const { now, plan } = waiting()
    const fresh = { id: 'sec-1', lack: 'new_password' } as const
    assert.deepEqual(canOverride(now, plan, fresh), { ok: false, refusal: 'password_new' })
    const done = waiting().overridden('sec-1', 'sec-2')
    assert.equal(done.tries(overrideEvent('sec-3')), 'not_needed')
  })

  test('leaves the checks: they have to hold, and approvals behind them are asked of nobody', () => {
    const plan = planWithEntryGate([
      approvalRule(),
      checkRule({ after: [0] }),
      approvalRule({ after: [1] }),
    ])
    const gate = waiting(plan).overridden('sec-1', 'sec-2')
    assert.deepEqual(gate.statuses(), ['overridden', 'asked', 'pending'])
    gate.happens({ type: 'check_answered', node: 1, round: 1, answer: 'holds', evidence: '' })
    assert.deepEqual(gate.statuses(), ['overridden', 'holds', 'overridden'])
    assert.deepEqual(gate.sends(), [])
    assert.deepEqual(missingApprovers(gate.now, approvalRule(), 2), [])
  })

  test('is not possible while no approval is waited for', () => {
    const gate = waiting(planWithEntryGate([checkRule(), approvalRule({ after: [0] })]))
    assert.equal(gate.tries(overrideEvent('sec-1')), 'not_waiting')
  })

  test('can be stopped: by a rejection of an approver, or taken back by either', () => {
    const gate = waiting().overridden('sec-1', 'sec-2')
    assert.equal(gate.tries(approvalEvent('ada', [1])), 'not_needed')
    const back: GateRunEvent = { type: 'decision_withdrawn', person: 'sec-1', how: 'session' }
    gate.happens(back)
    assert.deepEqual([gate.statuses(), gate.recordsOfPeople()], [['waiting'], ['withdraw sec-1']])
    assert.equal(gate.sent('notify_override').length, 1)
    assert.equal(gate.tries(back), 'none_to_take_back')
    gate.overridden('sec-3')
    gate.happens({
      ...approvalEvent('ada', [1]),
      decision: 'reject',
      comment: 'No',
    })
    assert.equal(gate.now.status, 'rejected')
  })

  test('ends when what the gate lets through changes', () => {
    const gate = waiting().overridden('sec-1', 'sec-2')
    gate.happens({ type: 'contents_changed', covers: 'sha256:b' })
    assert.deepEqual(gate.recordsOfPeople(), ['void sec-1', 'void sec-2'])
    assert.deepEqual([gate.now.overrides, gate.statuses()], [[], ['pending']])
  })

  test('ends an hour after the first, also when the timer is late', () => {
    const gate = waiting().overridden('sec-1')
    assert.equal(gateRunMachine.wakeAt(gate.now, gate.plan), OVERRIDE_MS)
    gate.at = OVERRIDE_MS
    gate.overridden('sec-2')
    assert.deepEqual(gate.statuses(), ['waiting'])
    assert.deepEqual(gate.recordsOfPeople(), ['void sec-1', 'override sec-2'])
    assert.equal(gate.sent('notify_override').length, 2)
  })

  test('does not pass when one of them has lost the right meanwhile', () => {
    const gate = waiting().overridden('sec-1', 'sec-2').confirmed({}, DRIVEN_COVERS, ['sec-2'])
    assert.deepEqual([gate.now.status, gate.statuses()], ['waiting', ['waiting']])
    assert.deepEqual(
      [gate.recordsOfPeople(), gate.sent('notify_override').length],
      [['void sec-1'], 1],
    )
  })
})
