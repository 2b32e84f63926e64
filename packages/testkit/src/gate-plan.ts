import type { GatePlan, GroupId, RulePlan, RunPlan, UserId } from '@lockstep/domain'

import { runPlan, stagePlan } from './plans.ts'

const ROOM = '01KA7Z4V00000000000000'

/** A group's id, from a number of at most four digits. */
export function groupId(number: number): GroupId {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- built in the form that an id has
  return `grp_${ROOM}${String(number).padStart(4, '0')}` as GroupId
}

/** A person's id, from a number of at most four digits. */
export function userId(number: number): UserId {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- built in the form that an id has
  return `usr_${ROOM}${String(number).padStart(4, '0')}` as UserId
}

/** A check rule: an HTTP check, polled every ten seconds for as long as it takes, unless told otherwise. */
export function checkRule(
  settings: Partial<Extract<RulePlan, { kind: 'check' }>> = {},
): Extract<RulePlan, { kind: 'check' }> {
  return {
    name: 'Answers',
    after: [],
    kind: 'check',
    check: { kind: 'http', url: 'http://edge.example.test/healthz', status: 200 },
    withinMs: null,
    everyMs: 10_000,
    ...settings,
  }
}

/** An approval rule: one person of group 1 within an hour, unless told otherwise. */
export function approvalRule(
  settings: Partial<Extract<RulePlan, { kind: 'approval' }>> = {},
): Extract<RulePlan, { kind: 'approval' }> {
  return {
    name: 'Ready',
    after: [],
    kind: 'approval',
    by: [{ kind: 'group', id: groupId(1), name: 'qa' }],
    need: 1,
    oneFromEach: false,
    expiresMs: 3_600_000,
    onReject: 'wait',
    ...settings,
  }
}

/** A run plan of one stage, with these rules in its entry gate. */
export function planWithEntryGate(
  rules: readonly RulePlan[],
  settings: Partial<GatePlan> = {},
): RunPlan {
  return runPlan([
    stagePlan('staging', { entry: { rules, allowSelfApproval: false, ...settings } }),
  ])
}
