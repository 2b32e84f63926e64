// One instance of a gate: its rules judged in order, its people asked, and a second look before it passes.

import type { Effect, Question } from '../kernel/effect.ts'
import { boundedText } from '../kernel/bounded-text.ts'
import { earliest, type Instant } from '../kernel/instant.ts'
import { assertInvariant } from '../kernel/invariant.ts'
import { ownEvent, type Machine } from '../kernel/machine.ts'
import type { Occurrence } from '../kernel/occurrence.ts'
import type { RunStatus, Waits } from '../kernel/status.ts'
import { refuse, type Transition } from '../kernel/transition.ts'
import type { Digest } from '../process/process-plan.ts'
import {
  canDecide,
  canHold,
  canOverride,
  canWithdraw,
  gatePlanOf,
  isAsked,
  rolesIn,
} from './gate-approval.ts'
import {
  answerCheck,
  awaitsAnswer,
  checkWakeAt,
  isBeingAsked,
  wakeCheck,
  type CheckTurn,
} from './gate-check.ts'
import { firstWaiting, OVERRIDE_MS, overrideEndsAt, overridesOf } from './gate-override.ts'
import { hasStaleCheck, isSettled, judgePeople, settle } from './gate-progress.ts'
import {
  EVIDENCE_BYTES_MAX,
  EVIDENCE_TOTAL_BYTES,
  EXCLUDED_MAX,
  GATE_REASON_BYTES_MAX,
  type GateRunEvent,
  type GateRunRefusal,
  type GateRunState,
  type RuleState,
  type StandingDecision,
} from './gate-run-state.ts'
import {
  add,
  approvalAt,
  askAboutGate,
  askCheck,
  change,
  decisionFact,
  dropDecisions,
  dropOverrides,
  finish,
  isTerminal,
  notify,
  notifyOverride,
  putRule,
  type Turn,
} from './gate-turn.ts'
import type { GatePlan, Plan } from './run-plan.ts'
import { ANSWER_WITHIN_MS } from './stage-run-state.ts'

export type GateRunTransition = Transition<GateRunState, Effect, GateRunRefusal>
type Own<Type extends GateRunEvent['type']> = Extract<GateRunEvent, { type: Type }> & Occurrence

/**
 * Folds one event into a gate run. It passes only on `gate_confirmed`, when every rule is settled, every counted person may
 * still decide, every check is fresh and what it covers is unchanged; and it passes, or is rejected, exactly once.
 */
export function reduceGateRun(
  state: GateRunState | undefined,
  event: GateRunEvent & Occurrence,
  plan: Plan | undefined,
): GateRunTransition {
  if (event.type === 'gate_created') {
    return state === undefined ? create(event, plan) : refuse('already_created')
  }
  if (state === undefined) return refuse('not_created')
  if (isTerminal(state)) return refuse(refusalWhenOver(state, event))
  const gate = gatePlanOf(state, plan)
  assertInvariant(gate !== undefined, 'the gate of a gate run is in its plan')
  // Deadlines are part of the state: what has expired does not count, also when the timer is late.
  const turn = expire({ state, effects: [], gate, at: event.at })
  switch (event.type) {
    case 'gate_described':
      return describe(turn, event)
    case 'check_answered':
      return takeAnswer(turn, event)
    case 'decision_recorded':
      return decide(turn, event, plan)
    case 'override_recorded':
      return override(turn, event, plan)
    case 'decision_withdrawn':
      return withdraw(turn, event)
    case 'contents_changed':
      if (event.covers === turn.state.covers) return refuse('same_digest')
      return settle(replaceContents(turn, event.covers))
    case 'gate_confirmed':
      return confirm(turn, event)
    case 'gate_held':
      return hold(turn, event, plan)
    case 'gate_resumed':
      return turn.state.held === null ? refuse('not_held') : settle(change(turn, { held: null }))
    case 'abort_requested':
      return settle(finish(turn, 'aborted', event.reason))
    case 'woken':
      return wake(turn)
  }
}

// ── beginning ────────────────────────────────────────────────────────────────────────────────

function create(event: Own<'gate_created'>, plan: Plan | undefined): GateRunTransition {
  const gate = gatePlanOf(event, plan)
  assertInvariant(gate !== undefined, 'the gate of a gate run is in its plan')
  const state: GateRunState = {
    v: 1,
    id: event.self.id,
    root: event.self.root,
    plan: event.plan,
    parent: event.parent,
    node: event.node,
    attempt: event.attempt,
    stage: event.stage,
    starter: event.starter,
    status: 'checking',
    createdAt: event.at,
    covers: null,
    excluded: [],
    contentsVersion: 1,
    round: 0,
    asked: null,
    rules: gate.rules.map(() => ({ status: 'pending' })),
    decisions: [],
    voided: false,
    held: null,
    reason: '',
  }
  const turn: Turn = { state, effects: [], gate, at: event.at }
  if (gate.rules.length === 0) return settle(finish(turn, 'passed', ''))
  return settle(askAboutGate(turn, 'describe'))
}

