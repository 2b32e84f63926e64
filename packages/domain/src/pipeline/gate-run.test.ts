import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import {
  address,
  approvalEvent,
  approvalRule,
  checkRule,
  DRIVEN_COVERS,
  DRIVEN_GATE,
  GATE_CREATED,
  GateDrive,
  groupId,
  occurrence,
  overrideEvent,
  planWithEntryGate,
  stateTable,
  userId,
} from '@lockstep/testkit'

import type { Digest } from '../process/process-plan.ts'
import {
  canDecide,
  canHold,
  decidableRules,
  listDeciders,
  missingApprovers,
} from './gate-approval.ts'
import type { GateRunEvent } from './gate-run-state.ts'
import { gateRunMachine } from './gate-run.ts'

const OTHER: Digest = 'sha256:b'
const HOUR_MS = 3_600_000

function rejection(
  person: string,
  groups: readonly number[],
  comment = 'Shown too high',
): GateRunEvent {
  return { ...approvalEvent(person, groups), decision: 'reject', comment }
}

const groups = (...numbers: readonly number[]) =>
  numbers.map(
    (number) => ({ kind: 'group', id: groupId(number), name: `group ${number}` }) as const,
  )

const ONE_APPROVAL = planWithEntryGate([approvalRule()])
const waiting = (plan = ONE_APPROVAL): GateDrive => new GateDrive(plan).described()

suite('a gate', () => {
  test('without rules passes at once and tells its stage', () => {
    const drive = new GateDrive(planWithEntryGate([]))
    assert.equal(drive.now.status, 'passed')
    assert.deepEqual(drive.effects, [
      {
        type: 'tell',
        to: address('stg', 1),
        event: {
          type: 'gate_finished',
          gate: DRIVEN_GATE.id,
          node: 'entry',
          attempt: 2,
          outcome: 'passed',
          reason: '',
        },
      },
    ])
  })

  test('asks what it covers and its first checks when it is created', () => {
    const drive = new GateDrive(planWithEntryGate([checkRule(), checkRule({ after: [0] })]))
    assert.deepEqual(drive.asks(), ['describe_gate', 'ask_check'])
    assert.deepEqual(drive.statuses(), ['asked', 'pending'])
  })

  test('names the questions that have no answer yet, in the words in which they were asked', () => {
    const drive = new GateDrive(planWithEntryGate([checkRule(), approvalRule({ after: [0] })]))
    assert.deepEqual(drive.unanswered(), drive.questions())
    assert.equal(drive.unanswered().length, 2)
    assert.deepEqual(drive.answered(0, 'not').unanswered(), [{ type: 'describe_gate', round: 1 }])
    assert.deepEqual(drive.described().unanswered(), [])
    assert.deepEqual(drive.wakesInTime().unanswered(), drive.questions())
    drive.answered(0, 'holds')
    drive.at += 60_001
    assert.deepEqual(drive.approved('ada', [1], 1).unanswered(), drive.questions())
    assert.deepEqual(drive.answered(0, 'holds').unanswered(), [{ type: 'confirm_gate', round: 2 }])
    assert.deepEqual(drive.confirmed({ ada: [1] }).unanswered(), [])
  })

  test('asks for approval only when it knows what it covers, and then writes to the approvers', () => {
    const drive = new GateDrive(ONE_APPROVAL)
    assert.deepEqual(drive.statuses(), ['pending'])
    drive.described()
    assert.equal(drive.now.status, 'waiting')
    assert.deepEqual(drive.sends(), ['waiting'])
  })

  test('asks a later rule only when the earlier ones hold', () => {
    const drive = waiting(planWithEntryGate([checkRule(), approvalRule({ after: [0] })]))
    assert.equal(drive.tries(approvalEvent('ada', [1], 1)), 'not_waiting')
    drive.answered(0, 'holds')
    assert.deepEqual(drive.statuses(), ['holds', 'waiting'])
  })

  test('takes approvals beside checks that still run', () => {
    const drive = waiting(planWithEntryGate([checkRule(), approvalRule()]))
    drive.approved('ada', [1], 1)
    assert.deepEqual(drive.statuses(), ['asked', 'given'])
    assert.deepEqual(drive.asks(), [])
    assert.deepEqual(drive.answered(0, 'holds').asks(), ['confirm_gate'])
  })

  test('passes on the second look, not on the last approval', () => {
    const drive = waiting().approved('ada', [1])
    assert.equal(drive.now.status, 'checking')
    assert.deepEqual(drive.asks(), ['confirm_gate'])
    assert.deepEqual(listDeciders(drive.now), ['ada'])
    drive.confirmed({ ada: [1] })
    assert.equal(drive.now.status, 'passed')
    assert.deepEqual(
      drive.effects.map((effect) => effect.type),
      ['send', 'tell'],
    )
  })

  test('asks about itself again when no answer comes, in the same round', () => {
    const drive = new GateDrive(ONE_APPROVAL).wakesInTime()
    assert.equal(drive.at, 10_000)
    assert.deepEqual(drive.effects, [
      { type: 'ask', question: { type: 'describe_gate', round: 1 } },
    ])
  })

  test('refuses the answer to a question that has been answered', () => {
    const drive = waiting()
    const late: GateRunEvent = { type: 'gate_described', round: 1, covers: OTHER, excluded: [] }
    assert.equal(drive.tries(late), 'stale_round')
  })

  test('tells its stage when it is aborted, and nobody else', () => {
    const drive = waiting().happens({ type: 'abort_requested', reason: 'its stage ends' })
    assert.equal(drive.now.status, 'aborted')
    assert.deepEqual(
      drive.effects.map((effect) => effect.type),
      ['tell'],
    )
  })
})

