// Who may decide in a gate, and when enough people have: the same answers for the server, the page and the command line.

import { refuse } from '../kernel/transition.ts'
import { countMatched } from './approval-matching.ts'
import { firstWaiting, isOverridden, overridesOf } from './gate-override.ts'
import {
  GATE_DECISIONS_MAX,
  type GateDecision,
  type GateRunRefusal,
  type GateRunState,
  type Decider,
  type RuleState,
  type StandingDecision,
} from './gate-run-state.ts'
import type { ApproverRef, GatePlan, Plan, RulePlan } from './run-plan.ts'

export type ApprovalRule = Extract<RulePlan, { kind: 'approval' }>

/** Whether somebody may do a thing, and if not, why: the reason is what a disabled button shows. */
export type DecisionAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly refusal: GateRunRefusal }

/** The rules of the gate that this run judges. */
export function gatePlanOf(
  state: Pick<GateRunState, 'stage' | 'node'>,
  plan: Plan | undefined,
): GatePlan | undefined {
  return plan?.kind === 'run' ? plan.stages[state.stage]?.[state.node] : undefined
}

/** Why nobody decides in this gate any more; undefined while somebody may. */
export function whySettled({
  status,
}: Pick<GateRunState, 'status'>): 'gate_has_passed' | 'already_finished' | undefined {
  if (status === 'passed') return 'gate_has_passed'
  return status === 'rejected' || status === 'aborted' ? 'already_finished' : undefined
}

/**
 * Whether this person may decide this rule now: it names them, and they hold the role. One person decides once in a gate; whoever started the run, edited what is
 * approved or owns the token that did is excluded unless the environment allows it; an approval that would not bring the
 * rule nearer is not needed. A rejection is possible for as long as the gate has not been decided.
 */
export function canDecide(
  state: GateRunState,
  plan: Plan | undefined,
  rule: number,
  person: Decider,
  decision: GateDecision = 'approve',
): DecisionAnswer {
  const settled = whySettled(state)
  if (settled !== undefined) return refuse(settled)
  const gate = gatePlanOf(state, plan)
  const approval = gate?.rules[rule]
  const standing = state.rules[rule]
  if (gate === undefined || standing === undefined || approval?.kind !== 'approval') {
    return refuse('no_such_rule')
  }
  const as = rolesIn(approval.by, person)
  if (as.length === 0) return refuse('not_an_approver')
  if (person.lack !== undefined) return refuse(LACKING[person.lack])
  const excluded = state.excluded.find((one) => one.person === person.id)
  if (excluded !== undefined && !gate.allowSelfApproval) return refuse(`excluded_${excluded.why}`)
  if (!isAsked(standing)) return refuse('not_waiting')
  if (hasSpoken(state, person.id)) return refuse('already_decided')
  if (state.decisions.length >= GATE_DECISIONS_MAX) return refuse('too_many_decisions')
  const helps = standing.status === 'waiting' && isNeeded(state, approval, rule, as)
  if (standing.status === 'overruled' || (decision === 'approve' && !helps)) {
    return refuse('not_needed')
  }
  return { ok: true }
}

/** The approvals of the gate in which this person may decide so now, in their order. */
export function decidableRules(
  state: GateRunState,
  plan: Plan | undefined,
  person: Decider,
  decision: GateDecision = 'approve',
): readonly number[] {
  return [...state.rules.keys()].filter((rule) => canDecide(state, plan, rule, person, decision).ok)
}

/** Whether this person may take a decision back: theirs still stands, and the gate has not been decided. */
export function canWithdraw(state: GateRunState, person: string): DecisionAnswer {
  const settled = whySettled(state)
  if (settled !== undefined) return refuse(settled)
  return hasSpoken(state, person) ? { ok: true } : refuse('none_to_take_back')
}

/**
 * Whether this person may override the gate now. That they hold the permission for it is asked apart from it. Four eyes hold as for an approval:
 * nobody who is excluded, nobody twice, nobody who has decided here. It is possible while an approval is waited for.
 */
export function canOverride(
  state: GateRunState,
  plan: Plan | undefined,
  person: Pick<Decider, 'id' | 'lack'>,
): DecisionAnswer {
  const settled = whySettled(state)
  if (settled !== undefined) return refuse(settled)
  if (person.lack === 'new_password') return refuse(LACKING.new_password)
  const excluded = state.excluded.find((one) => one.person === person.id)
  if (excluded !== undefined && gatePlanOf(state, plan)?.allowSelfApproval !== true) {
    return refuse(`excluded_${excluded.why}`)
  }
  if (hasSpoken(state, person.id)) return refuse('already_decided')
  if (isOverridden(state)) return refuse('not_needed')
  return firstWaiting(state) === undefined ? refuse('not_waiting') : { ok: true }
}

