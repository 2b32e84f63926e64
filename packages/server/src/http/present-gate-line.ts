// A gate of a run in a line, and whom it waits for.

import type { GateSummary, RULE_STATES, WaitsFor } from '@lockstep/contract'
import {
  approvalProgress,
  gateRunMachine,
  idOf,
  missingApprovers,
  uuidOf,
  type ApprovalRule,
  type GatePlan,
  type GateRunState,
  type GateSlot,
  type RulePlan,
  type StagePlan,
} from '@lockstep/domain'
import type * as z from 'zod/mini'

import { nameOf, type Names } from '../postgres/read/names.ts'
import type { Part } from '../postgres/read/part-rows.ts'
import { presentMissing } from './approval-words.ts'
import { timestampOf } from './present.ts'

type View<Schema extends z.core.$ZodType> = z.output<Schema>
type RuleState = (typeof RULE_STATES)[number]

/**
 * Where a rule is, as people read it: a check that was the reason of a rejection has failed, and what was not decided when the
 * gate ended never will be.
 */
export function ruleState(state: GateRunState, index: number): RuleState {
  const rule = state.rules[index]
  const isRejectedGate = state.status === 'rejected'
  switch (rule?.status) {
    case undefined:
    case 'pending':
      return 'pending'
    case 'asked':
    case 'resting':
      if (isRejectedGate) return 'failed'
      return isOver(state) ? 'pending' : 'checking'
    case 'holds':
      return 'holds'
    case 'waiting':
      if (isRejected(state, index)) return 'rejected'
      return isOver(state) ? 'pending' : 'waiting'
    case 'given':
      return isRejected(state, index) ? 'rejected' : 'given'
    case 'overruled':
      return isRejectedGate ? 'rejected' : 'overruled'
    case 'overridden':
      return isRejected(state, index) ? 'rejected' : 'overridden'
  }
}

function isOver(state: GateRunState): boolean {
  return gateRunMachine.isTerminal(state)
}

/** Who holds the gate, and why; nobody any more when it has ended. */
export function holdOf(state: GateRunState): GateRunState['held'] {
  return isOver(state) ? null : state.held
}

function isRejected(state: GateRunState, index: number): boolean {
  return state.decisions.some((one) => one.rule === index && one.decision === 'reject')
}

/** What a check has seen, or how many approvals of how many there are. */
export function ruleEvidence(state: GateRunState, rule: RulePlan, index: number): string {
  const standing = state.rules[index]
  if (rule.kind === 'check') {
    return standing !== undefined && 'evidence' in standing ? standing.evidence : ''
  }
  const { given, need } = approvalProgress(state, rule, index)
  return `${given} of ${need}`
}

/** When the decisions of an approval expire; null for checks, for what has not been asked, and when the gate has ended. */
export function ruleUntil(state: GateRunState, index: number): string | null {
  const rule = state.rules[index]
  return rule !== undefined && 'until' in rule && !isOver(state) ? timestampOf(rule.until) : null
}

/** The gate of a stage in a run; `part` is the instance that counts, if there is one. */
export function presentGateLine(
  stage: StagePlan,
  node: 'entry' | 'exit',
  at: {
    readonly slot: GateSlot | undefined
    readonly part: Part<'gate_run'> | undefined
    readonly address: string
    readonly names: Names
  },
): View<typeof GateSummary> {
  const plan = stage[node]
  const { slot, part, address, names } = at
  const state = part?.state
  const checks = plan.rules.flatMap((rule, index) => (rule.kind === 'check' ? [index] : []))
  const approvals = plan.rules.flatMap((rule, index) =>
    rule.kind === 'approval' ? [progressOf(rule, index, state)] : [],
  )
  return {
    id: part === undefined ? null : idOf('gat', uuidOf(part.id)),
    address,
    state: gateState(slot, state),
    instance: part?.attempt ?? slot?.instance ?? 0,
    checks: checks.length,
    checksHold: checks.filter((index) => state?.rules[index]?.status === 'holds').length,
    approvals: approvals.reduce((sum, { need }) => sum + need, 0),
    approvalsGiven: approvals.reduce((sum, { given }) => sum + given, 0),
    rules: plan.rules.map((rule, index) => presentRule(plan, rule, index, state, names)),
    since: state === undefined ? null : timestampOf(sinceOf(state, part?.finishedAt ?? null)),
    reason: reasonOf(slot, state, names),
  }
}