suite('the second look', () => {
  test('voids the approval of somebody who may not decide any more, and asks again', () => {
    const drive = waiting().approved('ada', [1]).confirmed({})
    assert.equal(drive.now.status, 'waiting')
    assert.deepEqual(drive.records(), ['void'])
    assert.deepEqual(drive.sends(), ['void'])
  })

  test('does not count somebody who has left the group', () => {
    const drive = waiting()
      .approved('ada', [1])
      .confirmed({ ada: [2] })
    assert.equal(drive.now.status, 'waiting')
  })

  test('does not count a person for a group that they have left since', () => {
    const plan = planWithEntryGate([approvalRule({ by: groups(1, 2), oneFromEach: true })])
    const drive = waiting(plan).approved('ada', [1]).approved('bo', [2])
    drive.confirmed({ ada: [1], bo: [1] })
    assert.equal(drive.now.status, 'waiting')
  })

  test('voids everything when what the gate lets through has changed meanwhile', () => {
    const drive = waiting()
      .approved('ada', [1])
      .confirmed({ ada: [1] }, OTHER)
    assert.deepEqual(drive.records(), ['void'])
    assert.deepEqual(drive.asks(), ['describe_gate'])
    assert.equal(drive.now.contentsVersion, 2)
  })

  test('is taken again after an approval was taken back in between', () => {
    const drive = waiting().approved('ada', [1])
    const late = drive.confirmation({ ada: [1] })
    drive.happens({ type: 'decision_withdrawn', person: 'ada', how: 'session' })
    assert.equal(drive.tries(late), 'stale_round')
    drive.approved('ada', [1])
    assert.equal(drive.tries(late), 'stale_round')
    assert.equal(drive.confirmed({ ada: [1] }).now.status, 'passed')
  })

  test('asks checks again that held long ago', () => {
    const drive = waiting(planWithEntryGate([checkRule(), approvalRule({ after: [0] })]))
    drive.answered(0, 'holds')
    drive.at = 60_001
    drive.approved('ada', [1], 1)
    assert.deepEqual(drive.asks(), ['ask_check'])
    assert.deepEqual(drive.answered(0, 'holds').asks(), ['confirm_gate'])
    assert.equal(drive.confirmed({ ada: [1] }).now.status, 'passed')
  })

  test('does not pass on a check that has stopped holding', () => {
    const drive = waiting(planWithEntryGate([checkRule(), approvalRule({ after: [0] })]))
    drive.answered(0, 'holds')
    drive.at = 60_001
    drive.approved('ada', [1], 1).answered(0, 'error')
    assert.deepEqual(drive.statuses(), ['resting', 'given'])
    assert.deepEqual(drive.wakesInTime().asks(), ['ask_check'])
    assert.deepEqual(drive.answered(0, 'holds').asks(), ['confirm_gate'])
  })

  test('shows the check that has stopped holding as it was seen last, when that rejects the gate', () => {
    const checkNow = checkRule({ withinMs: 0 })
    const drive = waiting(planWithEntryGate([checkNow, approvalRule({ after: [0] })]))
    drive.answered(0, 'holds', 'signed by release-key')
    drive.at = 60_001
    drive.approved('ada', [1], 1).answered(0, 'not', 'trusts no key')
    assert.equal(drive.now.status, 'rejected')
    const [check] = drive.now.rules
    assert.deepEqual(
      [check?.status, check?.status === 'resting' && check.evidence],
      ['resting', 'trusts no key'],
    )
  })

  test('asks checks again that have grown old while the answer was on its way', () => {
    const drive = waiting(planWithEntryGate([checkRule()])).answered(0, 'holds')
    drive.at = 70_000
    assert.deepEqual(drive.confirmed({}).asks(), ['ask_check'])
    assert.equal(drive.now.status, 'checking')
  })
})

