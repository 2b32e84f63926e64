// Approvals in words: whom one waits for, and how far it is.

import {
  approvalProgress,
  missingApprovers,
  type ApprovalRule,
  type ApproverRef,
  type GateRunState,
} from '@lockstep/domain'

/** Of whom an approval still waits, in words: `one of release-managers`, `qa-lead`, `one each of qa, embedded-leads`. */
export function presentMissing(state: GateRunState, rule: ApprovalRule, index: number): string {
  const { given, need } = approvalProgress(state, rule, index)
  if (rule.oneFromEach) {
    const missing = missingApprovers(state, rule, index)
    const open = rule.by.filter((_, at) => missing.includes(at))
    return oneOf(open.length > 0 ? open : rule.by, 'one each of')
  }
  const missing = Math.max(1, need - given)
  return oneOf(rule.by, missing === 1 ? 'one of' : `${missing} of`)
}

/** Whom an approval asks, whatever was decided: `one of qa, ops`, `2 of qa, ops`, `one each of qa, ops`, or `qa-lead`. */
export function presentAsked({ by, need, oneFromEach }: ApprovalRule): string {
  return oneOf(by, oneFromEach ? 'one each of' : need > 1 ? `${need} of` : 'one of')
}

/** `one of a, b`; of a single person the name alone. */
export function oneOf(approvers: readonly ApproverRef[], words = 'one of'): string {
  const [only] = approvers
  if (approvers.length === 1 && only !== undefined) {
    return only.kind === 'user' ? only.name : `${words.replace(' each', '')} ${only.name}`
  }
  return `${words} ${approvers.map(({ name }) => name).join(', ')}`
}