function describe(turn: Turn, event: Own<'gate_described'>): GateRunTransition {
  const { state } = turn
  if (state.asked?.question !== 'describe' || state.round !== event.round) {
    return refuse('stale_round')
  }
  assertInvariant(event.excluded.length <= EXCLUDED_MAX, 'a gate names few excluded people')
  const { covers, excluded } = event
  return settle(change(turn, { covers, excluded, asked: null }))
}

// ── checks ───────────────────────────────────────────────────────────────────────────────────

function takeAnswer(turn: Turn, event: Own<'check_answered'>): GateRunTransition {
  const rule = turn.state.rules[event.node]
  const check = turn.gate.rules[event.node]
  if (rule === undefined || check?.kind !== 'check') return refuse('no_such_rule')
  if (!awaitsAnswer(rule, event.round)) return refuse('stale_round')
  const evidence = boundedText(event.evidence, evidenceBytes(turn.gate))
  return settle(
    putCheck(turn, event.node, answerCheck(check, rule, { ...event, evidence }, turn.at)),
  )
}

/** The check goes on, or has failed and the gate with it. */
function putCheck(turn: Turn, index: number, next: CheckTurn): Turn {
  if ('failed' in next) {
    const name = turn.gate.rules[index]?.name ?? ''
    const why = next.failed === '' ? name : `${name}: ${next.failed}`
    // It is shown as it was last seen, not as it was when it held.
    return finish(putRule(turn, index, next.rule), 'rejected', why)
  }
  const kept = putRule(turn, index, next.rule)
  return next.ask ? askCheck(kept, index) : kept
}

// ── people ───────────────────────────────────────────────────────────────────────────────────

function decide(
  turn: Turn,
  event: Own<'decision_recorded'>,
  plan: Plan | undefined,
): GateRunTransition {
  const { state, gate } = turn
  const person = { id: event.person, groups: event.groups }
  const permission = canDecide(state, plan, event.rule, person, event.decision)
  const hasChanged = state.covers !== null && event.covers !== state.covers
  // While changed contents are described nobody is asked; the reason to tell is the change.
  if (!permission.ok && !(hasChanged && permission.refusal === 'not_waiting')) {
    return refuse(permission.refusal)
  }
  if (hasChanged) return refuse('covers_changed')
  if (event.decision === 'reject' && event.comment.trim() === '') return refuse('reason_missing')
  const approval = approvalAt(gate, event.rule)
  const self = state.excluded.find((one) => one.person === event.person)?.why
  const decision: StandingDecision = {
    person: event.person,
    rule: event.rule,
    decision: event.decision,
    as: rolesIn(approval.by, person),
    ...(self === undefined ? {} : { self }),
  }
  const { comment, how } = event
  const recorded = add(
    change(turn, { decisions: sorted([...state.decisions, decision]) }),
    decisionFact(state, decision, event.decision, { comment, how }),
  )
  if (event.decision === 'reject' && approval.onReject === 'wait') {
    return settle(finish(recorded, 'rejected', comment))
  }
  return settle(recorded)
}

function withdraw(turn: Turn, event: Own<'decision_withdrawn'>): GateRunTransition {
  const permission = canWithdraw(turn.state, event.person)
  if (!permission.ok) return refuse(permission.refusal)
  const isTheirs = ({ person }: { readonly person: string }): boolean => person === event.person
  const words = { comment: '', how: event.how }
  const taken = dropDecisions(turn, isTheirs, 'withdraw', words)
  return settle(endOverrides(taken, isTheirs, 'withdraw', words))
}

/** The second person completes it. Until then it changes nothing but what people are told. */
function override(
  turn: Turn,
  event: Own<'override_recorded'>,
  plan: Plan | undefined,
): GateRunTransition {
  const { state } = turn
  const { person, reason: comment, how } = event
  if (state.covers !== null && event.covers !== state.covers) return refuse('covers_changed')
  const permission = canOverride(state, plan, { id: person })
  if (!permission.ok) return refuse(permission.refusal)
  if (comment.trim() === '') return refuse('reason_missing')
  const rule = firstWaiting(state)
  assertInvariant(rule !== undefined, 'an approval is waited for')
  const overrides = [...overridesOf(state), { person, rule, at: event.at }]
  const recorded = add(
    change(turn, { overrides }),
    decisionFact(state, { person, rule }, 'override', { comment, how }),
  )
  return settle(notifyOverride(recorded))
}