suite('a check', () => {
  const timed = planWithEntryGate([checkRule({ name: 'Tests', withinMs: 25_000 })])

  test('is polled until it holds', () => {
    const drive = waiting(timed).answered(0, 'not')
    assert.deepEqual(drive.wakesInTime().asks(), ['ask_check'])
    assert.equal(drive.at, 10_000)
    assert.deepEqual(drive.answered(0, 'holds').statuses(), ['holds'])
  })

  test('that cannot be evaluated does not hold', () => {
    assert.deepEqual(waiting(timed).answered(0, 'error').statuses(), ['resting'])
  })

  test('is looked at a last time when its time is up, and then rejects the gate', () => {
    const drive = waiting(timed).answered(0, 'not').wakesInTime().answered(0, 'not').wakesInTime()
    drive.answered(0, 'not').wakesInTime()
    assert.equal(drive.at, 25_000)
    drive.answered(0, 'not', '60 of 61')
    assert.equal(drive.now.status, 'rejected')
    assert.equal(drive.now.reason, 'Tests: 60 of 61')
  })

  test('without time is judged once', () => {
    const plan = planWithEntryGate([checkRule({ withinMs: 0 })])
    assert.equal(waiting(plan).answered(0, 'error', 'no route').now.reason, 'Answers: no route')
  })

  test('is asked again in the same round when no answer comes', () => {
    const drive = waiting(timed)
    const slow = drive.answer(0, 'holds')
    assert.deepEqual(drive.wakesInTime().asks(), ['ask_check'])
    assert.equal(drive.tries(slow), 'ok')
  })

  test('whose time is up without an answer has failed, but not before it was asked three times', () => {
    const drive = waiting(timed).wakes(100_000)
    assert.equal(drive.now.status, 'checking')
    drive.wakes(110_000).wakes(120_000)
    assert.equal(drive.now.status, 'rejected')
  })

  test('refuses the answer of an earlier round', () => {
    const drive = waiting(timed)
    const late = drive.answer(0, 'holds')
    drive.answered(0, 'not').wakesInTime()
    assert.equal(drive.tries(late), 'stale_round')
  })

  test('keeps evidence short', () => {
    const drive = waiting(timed).answered(0, 'not', 'x'.repeat(5_000))
    const [rule] = drive.now.rules
    assert.ok(rule?.status === 'resting')
    assert.equal(Buffer.byteLength(rule.evidence), 200)
  })
})

suite('a metric that must hold for a minute', () => {
  const plan = planWithEntryGate([
    checkRule({
      check: {
        kind: 'metric',
        source: { kind: 'promql', query: 'ingest_error_percent' },
        limit: { below: 0.5 },
        forMs: 60_000,
      },
    }),
  ])

  test('holds after a minute of good answers', () => {
    const drive = waiting(plan).answered(0, 'holds')
    for (let poll = 1; poll <= 5; poll += 1) drive.wakesInTime().answered(0, 'holds')
    assert.deepEqual([drive.at, drive.statuses()], [50_000, ['resting']])
    assert.deepEqual(drive.wakesInTime().answered(0, 'holds').statuses(), ['holds'])
  })

  test('begins anew after one answer that does not hold', () => {
    const drive = waiting(plan).answered(0, 'holds').wakes(50_000).answered(0, 'error')
    drive.wakes(60_000).answered(0, 'holds')
    assert.deepEqual(drive.statuses(), ['resting'])
    const [rule] = drive.now.rules
    assert.equal(rule?.status === 'resting' ? rule.holdsSince : undefined, 60_000)
  })

  test('begins anew when nobody could look for long', () => {
    const drive = waiting(plan).answered(0, 'holds').wakes(90_000).answered(0, 'holds')
    assert.deepEqual(drive.statuses(), ['resting'])
  })
})

