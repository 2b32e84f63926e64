import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import {
  address,
  approvalRule,
  checkRule,
  groupId,
  occurrence,
  planWithEntryGate,
} from '@lockstep/testkit'

import type { Effect } from '../kernel/effect.ts'
import { canOverride, missingApprovers } from './gate-approval.ts'
import { OVERRIDE_MS } from './gate-override.ts'
import type { Excluded, GateRunEvent, GateRunState } from './gate-run-state.ts'
import { gateRunMachine, reduceGateRun } from './gate-run.ts'
import type { RunPlan } from './run-plan.ts'

const SELF = address('gat', 1)
const COVERS = 'sha256:a'
const ONE_APPROVAL = planWithEntryGate([approvalRule({ expiresMs: 24 * OVERRIDE_MS })])

/** A gate that has been described, and what the last event made of it. */
class Gate {
  state: GateRunState | undefined
  effects: readonly Effect[] = []
  at = 0
  readonly plan: RunPlan

  constructor(plan: RunPlan = ONE_APPROVAL, excluded: readonly Excluded[] = []) {
    this.plan = plan
    this.happens({
      type: 'gate_created',
      plan: 'sha256:plan',
      stage: 0,
      node: 'entry',
      attempt: 1,
      parent: address('stg', 1),
      starter: 'user:starter',
    })
    this.happens({ type: 'gate_described', round: 1, covers: COVERS, excluded })
  }

  get now(): GateRunState {
    assert.ok(this.state)
    return this.state
  }

  tries(event: GateRunEvent): string {
    const happening = { ...event, ...occurrence(1, SELF, 'user:someone', this.at) }
    const result = reduceGateRun(this.state, happening, this.plan)
    if (!result.ok) return result.refusal
    this.state = result.state
    this.effects = result.effects
    return 'ok'
  }

  happens(event: GateRunEvent): this {
    assert.equal(this.tries(event), 'ok', event.type)
    return this
  }

  passedByOf(...people: readonly string[]): this {
    for (const person of people) this.happens(override(person))
    return this
  }

  confirmed(overriding: readonly string[]): this {
    const { round } = this.now
    return this.happens({
      type: 'gate_confirmed',
      round,
      eligible: [],
      overriding,
      covers: COVERS,
      epoch: 1,
    })
  }

  statuses(): readonly string[] {
    return this.now.rules.map(({ status }) => status)
  }

  records(): readonly string[] {
    return this.effects.flatMap((effect) =>
      effect.type === 'record' && effect.fact.kind === 'decision'
        ? [`${effect.fact.decision} ${effect.fact.person}`]
        : [],
    )
  }

  tells(): number {
    return this.effects.filter(
      (effect) => effect.type === 'send' && effect.effect.type === 'notify_override',
    ).length
  }
}

function override(person: string): Extract<GateRunEvent, { type: 'override_recorded' }> {
  const reason = 'Charging stops on the road'
  return { type: 'override_recorded', person, reason, covers: COVERS, how: 'password' }
}

function approval(person: string): GateRunEvent {
  return {
    type: 'decision_recorded',
    rule: 0,
    person,
    groups: [groupId(1)],
    decision: 'approve',
    comment: '',
    covers: COVERS,
    how: 'session',
  }
}