/** As `dropOverrides`; whoever has to do with the gate is told that its approvals are waited for. */
function endOverrides(...[turn, ...dropped]: Parameters<typeof dropOverrides>): Turn {
  const left = dropOverrides(turn, ...dropped)
  return left === turn ? turn : notifyOverride(left)
}

function hold(turn: Turn, event: Own<'gate_held'>, plan: Plan | undefined): GateRunTransition {
  const permission = canHold(turn.state, plan, { id: event.person, groups: event.groups })
  if (!permission.ok) return refuse(permission.refusal)
  if (event.reason.trim() === '') return refuse('reason_missing')
  const reason = boundedText(event.reason, GATE_REASON_BYTES_MAX)
  return settle(change(turn, { held: { by: event.by, at: event.at, reason } }))
}

// ── what the gate lets through ───────────────────────────────────────────────────────────────

/** Another thing to decide about: nothing decided or checked before counts for it (INV-17). */
function replaceContents(turn: Turn, covers: Digest): Turn {
  const voided = turn.state.voided || turn.state.decisions.length > 0
  const words = { comment: 'what the gate lets through has changed', how: 'rule' }
  const dropped = dropOverrides(
    dropDecisions(turn, () => true, 'void', words),
    () => true,
    'void',
    words,
  )
  const fresh = change(dropped, {
    covers,
    voided,
    contentsVersion: turn.state.contentsVersion + 1,
    rules: turn.state.rules.map(freshRule),
  })
  return askAboutGate(fresh, 'describe')
}

// An answer to a question about what was before must not count: rounds go on, and never begin anew.
function freshRule(rule: RuleState): RuleState {
  const round = 'round' in rule ? rule.round : undefined
  return round === undefined ? { status: 'pending' } : { status: 'pending', round }
}

// ── the second look ──────────────────────────────────────────────────────────────────────────

function confirm(turn: Turn, event: Own<'gate_confirmed'>): GateRunTransition {
  const { state } = turn
  if (state.asked?.question !== 'confirm' || state.round !== event.round) {
    return refuse('stale_round')
  }
  const answered = change(turn, { asked: null })
  if (event.covers !== state.covers) return settle(replaceContents(answered, event.covers))
  const kept = lookAgain(answered, event)
  const seen = judgePeople(lookAtOverrides(kept, event))
  const looked = kept.effects.length > answered.effects.length ? voidNotice(seen) : seen
  if (!isSettled(looked) || hasStaleCheck(looked)) return settle(looked)
  return settle(finish(looked, 'passed', ''))
}

/** Keeps the decisions of people who may still decide, in the roles that they have now; the others are void. */
function lookAgain(turn: Turn, event: Own<'gate_confirmed'>): Turn {
  const { gate } = turn
  const rolesNow = (one: StandingDecision): readonly number[] => {
    const found = event.eligible.find(({ person }) => person === one.person)
    if (found === undefined) return []
    return rolesIn(approvalAt(gate, one.rule).by, { id: found.person, groups: found.groups })
  }
  const lost = (one: StandingDecision): boolean => rolesNow(one).length === 0
  const words = { comment: 'no longer among those who may decide', how: 'rule' }
  const kept = dropDecisions(turn, lost, 'void', words)
  const decisions = kept.state.decisions.map((one) => ({ ...one, as: rolesNow(one) }))
  return change(kept, { decisions })
}

/** Keeps those who may override gates now. */
function lookAtOverrides(turn: Turn, { overriding = [] }: Own<'gate_confirmed'>): Turn {
  const words = { comment: 'no longer among those who may override gates', how: 'rule' }
  return endOverrides(turn, ({ person }) => !overriding.includes(person), 'void', words)
}

function voidNotice(turn: Turn): Turn {
  return turn.state.rules.some((rule) => rule.status === 'waiting') ? notify(turn, 'void') : turn
}

// ── time ─────────────────────────────────────────────────────────────────────────────────────

function wake(turn: Turn): GateRunTransition {
  let next = askLate(remind(turn))
  for (const [index, check] of next.gate.rules.entries()) {
    const rule = next.state.rules[index]
    if (check.kind !== 'check' || rule === undefined) continue
    const polled = wakeCheck(check, rule, next.at)
    if (polled === undefined) continue
    next = putCheck(next, index, polled)
    if (isTerminal(next.state)) break
  }
  return settle(next)
}

/** Asks about the whole gate once more when no answer came; the round stays, so a slow answer still counts. */
function askLate(turn: Turn): Turn {
  const { asked, round } = turn.state
  if (asked === null || turn.at < asked.at + ANSWER_WITHIN_MS) return turn
  const again = change(turn, { asked: { ...asked, at: turn.at } })
  return add(again, { type: 'ask', question: { type: `${asked.question}_gate`, round } })
}

