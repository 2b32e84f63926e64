// A gate run on its way from one state to the next: the small moves that its events are made of.

import { boundedText } from '../kernel/bounded-text.ts'
import type { Effect, Fact } from '../kernel/effect.ts'
import type { Instant } from '../kernel/instant.ts'
import { assertInvariant } from '../kernel/invariant.ts'
import { isAsked, type ApprovalRule } from './gate-approval.ts'
import { overridesOf } from './gate-override.ts'
import {
  GATE_REASON_BYTES_MAX,
  type GateOverride,
  type GateRunState,
  type RuleState,
  type StandingDecision,
} from './gate-run-state.ts'
import type { GatePlan } from './run-plan.ts'

/** A state on its way to the next one, with what has to follow and what it is judged by. */
export interface Turn {
  readonly state: GateRunState
  readonly effects: readonly Effect[]
  readonly gate: GatePlan
  readonly at: Instant
}

/** The gate is decided: its people and its stage are told, and nothing happens to it any more. */
export function finish(turn: Turn, outcome: 'passed' | 'rejected' | 'aborted', why: string): Turn {
  const reason = boundedText(why, GATE_REASON_BYTES_MAX)
  const { state } = turn
  const { id: gate, node, attempt } = state
  const wereAsked = state.rules.some(isAsked) && outcome !== 'aborted'
  const isToldOf = wereAsked || overridesOf(state).length > 0
  const notice: readonly Effect[] = isToldOf
    ? [{ type: 'send', effect: { type: 'notify_gate_decided', gate, outcome } }]
    : []
  return add(change(turn, { status: outcome, asked: null, reason }), ...notice, {
    type: 'tell',
    to: state.parent,
    event: { type: 'gate_finished', gate, node, attempt, outcome, reason },
  })
}

/** Passed, rejected and aborted are for ever. */
export function isTerminal(state: GateRunState): boolean {
  return state.status === 'passed' || state.status === 'rejected' || state.status === 'aborted'
}

/** Asks the server about the whole gate, in a new round. */
export function askAboutGate(turn: Turn, question: 'describe' | 'confirm'): Turn {
  const round = turn.state.round + 1
  const asked = change(turn, { round, asked: { question, at: turn.at } })
  return add(asked, { type: 'ask', question: { type: `${question}_gate`, round } })
}

/** Writes to the approvers; why is part of what names the message. */
export function notify(turn: Turn, reason: 'waiting' | 'void' | 'expired' | 'reminder'): Turn {
  const { id: gate, attempt: instance } = turn.state
  return add(turn, { type: 'send', effect: { type: 'notify_approvers', gate, instance, reason } })
}

/** Tells everybody who has to do with the gate who overrides it now, or that nobody does any more. */
export function notifyOverride(turn: Turn): Turn {
  const { id: gate, attempt: instance } = turn.state
  return add(turn, { type: 'send', effect: { type: 'notify_override', gate, instance } })
}

/** The same turn with other fields in its state. */
export function change(turn: Turn, patch: Partial<GateRunState>): Turn {
  return { ...turn, state: { ...turn.state, ...patch } }
}

/** The same turn with another state of one rule. */
export function putRule(turn: Turn, index: number, rule: RuleState): Turn {
  return change(turn, { rules: turn.state.rules.with(index, rule) })
}

/** The same turn with more to follow. */
export function add(turn: Turn, ...effects: readonly Effect[]): Turn {
  return { ...turn, effects: [...turn.effects, ...effects] }
}

/** The approval with this index in the gate. */
export function approvalAt(gate: GatePlan, index: number): ApprovalRule {
  const rule = gate.rules[index]
  assertInvariant(rule?.kind === 'approval', 'decisions belong to approvals')
  return rule
}

/** Takes decisions out of the count. What they were stays in the facts; a further fact says why they no longer stand. */
export function dropDecisions(
  turn: Turn,
  isDropped: (decision: StandingDecision) => boolean,
  as: 'withdraw' | 'void',
  words: { readonly comment: string; readonly how: string },
): Turn {
  const { state } = turn
  const facts = state.decisions
    .filter((one) => isDropped(one))
    .map((one) => decisionFact(state, one, as, words))
  const decisions = state.decisions.filter((one) => !isDropped(one))
  return facts.length === 0 ? turn : add(change(turn, { decisions }), ...facts)
}

/** Takes people out of the count who override the gate; the facts keep what they said, and say why it no longer counts. */
export function dropOverrides(
  turn: Turn,
  isDropped: (override: GateOverride) => boolean,
  as: 'withdraw' | 'void',
  words: { readonly comment: string; readonly how: string },
): Turn {
  const { state } = turn
  const standing = overridesOf(state)
  const facts = standing.filter(isDropped).map((one) => decisionFact(state, one, as, words))
  const overrides = standing.filter((one) => !isDropped(one))
  return facts.length === 0 ? turn : add(change(turn, { overrides }), ...facts)
}

/** The lasting record of a decision, or of what became of it. */
export function decisionFact(
  state: GateRunState,
  { rule, person }: Pick<StandingDecision, 'rule' | 'person'>,
  decision: Extract<Fact, { kind: 'decision' }>['decision'],
  words: { readonly comment: string; readonly how: string },
): Effect {
  const { id: gate, covers } = state
  return {
    type: 'record',
    fact: { kind: 'decision', gate, rule, person, decision, covers, ...words },
  }
}

/** Asks a check in its present round. */
export function askCheck(turn: Turn, index: number): Turn {
  const rule = turn.state.rules[index]
  assertInvariant(rule?.status === 'asked' || rule?.status === 'holds', 'a check that is asked')
  const question = { type: 'ask_check', node: index, round: rule.round } as const
  return add(turn, { type: 'ask', question })
}