suite('an approval', () => {
  test('n of m takes n different people', () => {
    const drive = waiting(planWithEntryGate([approvalRule({ need: 2 })])).approved('ada', [1])
    assert.equal(drive.tries(approvalEvent('ada', [1])), 'already_decided')
    assert.equal(drive.now.status, 'waiting')
    assert.deepEqual(drive.approved('bo', [1]).statuses(), ['given'])
  })

  test('one from each group counts nobody twice', () => {
    const plan = planWithEntryGate([approvalRule({ by: groups(1, 2), oneFromEach: true })])
    const drive = waiting(plan).approved('ada', [1, 2])
    assert.deepEqual(drive.statuses(), ['waiting'])
    assert.deepEqual(drive.approved('bo', [1]).statuses(), ['given'])
  })

  test('one from each group does not take a second person of a group', () => {
    const plan = planWithEntryGate([approvalRule({ by: groups(1, 2), oneFromEach: true })])
    assert.equal(
      waiting(plan)
        .approved('ada', [1])
        .tries(approvalEvent('bo', [1])),
      'not_needed',
    )
  })

  test('names users as well as groups', () => {
    const by = [{ kind: 'user', id: userId(7), name: 'ada' }] as const
    const drive = waiting(planWithEntryGate([approvalRule({ by })]))
    assert.equal(drive.tries(approvalEvent(userId(8), [1])), 'not_an_approver')
    assert.deepEqual(drive.approved(userId(7), []).statuses(), ['given'])
  })

  test('takes one decision of a person in the whole gate', () => {
    const drive = waiting(planWithEntryGate([approvalRule(), approvalRule()])).approved('ada', [1])
    assert.equal(drive.tries(approvalEvent('ada', [1], 1)), 'already_decided')
  })

  for (const why of ['starter', 'editor', 'token_owner'] as const) {
    test(`is not given by the ${why}`, () => {
      const drive = new GateDrive(ONE_APPROVAL).described([{ person: 'ada', why }])
      assert.equal(drive.tries(approvalEvent('ada', [1])), `excluded_${why}`)
      assert.equal(drive.tries(rejection('ada', [1])), `excluded_${why}`)
    })
  }

  test('may be given by the starter where the environment allows it, and that is shown', () => {
    const plan = planWithEntryGate([approvalRule()], { allowSelfApproval: true })
    const drive = new GateDrive(plan).described([{ person: 'ada', why: 'starter' }])
    assert.equal(drive.approved('ada', [1]).now.decisions[0]?.self, 'starter')
  })

  test('binds to what was shown', () => {
    const drive = waiting()
    assert.equal(drive.tries({ ...approvalEvent('ada', [1]), covers: OTHER }), 'covers_changed')
  })

  test('is void when what it covers changes, and is asked for again', () => {
    const drive = waiting(planWithEntryGate([approvalRule({ need: 2 })])).approved('ada', [1])
    drive.happens({ type: 'contents_changed', covers: OTHER })
    assert.deepEqual(drive.records(), ['void'])
    assert.equal(drive.tries(approvalEvent('bo', [1])), 'covers_changed')
    assert.deepEqual(drive.described([], OTHER).sends(), ['void'])
    assert.deepEqual(drive.now.decisions, [])
  })

  test('can be taken back until the gate has passed', () => {
    const drive = waiting().approved('ada', [1])
    const back: GateRunEvent = { type: 'decision_withdrawn', person: 'ada', how: 'session' }
    assert.deepEqual(drive.happens(back).records(), ['withdraw'])
    assert.equal(drive.tries(back), 'none_to_take_back')
    drive.approved('ada', [1]).confirmed({ ada: [1] })
    assert.equal(drive.tries(back), 'gate_has_passed')
  })

  test('expires and is asked for again', () => {
    const drive = waiting(planWithEntryGate([approvalRule({ need: 2 })])).approved('ada', [1])
    drive.wakes(HOUR_MS)
    assert.deepEqual(drive.records(), ['void'])
    assert.deepEqual(drive.sends(), ['expired'])
    assert.deepEqual(drive.now.decisions, [])
  })

  test('that has expired does not count, even when the timer is late', () => {
    const drive = waiting(planWithEntryGate([approvalRule({ need: 2 })])).approved('ada', [1])
    drive.at = HOUR_MS
    assert.deepEqual(drive.approved('bo', [1]).statuses(), ['waiting'])
  })

  test('is reminded of once, after half of the time', () => {
    const drive = waiting().wakesInTime()
    assert.deepEqual([drive.at, drive.sends()], [HOUR_MS / 2, ['reminder']])
    assert.deepEqual(drive.wakes(HOUR_MS / 2 + 1).sends(), [])
  })
})