/** Whether this person may hold the gate: any of its approvers may, also one who has a part in the run. */
export function canHold(
  state: GateRunState,
  plan: Plan | undefined,
  person: Decider,
): DecisionAnswer {
  const settled = whySettled(state)
  if (settled !== undefined) return refuse(settled)
  if (state.held !== null) return refuse('already_held')
  const rules = gatePlanOf(state, plan)?.rules ?? []
  const named = rules.some(
    (rule) => rule.kind === 'approval' && rolesIn(rule.by, person).length > 0,
  )
  if (!named) return refuse('not_an_approver')
  return person.lack === undefined ? { ok: true } : refuse(LACKING[person.lack])
}

/**
 * This person without what only needs time: they cannot decide now, and will. A gate waits for them too, so they are asked by mail and
 * named.
 */
export function asLater(person: Decider): Decider {
  const { id, groups, lack } = person
  return lack === 'new_password' ? { id, groups } : person
}

const LACKING = {
  approver_role: 'approver_role_missing',
  sight_of_project: 'approver_role_missing',
  new_password: 'password_new',
} as const

/** Whom the server looks up to answer `confirm_gate`: everybody whose decision stands. */
export function listDeciders(state: GateRunState): readonly string[] {
  return state.decisions.map((one) => one.person)
}

/** How many valid approvals an approval has, and how many it takes; with `oneFromEach` both count groups. */
export function approvalProgress(
  state: GateRunState,
  approval: ApprovalRule,
  rule: number,
): { readonly given: number; readonly need: number } {
  const roles = approvalsOf(state, rule).map((one) => one.as)
  if (!approval.oneFromEach) return { given: roles.length, need: Math.max(1, approval.need) }
  const need = Math.max(1, approval.by.length)
  return { given: countMatched(roles, approval.by.length), need }
}

/**
 * Of `one from each` those that nobody stood for yet; of any others all, until enough have decided: indexes of `by`. A gate that has ended,
 * or is overridden, waits for nobody.
 */
export function missingApprovers(
  state: GateRunState,
  approval: ApprovalRule,
  rule: number,
): readonly number[] {
  const { given, need } = approvalProgress(state, approval, rule)
  if (given >= need || isOverridden(state) || whySettled(state) !== undefined) return []
  const standing = state.decisions.filter((decision) => decision.rule === rule)
  const isOpen = (at: number): boolean =>
    !approval.oneFromEach || !standing.some(({ as }) => as.includes(at))
  return [...approval.by.keys()].filter(isOpen)
}

/** What the decisions that stand make of an approval that has been asked for. */
export function judgeApproval(
  state: GateRunState,
  approval: ApprovalRule,
  rule: number,
): 'waiting' | 'given' | 'overruled' | 'overridden' {
  const rejected = state.decisions.some((one) => one.rule === rule && one.decision === 'reject')
  if (rejected) return 'overruled'
  const { given, need } = approvalProgress(state, approval, rule)
  if (given >= need) return 'given'
  return isOverridden(state) ? 'overridden' : 'waiting'
}

/** Which entries of an approver list name this person, directly or by a group. */
export function rolesIn(by: readonly ApproverRef[], person: Decider): readonly number[] {
  return by.flatMap((approver, index) => {
    const named =
      approver.kind === 'user' ? approver.id === person.id : person.groups.includes(approver.id)
    return named ? [index] : []
  })
}

/** Whether this approval has been asked for: people may be deciding it. */
export function isAsked(
  rule: RuleState,
): rule is Extract<RuleState, { status: 'waiting' | 'given' | 'overruled' | 'overridden' }> {
  const { status } = rule
  return ['waiting', 'given', 'overruled', 'overridden'].includes(status)
}

/** Whether a decision of this person stands here, or that they override the gate. */
function hasSpoken(state: GateRunState, person: string): boolean {
  return [...state.decisions, ...overridesOf(state)].some((one) => one.person === person)
}

function isNeeded(
  state: GateRunState,
  approval: ApprovalRule,
  rule: number,
  as: readonly number[],
): boolean {
  if (!approval.oneFromEach) return true
  const roles = approvalsOf(state, rule).map((one) => one.as)
  const groups = approval.by.length
  return countMatched([...roles, as], groups) > countMatched(roles, groups)
}

function approvalsOf(state: GateRunState, rule: number): readonly StandingDecision[] {
  return state.decisions.filter((one) => one.rule === rule && one.decision === 'approve')
}