/** How many people or groups have approved, of how many; who is overruled is not asked any more. */
function progressOf(
  rule: ApprovalRule,
  index: number,
  state: GateRunState | undefined,
): { readonly given: number; readonly need: number } {
  if (state === undefined) {
    return { given: 0, need: rule.oneFromEach ? rule.by.length : Math.max(1, rule.need) }
  }
  const { given, need } = approvalProgress(state, rule, index)
  const isOver = state.rules[index]?.status === 'overruled'
  return { given: isOver ? need : Math.min(given, need), need }
}

function presentRule(
  _gate: GatePlan,
  rule: RulePlan,
  index: number,
  state: GateRunState | undefined,
  names: Names,
): View<typeof GateSummary>['rules'][number] {
  const decided = state?.decisions.filter((one) => one.rule === index) ?? []
  return {
    name: rule.name,
    kind: rule.kind,
    state: state === undefined ? 'pending' : ruleState(state, index),
    evidence: state === undefined ? '' : ruleEvidence(state, rule, index),
    by: rule.kind === 'approval' ? rule.by.map(({ name }) => name) : [],
    decided: decided.map(({ person }) => nameOf(names, person)),
    missing:
      rule.kind === 'approval' && state !== undefined
        ? missingApprovers(state, rule, index).map((at) => rule.by[at]?.name ?? '')
        : [],
    until: state === undefined ? null : ruleUntil(state, index),
  }
}

/** How the gate stands: what its instance says, or what the stage remembers of one that was kept. */
export function gateState(
  slot: GateSlot | undefined,
  state: GateRunState | undefined,
): View<typeof GateSummary>['state'] {
  if (slot === undefined || slot.status === 'not_reached') return 'not_reached'
  if (state !== undefined) return holdOf(state) === null ? state.status : 'waiting'
  return slot.status === 'judging' ? 'checking' : slot.status
}

function sinceOf(state: GateRunState, finishedAt: Date | null): number {
  if (finishedAt !== null) return finishedAt.getTime()
  const waiting = state.rules.flatMap((rule) => (rule.status === 'waiting' ? [rule.since] : []))
  return holdOf(state)?.at ?? (waiting.length > 0 ? Math.min(...waiting) : state.createdAt)
}

function reasonOf(
  slot: GateSlot | undefined,
  state: GateRunState | undefined,
  names: Names,
): string | null {
  if (state === undefined) {
    return slot?.status === 'passed' ? 'kept from before the restart' : null
  }
  const held = holdOf(state)
  if (held !== null) return `on hold by ${nameOf(names, held.by)}: ${held.reason}`
  return state.reason === '' ? null : state.reason
}

/** Whom and what a gate waits for now, the most urgent first. */
export function gateWaits(
  stage: StagePlan,
  node: 'entry' | 'exit',
  state: GateRunState,
  names: Names,
): readonly View<typeof WaitsFor>[] {
  const title = `${stage.title} ${node}`
  // Also a rejected gate waits for nobody: the stage does, until it is judged again or the run is aborted.
  if (isOver(state)) return []
  if (state.held !== null) {
    const { by, at, reason } = state.held
    const what = `${title} is on hold by ${nameOf(names, by)}: ${reason}`
    return [{ on: 'person', what, since: timestampOf(at), until: null }]
  }
  const people: View<typeof WaitsFor>[] = []
  const checks: View<typeof WaitsFor>[] = []
  for (const [index, rule] of stage[node].rules.entries()) {
    const standing = state.rules[index]
    if (rule.kind === 'approval' && standing?.status === 'waiting') {
      people.push({
        on: 'person',
        what: `${title}: ${presentMissing(state, rule, index)}`,
        since: timestampOf(standing.since),
        until: timestampOf(standing.until),
      })
    } else if (standing?.status === 'asked' || standing?.status === 'resting') {
      const evidence = standing.evidence === '' ? '' : ` (${standing.evidence})`
      checks.push({
        on: 'check',
        what: `${title}: ${rule.name}${evidence}`,
        since: timestampOf(standing.began),
        until:
          rule.kind === 'check' && rule.withinMs !== null
            ? timestampOf(standing.began + rule.withinMs)
            : null,
      })
    }
  }
  return [...people, ...checks]
}
