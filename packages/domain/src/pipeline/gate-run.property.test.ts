import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import {
  address,
  approvalRule,
  checkRule,
  groupId,
  occurrence,
  planWithEntryGate,
  userId,
} from '@lockstep/testkit'
import fc from 'fast-check'

import { STATE_BYTES_MAX } from '../kernel/machine.ts'
import type { Digest } from '../process/process-plan.ts'
import { OVERRIDE_MS, OVERRIDES_NEEDED } from './gate-override.ts'
import {
  EXCLUDED_MAX,
  GATE_DECISIONS_MAX,
  type GateDecision,
  type GateRunEvent,
  type GateRunState,
} from './gate-run-state.ts'
import { gateRunMachine, reduceGateRun } from './gate-run.ts'
import { RULES_MAX, type RulePlan, type RunPlan } from './run-plan.ts'

const SELF = address('gat', 1)
const EXPIRES_MS = 200_000
const EVERY_MS = 10_000
const PEOPLE = ['ada', 'bo', 'cy', 'dee', 'eve'] as const
/** Who is in which groups, for the whole test. Eve may never decide, nor override the gate: she started the run. */
const GROUPS: Readonly<Record<string, readonly number[]>> = {
  ada: [1],
  bo: [2],
  cy: [1, 2],
  dee: [3],
  eve: [1, 2, 3],
}
const CREATED: GateRunEvent = {
  type: 'gate_created',
  plan: 'sha256:plan',
  stage: 0,
  node: 'entry',
  attempt: 1,
  parent: address('stg', 1),
  starter: 'user:eve',
}

// ── arbitrary gates and what happens to them ─────────────────────────────────────────────────

const RULE = fc.oneof(
  fc.constantFrom(null, 0, 35_000).map((withinMs) => checkRule({ withinMs, everyMs: EVERY_MS })),
  fc
    .record({
      need: fc.integer({ min: 1, max: 3 }),
      members: fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
      oneFromEach: fc.boolean(),
      onReject: fc.constantFrom('wait' as const, 'continue' as const),
    })
    .map(({ members, ...rest }) =>
      approvalRule({
        ...rest,
        expiresMs: EXPIRES_MS,
        by: members.map((number) => ({ kind: 'group', id: groupId(number), name: 'group' })),
      }),
    ),
)