suite('a rejection', () => {
  test('rejects the gate with its reason', () => {
    const drive = waiting().happens(rejection('ada', [1]))
    assert.equal(drive.now.status, 'rejected')
    assert.equal(drive.now.reason, 'Shown too high')
    assert.deepEqual(
      drive.effects.map((effect) => effect.type),
      ['record', 'send', 'tell'],
    )
  })

  test('needs a reason', () => {
    assert.equal(waiting().tries(rejection('ada', [1], ' ')), 'reason_missing')
  })

  test('is possible after enough others have approved', () => {
    const drive = waiting().approved('ada', [1])
    assert.equal(drive.tries(approvalEvent('bo', [1])), 'not_needed')
    assert.equal(drive.happens(rejection('bo', [1])).now.status, 'rejected')
  })

  test('is recorded and the gate goes on where the rule says so', () => {
    const drive = waiting(planWithEntryGate([approvalRule({ onReject: 'continue' })]))
    drive.happens(rejection('ada', [1]))
    assert.deepEqual(drive.statuses(), ['overruled'])
    assert.deepEqual(drive.records(), ['reject'])
    assert.equal(drive.confirmed({ ada: [1] }).now.status, 'passed')
  })
})

suite('holding a gate', () => {
  const held: GateRunEvent = {
    type: 'gate_held',
    person: 'bo',
    groups: [groupId(1)],
    reason: 'Wait for the weather',
  }

  test('keeps it from passing until somebody resumes it', () => {
    const drive = waiting().happens(held).approved('ada', [1])
    assert.deepEqual(drive.asks(), [])
    assert.equal(gateRunMachine.waits(drive.now)?.what, 'held: Wait for the weather')
    assert.deepEqual(drive.happens({ type: 'gate_resumed' }).asks(), ['confirm_gate'])
  })

  test('outdates a second look that is on its way', () => {
    const drive = waiting().approved('ada', [1])
    const late = drive.confirmation({ ada: [1] })
    assert.equal(drive.happens(held).tries(late), 'stale_round')
  })

  test('is for approvers, and takes a reason', () => {
    const drive = waiting()
    assert.equal(drive.tries({ ...held, groups: [] }), 'not_an_approver')
    assert.equal(drive.tries({ ...held, reason: '' }), 'reason_missing')
    assert.deepEqual(canHold(drive.now, drive.plan, { id: 'bo', groups: [groupId(1)] }), {
      ok: true,
    })
  })
})

suite('canDecide', () => {
  const ada = { id: 'ada', groups: [groupId(1)] }

  test('says the same as the reducer, before anybody has clicked', () => {
    const drive = waiting(planWithEntryGate([checkRule(), approvalRule()]))
    assert.deepEqual(canDecide(drive.now, drive.plan, 1, ada), { ok: true })
    assert.deepEqual(canDecide(drive.now, drive.plan, 0, ada), {
      ok: false,
      refusal: 'no_such_rule',
    })
    assert.deepEqual(decidableRules(drive.now, drive.plan, ada), [1])
  })

  test('takes the role beside the name, for a decision and for a hold', () => {
    const { now, plan } = waiting()
    for (const [lack, refusal] of [
      ['approver_role', 'approver_role_missing'],
      ['sight_of_project', 'approver_role_missing'],
      ['new_password', 'password_new'],
    ] as const) {
      assert.deepEqual(canDecide(now, plan, 0, { ...ada, lack }), { ok: false, refusal })
      assert.deepEqual(canHold(now, plan, { ...ada, lack }), { ok: false, refusal })
      assert.deepEqual(decidableRules(now, plan, { ...ada, lack }, 'reject'), [])
    }
  })

  test('waits for those who have not approved, and for nobody once the gate has ended', () => {
    const drive = waiting()
    const [rule] = drive.now.rules.keys()
    assert.ok(rule !== undefined)
    const missing = (): readonly number[] => missingApprovers(drive.now, approvalRule(), rule)
    assert.ok(missing().length > 0)
    drive.happens({ type: 'abort_requested', reason: 'its stage ends' })
    assert.deepEqual(missing(), [])
  })

  test('still lets somebody reject what enough others have approved', () => {
    const { now, plan } = waiting().approved('bo', [1])
    assert.deepEqual(decidableRules(now, plan, ada, 'approve'), [])
    assert.deepEqual(decidableRules(now, plan, ada, 'reject'), [0])
  })

  test('says nothing more than that the gate has passed once it has', () => {
    const drive = waiting()
      .approved('ada', [1])
      .confirmed({ ada: [1] })
    const answer = canDecide(drive.now, drive.plan, 0, { id: 'bo', groups: [] })
    assert.deepEqual(answer, { ok: false, refusal: 'gate_has_passed' })
  })
})