/** Decisions whose time is over are void, and their people are asked again for as long as before. */
function expire(turn: Turn): Turn {
  const words = { comment: 'its time is over', how: 'rule' }
  let next = endOverrides(turn, ({ at }) => turn.at >= at + OVERRIDE_MS, 'void', words)
  let hasExpired = false
  for (const [index, rule] of turn.state.rules.entries()) {
    if (!isAsked(rule) || turn.at < rule.until) continue
    const { expiresMs } = approvalAt(turn.gate, index)
    const until = turn.at + Math.max(1, expiresMs)
    next = dropDecisions(next, (one) => one.rule === index, 'void', words)
    next = putRule(next, index, { status: 'waiting', since: turn.at, until })
    hasExpired = true
  }
  return hasExpired ? notify(next, 'expired') : next
}

/** One reminder, after half of the time. */
function remind(turn: Turn): Turn {
  let next = turn
  for (const [index, rule] of turn.state.rules.entries()) {
    if (rule.status !== 'waiting' || rule.reminded || turn.at < halfTime(rule)) continue
    next = putRule(next, index, { ...rule, reminded: true })
  }
  return next === turn ? turn : notify(next, 'reminder')
}

function halfTime(rule: { readonly since: Instant; readonly until: Instant }): Instant {
  return Math.floor((rule.since + rule.until) / 2)
}

// ── small parts ──────────────────────────────────────────────────────────────────────────────

function sorted(decisions: readonly StandingDecision[]): readonly StandingDecision[] {
  return decisions.toSorted((a, b) => (a.person < b.person ? -1 : 1))
}

function evidenceBytes(gate: GatePlan): number {
  const checks = gate.rules.filter((rule) => rule.kind === 'check').length
  return Math.min(EVIDENCE_BYTES_MAX, Math.floor(EVIDENCE_TOTAL_BYTES / Math.max(1, checks)))
}

function refusalWhenOver(state: GateRunState, event: GateRunEvent): GateRunRefusal {
  const comesTooLate = event.type === 'decision_recorded' || event.type === 'decision_withdrawn'
  return state.status === 'passed' && comesTooLate ? 'gate_has_passed' : 'already_finished'
}

function wakeAt(state: GateRunState, plan: Plan | undefined): Instant | undefined {
  if (isTerminal(state)) return undefined
  const gate = gatePlanOf(state, plan)
  let next = earliest(
    state.asked === null ? undefined : state.asked.at + ANSWER_WITHIN_MS,
    overrideEndsAt(state),
  )
  for (const [index, rule] of state.rules.entries()) {
    const plan = gate?.rules[index]
    if (plan?.kind === 'check') next = earliest(next, checkWakeAt(plan, rule))
    if (!isAsked(rule)) continue
    const isOpen = rule.status === 'waiting' && rule.reminded !== true
    next = earliest(next, rule.until, isOpen ? halfTime(rule) : undefined)
  }
  return next
}

function unanswered(state: GateRunState): readonly Question[] {
  if (isTerminal(state)) return []
  const { asked, round, rules } = state
  const whole: readonly Question[] =
    asked === null ? [] : [{ type: `${asked.question}_gate`, round }]
  const checks = rules.flatMap((rule, node): readonly Question[] =>
    isBeingAsked(rule) ? [{ type: 'ask_check', node, round: rule.round }] : [],
  )
  return [...whole, ...checks]
}

function runStatus(state: GateRunState): RunStatus {
  switch (state.status) {
    case 'checking':
      return state.held === null ? 'running' : 'waiting'
    case 'waiting':
      return 'waiting'
    case 'passed':
      return 'succeeded'
    case 'rejected':
      return 'failed'
    case 'aborted':
      return 'aborted'
  }
}

function waits(state: GateRunState): Waits | undefined {
  if (isTerminal(state)) return undefined
  if (state.held !== null) {
    return { on: 'person', what: `held: ${state.held.reason}`, since: state.held.at }
  }
  const asked = state.rules.flatMap((rule) => (rule.status === 'waiting' ? [rule] : []))
  if (asked.length === 0) return { on: 'check', what: 'its checks', since: state.createdAt }
  const since = earliest(...asked.map((rule) => rule.since)) ?? state.createdAt
  const until = earliest(...asked.map((rule) => rule.until))
  return { on: 'person', what: 'approval', since, ...(until === undefined ? {} : { until }) }
}

/** The gate run as the reactor sees it. */
export const gateRunMachine: Machine<GateRunState> = {
  kind: 'gate_run',
  reduce: (state, event, plan) => reduceGateRun(state, ownEvent<GateRunEvent>(event), plan),
  wakeAt,
  runStatus,
  waits,
  isTerminal,
  unanswered,
}