suite('passing a gate by', () => {
  test('takes two people; the first changes nothing but what is told', () => {
    const gate = new Gate().passedByOf('sec-1')
    assert.deepEqual([gate.now.status, gate.statuses()], ['waiting', ['waiting']])
    assert.deepEqual([gate.records(), gate.tells()], [['override sec-1'], 1])
    gate.passedByOf('sec-2')
    assert.deepEqual(gate.statuses(), ['overridden'])
    assert.deepEqual([gate.records(), gate.tells()], [['override sec-2'], 1])
    assert.equal(gate.confirmed(['sec-1', 'sec-2']).now.status, 'passed')
  })

  test('whoever was told of it is told how the gate ends, also when its run is stopped', () => {
    const ends = (gate: Gate): readonly string[] =>
      gate
        .happens({ type: 'abort_requested', reason: 'Enough' })
        .effects.flatMap((effect) =>
          effect.type === 'send' && effect.effect.type === 'notify_gate_decided'
            ? [effect.effect.outcome]
            : [],
        )
    assert.deepEqual(ends(new Gate().passedByOf('sec-1')), ['aborted'])
    assert.deepEqual(ends(new Gate()), [])
  })

  test('is bound to what was shown, and takes a reason', () => {
    const gate = new Gate()
    assert.equal(gate.tries({ ...override('sec-1'), covers: 'sha256:b' }), 'covers_changed')
    assert.equal(gate.tries({ ...override('sec-1'), reason: ' ' }), 'reason_missing')
  })

  test('does not count one person twice, nor who has approved here', () => {
    const gate = new Gate(planWithEntryGate([approvalRule({ need: 2 })])).passedByOf('sec-1')
    assert.equal(gate.tries(override('sec-1')), 'already_decided')
    assert.equal(gate.tries(approval('sec-1')), 'already_decided')
    gate.happens(approval('ada'))
    assert.equal(gate.tries(override('ada')), 'already_decided')
  })

  for (const why of ['starter', 'editor', 'token_owner'] as const) {
    test(`is not for the ${why}`, () => {
      const gate = new Gate(ONE_APPROVAL, [{ person: 'sec-1', why }])
      assert.equal(gate.tries(override('sec-1')), `excluded_${why}`)
    })
  }

  test('is not for somebody whose password is new by a link, nor a third person', () => {
    const { now, plan } = new Gate()
    const fresh = { id: 'sec-1', lack: 'new_password' } as const
    assert.deepEqual(canOverride(now, plan, fresh), { ok: false, refusal: 'password_new' })
    const done = new Gate().passedByOf('sec-1', 'sec-2')
    assert.equal(done.tries(override('sec-3')), 'not_needed')
  })

  test('leaves the checks: they have to hold, and approvals behind them are asked of nobody', () => {
    const plan = planWithEntryGate([
      approvalRule(),
      checkRule({ after: [0] }),
      approvalRule({ after: [1] }),
    ])
    const gate = new Gate(plan).passedByOf('sec-1', 'sec-2')
    assert.deepEqual(gate.statuses(), ['overridden', 'asked', 'pending'])
    gate.happens({ type: 'check_answered', node: 1, round: 1, answer: 'holds', evidence: '' })
    assert.deepEqual(gate.statuses(), ['overridden', 'holds', 'overridden'])
    const asked = gate.effects.filter(
      (effect) => effect.type === 'send' && effect.effect.type === 'notify_approvers',
    )
    assert.deepEqual(asked, [])
    assert.deepEqual(missingApprovers(gate.now, approvalRule(), 2), [])
  })

  test('is not possible while no approval is waited for', () => {
    const gate = new Gate(planWithEntryGate([checkRule(), approvalRule({ after: [0] })]))
    assert.equal(gate.tries(override('sec-1')), 'not_waiting')
  })

  test('can be stopped: by a rejection of an approver, or taken back by either', () => {
    const gate = new Gate().passedByOf('sec-1', 'sec-2')
    assert.equal(gate.tries(approval('ada')), 'not_needed')
    const back: GateRunEvent = { type: 'decision_withdrawn', person: 'sec-1', how: 'session' }
    gate.happens(back)
    assert.deepEqual([gate.statuses(), gate.records()], [['waiting'], ['withdraw sec-1']])
    assert.equal(gate.tells(), 1)
    assert.equal(gate.tries(back), 'none_to_take_back')
    gate.passedByOf('sec-3')
    gate.happens({ ...approval('ada'), decision: 'reject', comment: 'No' } as GateRunEvent)
    assert.equal(gate.now.status, 'rejected')
  })

  test('ends when what the gate lets through changes', () => {
    const gate = new Gate().passedByOf('sec-1', 'sec-2')
    gate.happens({ type: 'contents_changed', covers: 'sha256:b' })
    assert.deepEqual(gate.records(), ['void sec-1', 'void sec-2'])
    assert.deepEqual([gate.now.overrides, gate.statuses()], [[], ['pending']])
  })

  test('ends an hour after the first, also when the timer is late', () => {
    const gate = new Gate().passedByOf('sec-1')
    assert.equal(gateRunMachine.wakeAt(gate.now, gate.plan), OVERRIDE_MS)
    gate.at = OVERRIDE_MS
    gate.passedByOf('sec-2')
    assert.deepEqual(gate.statuses(), ['waiting'])
    assert.deepEqual(gate.records(), ['void sec-1', 'override sec-2'])
    assert.equal(gate.tells(), 2)
  })

  test('does not pass when one of them has lost the right meanwhile', () => {
    const gate = new Gate().passedByOf('sec-1', 'sec-2').confirmed(['sec-2'])
    assert.deepEqual([gate.now.status, gate.statuses()], ['waiting', ['waiting']])
    assert.deepEqual([gate.records(), gate.tells()], [['void sec-1'], 1])
  })
})
