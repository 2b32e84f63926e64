// Rules of a gate as written → rules of a plan: flat, with what must hold before each.

import type { ApproverRef, CheckPlan, GatePlan, RulePlan } from '@lockstep/domain'

import { parseDuration, parseShare } from '../check/schema/duration.ts'
import { type ApproverDefinition } from '../check/schema/reference.ts'
import {
  type ApprovalDefinition,
  type CheckDefinition,
  type RuleDefinition,
} from '../check/schema/rule.ts'
import { fullName, type RunFacts } from './facts.ts'
import { durationOf, type ParameterValues } from './parameters.ts'
import type { Refusals } from './refusals.ts'

/** What planning a gate, a check or an approver needs. */
export interface GateContext {
  readonly facts: RunFacts
  readonly project: string
  readonly parameters: ParameterValues
  readonly refusals: Refusals
  readonly where: string
}

/** The gate that these rules make. Judged in order; a group of rules shares what must hold before it. */
export function planGate(
  rules: readonly RuleDefinition[],
  allowSelfApproval: boolean,
  context: GateContext,
): GatePlan {
  const planned: RulePlan[] = []
  planRules(rules, [], planned, context)
  return { rules: planned, allowSelfApproval }
}

/** Appends the rules in a chain and answers with the indexes that have to hold before whatever comes next. */
function planRules(
  rules: readonly RuleDefinition[],
  before: readonly number[],
  planned: RulePlan[],
  context: GateContext,
): readonly number[] {
  let after = before
  for (const rule of rules) {
    if (rule.kind === 'side_by_side') {
      after = rule.rules.flatMap((member) => planRules([member], after, planned, context))
    } else {
      planned.push(planRule(rule, after, context))
      after = [planned.length - 1]
    }
  }
  return after
}

function planRule(
  rule: Exclude<RuleDefinition, { kind: 'side_by_side' }>,
  after: readonly number[],
  context: GateContext,
): RulePlan {
  if (rule.kind === 'approval') return planApproval(rule, after, context)
  return { name: rule.name, after, kind: 'check', ...planCheck(rule, context) }
}

function planApproval(
  rule: ApprovalDefinition,
  after: readonly number[],
  context: GateContext,
): RulePlan {
  const oneFromEach = rule.oneFromEach.length > 0
  const by = (oneFromEach ? rule.oneFromEach : rule.by).flatMap((approver) =>
    planApprover(approver, context, rule.name),
  )
  const need = oneFromEach ? by.length : rule.need
  refuseQuorum(by, need, rule.name, context)
  return {
    name: rule.name,
    after,
    kind: 'approval',
    by,
    need,
    oneFromEach,
    expiresMs: parseDuration(rule.expires),
    onReject: rule.onReject,
  }
}

/** The person or group, or nothing and a refusal when there is none of that name. */
export function planApprover(
  approver: ApproverDefinition,
  context: GateContext,
  name: string,
): readonly ApproverRef[] {
  const found =
    'group' in approver
      ? context.facts.groups.get(approver.group)
      : context.facts.users.get(approver.user)
  const [kind, wanted] =
    'group' in approver ? (['group', approver.group] as const) : (['user', approver.user] as const)
  if (found === undefined) {
    context.refusals.add(
      'unknown_name',
      `${context.where} › ${name}`,
      `There is no ${kind} "${wanted}".`,
    )
    return []
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the kind was looked up in its own map
  return [{ kind, id: found.id, name: wanted } as ApproverRef]
}

function refuseQuorum(
  by: readonly ApproverRef[],
  need: number,
  name: string,
  context: GateContext,
): void {
  let people = 0
  for (const approver of by) {
    people += approver.kind === 'user' ? 1 : (context.facts.groups.get(approver.name)?.members ?? 0)
  }
  if (by.length === 0 || people >= need) return
  context.refusals.add(
    'too_few_approvers',
    `${context.where} › ${name}`,
    `"${name}" needs ${need} people, and there are ${people} among ${by.map((one) => one.name).join(', ')}. Nobody could pass this gate.`,
  )
}

/** How a check is asked: what, until when, how often. Checks whose answer cannot change any more are asked once. */
export function planCheck(
  rule: CheckDefinition,
  context: GateContext,
): { readonly check: CheckPlan; readonly withinMs: number | null; readonly everyMs: number } {
  switch (rule.kind) {
    case 'all_tasks_passed':
      return once({ kind: 'all_tasks_passed' })
    case 'tests':
      return once({
        kind: 'tests',
        passRatePercent: rule.passRate === undefined ? null : parseShare(rule.passRate),
        noNewFailures: rule.noNewFailures,
        suite: rule.suite ?? null,
      })
    case 'signed':
      return once({ kind: 'signed', sbom: rule.sbom })
    case 'compatible':
      return polled({ kind: 'compatible' }, rule)
    case 'healthy':
      return polled({ kind: 'healthy' }, rule)
    case 'fleet_verified':
      context.refusals.add(
        'no_fleet',
        `${context.where} › ${rule.name}`,
        `"${rule.name}" counts devices of a fleet, and no environment of this server has a fleet. Use healthy() for hosts.`,
      )
      return once({ kind: 'healthy' })
    case 'metric':
      return polled(
        {
          kind: 'metric',
          source:
            rule.promql === undefined
              ? { kind: 'json', url: rule.json ?? '', field: rule.field ?? '' }
              : { kind: 'promql', query: rule.promql },
          limit: rule.below === undefined ? { above: rule.above ?? 0 } : { below: rule.below },
          forMs: rule.for === undefined ? 0 : durationOf(rule.for, context.parameters),
        },
        rule,
      )
    case 'http':
      return polled({ kind: 'http', url: rule.url, status: rule.status }, rule)
    case 'in_window':
      return polled({ kind: 'in_window', window: rule.window }, rule)
    case 'passed': {
      const [project = '', pipeline = ''] = fullName(rule.pipeline, context.project).split('/')
      return polled({ kind: 'passed', project, pipeline }, rule)
    }
    case 'that':
      return polled({ kind: 'condition', cel: rule.condition.cel }, rule)
  }
}

function once(check: CheckPlan): {
  readonly check: CheckPlan
  readonly withinMs: number
  readonly everyMs: number
} {
  return { check, withinMs: 0, everyMs: 1_000 }
}

function polled(
  check: CheckPlan,
  poll: { readonly within?: string | undefined; readonly every: string },
): { readonly check: CheckPlan; readonly withinMs: number | null; readonly everyMs: number } {
  return {
    check,
    withinMs: poll.within === undefined ? null : parseDuration(poll.within),
    everyMs: parseDuration(poll.every),
  }
}
