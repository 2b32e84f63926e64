// How one check of a gate is polled: asked, answered, asked again until it holds or its time is up.

import { earliest, type Instant } from '../kernel/instant.ts'
import {
  CHECK_FRESH_MS,
  UNANSWERED_MAX,
  type GateRunEvent,
  type PolledRule,
  type RuleState,
} from './gate-run-state.ts'
import type { RulePlan } from './run-plan.ts'
import { ANSWER_WITHIN_MS } from './stage-run-state.ts'

export type CheckRule = Extract<RulePlan, { kind: 'check' }>
export type HeldRule = Extract<RuleState, { status: 'holds' }>
type Answer = Extract<GateRunEvent, { type: 'check_answered' }>

/** What came of a turn of a check: it goes on as `rule`, asked again if `ask`; or its time is up and it has failed. */
export type CheckTurn =
  | { readonly rule: RuleState; readonly ask: boolean }
  | { readonly failed: string; readonly rule: RuleState }

/** A check that begins to be polled, with the number of its first question. */
export function beginCheck(at: Instant, round: number): PolledRule {
  return { status: 'asked', round, at, began: at, holdsSince: null, unanswered: 0, evidence: '' }
}

/** Whether the rule waits for this answer; anything else is a late or repeated one. */
export function awaitsAnswer(rule: RuleState, round: number): rule is PolledRule | HeldRule {
  return isBeingAsked(rule) && rule.round === round
}

/** Whether the rule waits for an answer at all. */
export function isBeingAsked(rule: RuleState): rule is PolledRule | HeldRule {
  return rule.status === 'asked' || (rule.status === 'holds' && rule.askedAt !== undefined)
}

/**
 * An answer has come. Only `holds` lets a check hold, and only after it has held for as long as it must.
 * `not` and `error` are asked again until the time is up; what cannot be evaluated never holds.
 */
export function answerCheck(
  check: CheckRule,
  rule: PolledRule | HeldRule,
  answer: Answer,
  at: Instant,
): CheckTurn {
  const { round, evidence } = answer
  if (rule.status === 'holds') {
    // It held for as long as it must when it was first asked; the second look asks whether it still does.
    if (answer.answer === 'holds') {
      return { rule: { status: 'holds', round, at, evidence }, ask: false }
    }
    return rest(check, { ...beginCheck(at, round), status: 'resting', evidence }, at)
  }
  const holdsSince = answer.answer === 'holds' ? (unbroken(check, rule, at) ?? at) : null
  if (holdsSince !== null && at - holdsSince >= forMs(check)) {
    return { rule: { status: 'holds', round, at, evidence }, ask: false }
  }
  return rest(check, { ...rule, status: 'resting', at, holdsSince, unanswered: 0, evidence }, at)
}

/** Time has gone by: ask for the first time in a new round, or once more when no answer came. */
export function wakeCheck(check: CheckRule, rule: RuleState, at: Instant): CheckTurn | undefined {
  if (rule.status === 'holds') {
    if (rule.askedAt === undefined || at < rule.askedAt + ANSWER_WITHIN_MS) return undefined
    return { rule: { ...rule, askedAt: at }, ask: true }
  }
  if (rule.status === 'asked') {
    if (at < rule.at + ANSWER_WITHIN_MS) return undefined
    const unanswered = rule.unanswered + 1
    if (isOver(check, rule, at) && unanswered >= UNANSWERED_MAX) {
      const evidence = 'it could not be evaluated: no answer came'
      return { failed: evidence, rule: { ...rule, unanswered, evidence } }
    }
    // Without answers nobody knows whether it still holds.
    const holdsSince = unanswered >= UNANSWERED_MAX ? null : unbroken(check, rule, at)
    return { rule: { ...rule, at, unanswered, holdsSince }, ask: true }
  }
  if (rule.status !== 'resting' || at < nextPoll(check, rule)) return undefined
  const holdsSince = unbroken(check, rule, at)
  return { rule: { ...rule, status: 'asked', round: rule.round + 1, at, holdsSince }, ask: true }
}

/** Whether a check that held has to be asked again before the gate may pass. */
export function isStale(check: CheckRule, rule: HeldRule, at: Instant): boolean {
  return at - rule.at > Math.max(CHECK_FRESH_MS, check.everyMs)
}

/** The check that held, asked for a second look. */
export function askAgain(rule: HeldRule, at: Instant): HeldRule {
  return { ...rule, round: rule.round + 1, askedAt: at }
}

/** When the check wants to be looked at next. */
export function checkWakeAt(check: CheckRule, rule: RuleState): Instant | undefined {
  if (rule.status === 'asked') return rule.at + ANSWER_WITHIN_MS
  if (rule.status === 'resting') return nextPoll(check, rule)
  if (rule.status !== 'holds' || rule.askedAt === undefined) return undefined
  return rule.askedAt + ANSWER_WITHIN_MS
}

function rest(check: CheckRule, rule: PolledRule, at: Instant): CheckTurn {
  if (isOver(check, rule, at)) return { failed: rule.evidence, rule }
  return { rule, ask: false }
}

function isOver(check: CheckRule, rule: PolledRule, at: Instant): boolean {
  return check.withinMs !== null && at >= rule.began + check.withinMs
}

/** The regular poll, or earlier when the time is up or it has held for long enough: the last look is never left out. */
function nextPoll(check: CheckRule, rule: PolledRule): Instant {
  const regular = rule.at + Math.max(1, check.everyMs)
  const over = check.withinMs === null ? undefined : rule.began + check.withinMs
  const enough = rule.holdsSince === null ? undefined : rule.holdsSince + forMs(check)
  return earliest(regular, after(rule.at, over), after(rule.at, enough)) ?? regular
}

function after(start: Instant, moment: Instant | undefined): Instant | undefined {
  return moment !== undefined && moment > start ? moment : undefined
}

// Nobody has looked for so long that it may have broken in between: the time it must hold begins anew.
function unbroken(check: CheckRule, rule: PolledRule, at: Instant): Instant | null {
  return at - rule.at > 3 * check.everyMs + ANSWER_WITHIN_MS ? null : rule.holdsSince
}

function forMs(check: CheckRule): number {
  return check.check.kind === 'metric' ? check.check.forMs : 0
}
