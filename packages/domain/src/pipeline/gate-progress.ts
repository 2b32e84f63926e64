// What follows in a gate once something has happened: count, begin what can begin, and look once more before it passes.

import type { Effect } from '../kernel/effect.ts'
import { accept, type Transition } from '../kernel/transition.ts'
import { isAsked, judgeApproval } from './gate-approval.ts'
import { askAgain, beginCheck, isStale } from './gate-check.ts'
import { isOverridden } from './gate-override.ts'
import type { GateRunRefusal, GateRunState, RuleState } from './gate-run-state.ts'
import {
  askAboutGate,
  askCheck,
  change,
  isTerminal,
  notify,
  putRule,
  type Turn,
} from './gate-turn.ts'
import type { RulePlan } from './run-plan.ts'

/** Counts again, begins what can begin now, and asks for the second look when every rule is settled. */
export function settle(turn: Turn): Transition<GateRunState, Effect, GateRunRefusal> {
  if (isTerminal(turn.state)) return accept(turn.state, turn.effects)
  const begun = beginReady(judgePeople(turn))
  const looked = isSettled(begun) ? lookOnceMore(begun) : stopLooking(begun)
  const waiting = looked.state.rules.some((rule) => rule.status === 'waiting')
  const { state, effects } = change(looked, { status: waiting ? 'waiting' : 'checking' })
  return accept(state, effects)
}

/** Counts the decisions that stand in every approval that has been asked for. */
export function judgePeople(turn: Turn): Turn {
  let next = turn
  for (const [index, approval] of turn.gate.rules.entries()) {
    const rule = turn.state.rules[index]
    if (approval.kind !== 'approval' || rule === undefined || !isAsked(rule)) continue
    const status = judgeApproval(turn.state, approval, index)
    if (status !== rule.status) next = putRule(next, index, { ...rule, status })
  }
  return next
}

function beginReady(turn: Turn): Turn {
  let next = turn
  let asksPeople = false
  for (const [index, plan] of turn.gate.rules.entries()) {
    const rule = next.state.rules[index]
    if (rule?.status !== 'pending' || !isReady(next, plan)) continue
    if (plan.kind === 'check') {
      const begun = beginCheck(next.at, (rule.round ?? 0) + 1)
      next = askCheck(putRule(next, index, begun), index)
    } else if (isDescribed(next.state)) {
      const until = next.at + Math.max(1, plan.expiresMs)
      const status = isOverridden(next.state) ? 'overridden' : 'waiting'
      next = putRule(next, index, { status, since: next.at, until })
      asksPeople ||= status === 'waiting'
    }
  }
  if (!asksPeople) return next
  return notify(change(next, { voided: false }), next.state.voided ? 'void' : 'waiting')
}

function isReady(turn: Turn, plan: RulePlan): boolean {
  return plan.after.every((before) => isSettledRule(turn.state.rules[before]))
}

/** Asks old checks again first, then the server whether everybody may still decide. */
function lookOnceMore(turn: Turn): Turn {
  const { state } = turn
  if (state.asked !== null || state.held !== null || !isDescribed(state)) return stopLooking(turn)
  const refreshed = refreshChecks(turn)
  if (refreshed.state.rules.some(isAskedAgain)) return refreshed
  return askAboutGate(refreshed, 'confirm')
}

function refreshChecks(turn: Turn): Turn {
  let next = turn
  for (const [index, check] of turn.gate.rules.entries()) {
    const rule = turn.state.rules[index]
    if (check.kind !== 'check' || rule?.status !== 'holds' || isAskedAgain(rule)) continue
    if (!isStale(check, rule, turn.at)) continue
    next = askCheck(putRule(next, index, askAgain(rule, turn.at)), index)
  }
  return next
}

/** A confirmation that is on its way counts no more: something has changed since it was asked for. */
function stopLooking(turn: Turn): Turn {
  const { asked, held } = turn.state
  const isOutdated = asked?.question === 'confirm' && (held !== null || !isSettled(turn))
  return isOutdated ? change(turn, { asked: null }) : turn
}

/** Whether a check that held was answered too long ago to pass on. */
export function hasStaleCheck(turn: Turn): boolean {
  return turn.gate.rules.some((check, index) => {
    const rule = turn.state.rules[index]
    return check.kind === 'check' && rule?.status === 'holds' && isStale(check, rule, turn.at)
  })
}

/** Whether every rule is: a check holds, an approval is given, overruled or overridden. */
export function isSettled(turn: Turn): boolean {
  return turn.state.rules.every((rule) => isSettledRule(rule))
}

const SETTLED: ReadonlySet<RuleState['status']> = new Set([
  'holds',
  'given',
  'overruled',
  'overridden',
])

function isSettledRule(rule: RuleState | undefined): boolean {
  return rule !== undefined && SETTLED.has(rule.status)
}

function isAskedAgain(rule: RuleState): boolean {
  return rule.status === 'holds' && rule.askedAt !== undefined
}

function isDescribed(state: GateRunState): boolean {
  return state.covers !== null && state.asked?.question !== 'describe'
}