/** Rules side by side, or one after the other. */
const PLAN = fc
  .tuple(fc.array(RULE, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([rules, isChain]): RunPlan => {
    const ordered = rules.map((rule, index): RulePlan => ({
      ...rule,
      after: isChain && index > 0 ? [index - 1] : [],
    }))
    return planWithEntryGate(ordered)
  })

/** One thing that somebody does; what it means depends on where the gate is. */
interface Move {
  readonly what:
    | 'describe'
    | 'answer'
    | 'decide'
    | 'override'
    | 'withdraw'
    | 'change'
    | 'confirm'
    | 'wake'
  readonly rule: number
  readonly person: (typeof PEOPLE)[number]
  readonly good: boolean
  readonly late: boolean
  readonly afterMs: number
}

const MOVE: fc.Arbitrary<Move> = fc.record({
  what: fc.constantFrom(
    'describe',
    'answer',
    'answer',
    'decide',
    'decide',
    'decide',
    'override',
    'withdraw',
    'change',
    'confirm',
    'confirm',
    'wake',
  ),
  rule: fc.nat(2),
  person: fc.constantFrom(...PEOPLE),
  good: fc.integer({ min: 0, max: 9 }).map((number) => number > 0),
  late: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  afterMs: fc.constantFrom(0, 0, 100, 1_000, 9_000, 20_000),
})
const DESCRIBED: Move = {
  what: 'describe',
  rule: 0,
  person: 'ada',
  good: true,
  late: false,
  afterMs: 0,
}
const MOVES = fc
  .array(MOVE, { minLength: 20, maxLength: 60 })
  .map((moves): readonly Move[] => [DESCRIBED, ...moves])

function eventOf(state: GateRunState, move: Move): GateRunEvent {
  const round = state.round - (move.late ? 1 : 0)
  const covers = state.covers ?? 'sha256:1'
  switch (move.what) {
    case 'describe':
      return {
        type: 'gate_described',
        round,
        covers,
        excluded: [{ person: 'eve', why: 'starter' }],
      }
    case 'answer': {
      const rule = state.rules[move.rule]
      const asked = rule !== undefined && 'round' in rule ? (rule.round ?? 0) : 0
      const answer = move.good ? 'holds' : 'not'
      return {
        type: 'check_answered',
        node: move.rule,
        round: asked - (move.late ? 1 : 0),
        answer,
        evidence: 'seen',
      }
    }
    case 'decide': {
      const decision: GateDecision = move.good ? 'approve' : 'reject'
      const { rule, person } = move
      const numbers = GROUPS[person] ?? []
      const how = 'session'
      return {
        type: 'decision_recorded',
        rule,
        person,
        groups: numbers.map(groupId),
        decision,
        comment: 'because',
        covers,
        how,
      }
    }
    case 'override': {
      const { person } = move
      return { type: 'override_recorded', person, reason: 'because', covers, how: 'password' }
    }
    case 'withdraw':
      return { type: 'decision_withdrawn', person: move.person, how: 'session' }
    case 'change': {
      const next: Digest = `sha256:${state.contentsVersion + 1}`
      return { type: 'contents_changed', covers: next }
    }
    case 'confirm': {
      const overriding = PEOPLE.filter((person) => move.good || person !== move.person)
      const eligible = overriding.map((person) => ({
        person,
        groups: (GROUPS[person] ?? []).map(groupId),
      }))
      return { type: 'gate_confirmed', round, eligible, overriding, covers, epoch: 1 }
    }
    case 'wake':
      return { type: 'woken' }
  }
}

interface Step {
  readonly before: GateRunState
  readonly event: GateRunEvent
  readonly at: number
  readonly after: GateRunState
}

/** Plays the moves; answers what was accepted. */
function play(plan: RunPlan, moves: readonly Move[]): readonly Step[] {
  const steps: Step[] = []
  let at = 0
  const created = reduceGateRun(undefined, { ...CREATED, ...occurrence(1, SELF, 'rule', at) }, plan)
  assert.ok(created.ok)
  let state = created.state
  for (const move of moves) {
    at += move.afterMs
    const event = eventOf(state, move)
    const result = reduceGateRun(state, { ...event, ...occurrence(2, SELF, 'rule', at) }, plan)
    if (!result.ok) continue
    steps.push({ before: state, event, at, after: result.state })
    state = result.state
  }
  return steps
}

// ── an independent reading of the log ────────────────────────────────────────────────────────

interface Standing {
  readonly rule: number
  readonly decision: GateDecision
  readonly at: number
}

/** Whose decision stands before the last step, read from the log alone. */
function standing(steps: readonly Step[]): ReadonlyMap<string, Standing> {
  const found = new Map<string, Standing>()
  for (const { event, at, before } of steps) {
    if (event.type === 'contents_changed') found.clear()
    if (event.type === 'gate_confirmed' && event.covers !== before.covers) found.clear()
    if (event.type === 'decision_withdrawn') found.delete(event.person)
    if (event.type === 'decision_recorded') {
      found.set(event.person, { rule: event.rule, decision: event.decision, at })
    }
    if (event.type !== 'gate_confirmed') continue
    const eligible = new Set(event.eligible.map(({ person }) => person))
    for (const person of found.keys()) if (!eligible.has(person)) found.delete(person)
  }
  return found
}

/** Who overrides the gate before the last step, read from the log alone. */
function passingBy(steps: readonly Step[]): readonly string[] {
  const found = new Map<string, number>()
  for (const { event, at, before } of steps) {
    for (const [person, since] of found) if (at - since >= OVERRIDE_MS) found.delete(person)
    if (event.type === 'contents_changed') found.clear()
    if (event.type === 'gate_confirmed' && event.covers !== before.covers) found.clear()
    if (event.type === 'decision_withdrawn') found.delete(event.person)
    if (event.type === 'override_recorded') found.set(event.person, at)
    if (event.type !== 'gate_confirmed') continue
    const may = new Set(event.overriding)
    for (const person of found.keys()) if (!may.has(person)) found.delete(person)
  }
  return [...found.keys()]
}

/** Tries every assignment of people to groups. */
function covered(people: readonly string[], wanted: readonly string[]): boolean {
  const [group, ...others] = wanted
  if (group === undefined) return true
  return people.some(
    (person) =>
      (GROUPS[person] ?? []).map(groupId).includes(group as ReturnType<typeof groupId>) &&
      covered(
        people.filter((other) => other !== person),
        others,
      ),
  )
}

/** Nobody counts twice in a gate. */
function assertOnce({ decisions, overrides = [] }: GateRunState): void {
  const people = [...decisions, ...overrides].map(({ person }) => person)
  assert.equal(new Set(people).size, people.length)
}

function assertEnough(rule: RulePlan, index: number, steps: readonly Step[]): void {
  const last = steps.at(-1)
  assert.ok(last)
  if (rule.kind === 'check') {
    const answers = steps.filter(
      ({ event }) => event.type === 'check_answered' && event.node === index,
    )
    const answer = answers.at(-1)
    assert.ok(answer?.event.type === 'check_answered' && answer.event.answer === 'holds')
    assert.ok(last.at - answer.at <= 60_000, 'the check is fresh')
    return
  }
  const mine = [...standing(steps)].filter(([, one]) => one.rule === index)
  const valid = mine.filter(([, one]) => last.at - one.at < EXPIRES_MS)
  if (valid.some(([, one]) => one.decision === 'reject')) {
    assert.equal(rule.onReject, 'continue')
    return
  }
  const people = valid.map(([person]) => person)
  const passing = passingBy(steps)
  assert.ok(![...people, ...passing].includes('eve'), 'who started the run never counts')
  if (passing.length >= OVERRIDES_NEEDED) return
  const groups = rule.by.map(({ id }) => id)
  if (rule.oneFromEach) assert.ok(covered(people, groups), 'one person of each group')
  else assert.ok(people.length >= rule.need, 'enough people')
}

suite('a gate, whatever happens to it', () => {
  test('passes only with enough valid decisions, nobody excluded, and fresh checks', () => {
    let passed = 0
    let overridden = 0
    fc.assert(
      fc.property(PLAN, MOVES, (plan, moves) => {
        const steps = play(plan, moves)
        const index = steps.findIndex(({ after }) => after.status === 'passed')
        if (index < 0) return
        passed += 1
        if (steps[index]?.after.rules.some(({ status }) => status === 'overridden')) overridden += 1
        const log = steps.slice(0, index + 1)
        const last = log.at(-1)
        assert.equal(last?.event.type, 'gate_confirmed')
        assertOnce(last.after)
        for (const [at, rule] of (plan.stages[0]?.entry.rules ?? []).entries()) {
          assertEnough(rule, at, log)
        }
      }),
      { numRuns: 3_000, seed: 7 },
    )
    assert.ok(passed > 100, `only ${passed} of the gates passed: the property says little`)
    assert.ok(overridden > 20, `only ${overridden} of them were overridden`)
  })

  test('accepts nothing once it is decided', () => {
    fc.assert(
      fc.property(PLAN, MOVES, (plan, moves) => {
        const over = play(plan, moves).filter(({ before }) => gateRunMachine.isTerminal(before))
        assert.deepEqual(over, [])
      }),
    )
  })

  test('refuses every event that comes twice', () => {
    fc.assert(
      fc.property(PLAN, MOVES, (plan, moves) => {
        for (const { event, at, after } of play(plan, moves)) {
          if (event.type === 'woken') continue
          const again = { ...event, ...occurrence(3, SELF, 'rule', at) }
          assert.equal(reduceGateRun(after, again, plan).ok, false, event.type)
        }
      }),
    )
  })

  test('is decided, or waits for a person, or wants to be looked at', () => {
    fc.assert(
      fc.property(PLAN, MOVES, (plan, moves) => {
        for (const { after } of play(plan, moves)) {
          const isOver = gateRunMachine.isTerminal(after)
          const waitsFor = gateRunMachine.waits(after)
          assert.ok(isOver || gateRunMachine.wakeAt(after, plan) !== undefined)
          assert.equal(isOver, waitsFor === undefined)
        }
      }),
    )
  })

  test('never waits for people only because nobody wakes it: deadlines that are over are dealt with', () => {
    fc.assert(
      fc.property(PLAN, MOVES, fc.nat(500_000), (plan, moves, laterMs) => {
        const last = play(plan, moves).at(-1)
        if (last === undefined || gateRunMachine.isTerminal(last.after)) return
        const at = last.at + laterMs
        const woken = { type: 'woken', ...occurrence(4, SELF, 'timer', at) } as const
        const result = reduceGateRun(last.after, woken, plan)
        assert.ok(result.ok)
        const wakeAt = gateRunMachine.wakeAt(result.state, plan)
        assert.ok(wakeAt === undefined || wakeAt > at)
      }),
    )
  })

  test('comes to the same state in whatever order people approve', () => {
    const people = fc.shuffledSubarray(['ada', 'bo', 'cy', 'dee'], { minLength: 4 })
    const by = [1, 2, 3].map(
      (number) => ({ kind: 'group', id: groupId(number), name: 'g' }) as const,
    )
    const plan = planWithEntryGate([approvalRule({ by, need: 4 })])
    const moves = (order: readonly Move['person'][]): readonly Move[] => [
      DESCRIBED,
      ...order.map((person): Move => ({
        what: 'decide',
        rule: 0,
        person,
        good: true,
        late: false,
        afterMs: 0,
      })),
    ]
    const expected = play(plan, moves(['ada', 'bo', 'cy', 'dee'])).at(-1)?.after
    assert.equal(expected?.rules[0]?.status, 'given')
    fc.assert(
      fc.property(people, (order) => {
        assert.deepEqual(play(plan, moves(order as Move['person'][])).at(-1)?.after, expected)
      }),
    )
  })
})

test('the largest gate stays within the limit of a state', () => {
  const by = [{ kind: 'group', id: groupId(1), name: 'everybody' }] as const
  const checks = Array.from({ length: RULES_MAX - 1 }, () =>
    checkRule({
      check: {
        kind: 'metric',
        source: { kind: 'promql', query: 'up' },
        limit: { above: 0 },
        forMs: 60_000,
      },
    }),
  )
  const plan = planWithEntryGate([...checks, approvalRule({ by, need: GATE_DECISIONS_MAX })])
  let at = 1_763_386_231_000
  const events: readonly GateRunEvent[] = [
    {
      type: 'gate_described',
      round: 1,
      covers: `sha256:${'e'.repeat(64)}`,
      excluded: Array.from({ length: EXCLUDED_MAX }, (_, index) => ({
        person: userId(1_000 + index),
        why: 'token_owner' as const,
      })),
    },
    ...checks.map((_check, node): GateRunEvent => ({
      type: 'check_answered',
      node,
      round: 1,
      answer: 'holds',
      evidence: '"€"'.repeat(500),
    })),
    ...Array.from({ length: GATE_DECISIONS_MAX }, (_, index): GateRunEvent => ({
      type: 'decision_recorded',
      rule: RULES_MAX - 1,
      person: userId(index),
      groups: [groupId(1)],
      decision: 'approve',
      comment: 'x'.repeat(2_000),
      covers: `sha256:${'e'.repeat(64)}`,
      how: 'session',
    })),
    { type: 'gate_held', person: userId(1), groups: [groupId(1)], reason: '€'.repeat(500) },
  ]
  let state: GateRunState | undefined
  for (const event of [CREATED, ...events]) {
    at += 1
    const result = reduceGateRun(state, { ...event, ...occurrence(5, SELF, 'rule', at) }, plan)
    assert.ok(result.ok, event.type)
    state = result.state
  }
  assert.equal(state?.decisions.length, GATE_DECISIONS_MAX)
  const bytes = Buffer.byteLength(JSON.stringify(state))
  assert.ok(bytes <= STATE_BYTES_MAX, `${bytes} bytes`)
})