test('the table of every event in every state is the published one', (context) => {
  const plan = planWithEntryGate([checkRule(), approvalRule({ need: 2 })])
  const asking = (): GateDrive => new GateDrive(plan).described()
  const complete = (): GateDrive =>
    asking().answered(0, 'holds').approved('ada', [1], 1).approved('bo', [1], 1)
  const held: GateRunEvent = {
    type: 'gate_held',
    person: 'bo',
    groups: [groupId(1)],
    reason: 'wait',
  }
  const events: readonly { readonly name?: string; readonly event: GateRunEvent }[] = [
    { event: GATE_CREATED },
    { event: { type: 'gate_described', round: 1, covers: DRIVEN_COVERS, excluded: [] } },
    {
      name: 'check_answered: holds',
      event: { type: 'check_answered', node: 0, round: 1, answer: 'holds', evidence: '' },
    },
    {
      name: 'check_answered: not',
      event: { type: 'check_answered', node: 0, round: 1, answer: 'not', evidence: '' },
    },
    { name: 'decision_recorded: approve', event: approvalEvent('cy', [1], 1) },
    { name: 'decision_recorded: approve, by no approver', event: approvalEvent('cy', [2], 1) },
    {
      name: 'decision_recorded: reject',
      event: { ...approvalEvent('cy', [1], 1), decision: 'reject', comment: 'No' },
    },
    { event: overrideEvent('sec-2') },
    { event: { type: 'decision_withdrawn', person: 'ada', how: 'session' } },
    { event: { type: 'contents_changed', covers: OTHER } },
    {
      name: 'gate_confirmed: everybody',
      event: {
        type: 'gate_confirmed',
        round: 2,
        eligible: [
          { person: 'ada', groups: [groupId(1)] },
          { person: 'bo', groups: [groupId(1)] },
        ],
        covers: DRIVEN_COVERS,
        epoch: 1,
      },
    },
    {
      name: 'gate_confirmed: somebody lost the right',
      event: {
        type: 'gate_confirmed',
        round: 2,
        eligible: [{ person: 'ada', groups: [groupId(1)] }],
        covers: DRIVEN_COVERS,
        epoch: 1,
      },
    },
    { event: held },
    { event: { type: 'gate_resumed' } },
    { event: { type: 'abort_requested', reason: 'its stage ends' } },
    { event: { type: 'woken' } },
  ]
  const table = stateTable({
    machine: gateRunMachine,
    title: 'Gate run',
    plan,
    states: [
      { name: 'not created', state: undefined },
      { name: 'checking, not described', state: new GateDrive(plan).now },
      { name: 'waiting', state: asking().now },
      { name: 'waiting, one of two approvals given', state: asking().approved('ada', [1], 1).now },
      {
        name: 'waiting, one of two overrides it',
        state: asking().happens(overrideEvent('sec-1')).now,
      },
      {
        name: 'checking, overridden',
        state: asking().happens(overrideEvent('sec-1')).happens(overrideEvent('sec-3')).now,
      },
      {
        name: 'checking, approvals given',
        state: asking().approved('ada', [1], 1).approved('bo', [1], 1).now,
      },
      { name: 'checking, the second look is on its way', state: complete().now },
      { name: 'held', state: complete().happens(held).now },
      { name: 'passed', state: complete().confirmed({ ada: [1], bo: [1] }).now },
      {
        name: 'rejected',
        state: asking().happens({
          ...approvalEvent('cy', [1], 1),
          decision: 'reject',
          comment: 'No',
        }).now,
      },
      { name: 'aborted', state: asking().happens({ type: 'abort_requested', reason: 'stop' }).now },
    ],
    events: events.map(({ name, event }) => ({
      ...(name === undefined ? {} : { name }),
      event: { ...event, ...occurrence(99, DRIVEN_GATE, 'user:someone', 20_000) },
    })),
  })
  context.assert.fileSnapshot(
    table,
    new URL('../../../../docs/reference/state/gate-run.md', import.meta.url).pathname,
    { serializers: [(text: string) => text] },
  )
})
