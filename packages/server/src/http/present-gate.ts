// A gate as people see it who decide about it: what it lets through, its checks, its approvals, and what they may do.

import type { Gate, PROBLEMS } from '@lockstep/contract'
import {
  approvalProgress,
  asLater,
  canDecide,
  canHold,
  canOverride,
  canWithdraw,
  decidableRules,
  missingApprovers,
  OVERRIDES_NEEDED,
  overrideEndsAt,
  overridesOf,
  rolesIn,
  whySettled,
  type ApprovalRule,
  type Decider,
  type GateRunRefusal,
} from '@lockstep/domain'
import type * as z from 'zod/mini'

import { presentAsked } from './approval-words.ts'
import { behind, type GateView } from '../postgres/read/gate-view.ts'
import { nameOf } from '../postgres/read/names.ts'
import { findRule } from '../usecases/gate/decide-gate.ts'
import {
  gateState,
  gateWaits,
  holdOf,
  ruleEvidence,
  ruleState,
  ruleUntil,
} from './present-gate-line.ts'
import { timestampOf } from './present.ts'

type View<Schema extends z.core.$ZodType> = z.output<Schema>

/** Whoever looks, as one who may decide at the gate, or override it. */
export interface GateCaller extends Decider {
  readonly mayOverride: boolean
}

/** The gate as `caller` sees it; null: nobody who could decide. */
export function presentGate(view: GateView, caller: GateCaller | null): View<typeof Gate> {
  const { gate, run, plan, stage, names } = view
  const { state } = gate
  const waits = gateWaits(stage, state.node, state, names)
  const held = holdOf(state)
  const next = behind(plan, gate)
  return {
    id: state.id as View<typeof Gate>['id'],
    address: `${run.address}/${stage.name}.${state.node}`,
    project: run.project,
    run: run.id,
    runAddress: run.address,
    title: titleOf(view),
    stage: stage.title,
    node: state.node,
    instance: gate.attempt,
    state: gateState({ status: 'judging', instance: gate.attempt }, state),
    since: waits[0]?.since ?? timestampOf((gate.finishedAt ?? gate.createdAt).getTime()),
    until: earliestOf(waits.map(({ until }) => until)),
    brings: view.brings.map((brings) => ({ ...brings })),
    next: next?.title ?? null,
    checks: stage[state.node].rules.flatMap((rule, index) =>
      rule.kind === 'check'
        ? [
            {
              name: rule.name,
              state: ruleState(state, index),
              evidence: ruleEvidence(state, rule, index),
            },
          ]
        : [],
    ),
    approvals: stage[state.node].rules.flatMap((rule, index) =>
      rule.kind === 'approval' ? [presentApproval(view, rule, index)] : [],
    ),
    // Whom no approval names is excluded all the same; here they would only puzzle.
    excluded: state.excluded
      .filter(({ person }) => view.people.some(({ id }) => id === person))
      .map(({ person, why }) => ({ person: nameOf(names, person), why })),
    override: presentOverride(view),
    held:
      held === null
        ? null
        : { by: nameOf(names, held.by), at: timestampOf(held.at), reason: held.reason },
    reason: state.reason,
    covers: state.covers,
    history: view.history.map(({ rule, person, decision, comment, at }) => ({
      rule,
      person: nameOf(names, person),
      decision,
      comment,
      at: timestampOf(at.getTime()),
    })),
    can: canOf(view, caller),
    version: gate.version,
  }
}

/** `Staging exit gate of Connected Car 2.0, run 7`. */
export function titleOf({ stage, gate, plan, run }: GateView): string {
  const what = plan.release?.title ?? plan.pipeline.title
  return `${stage.title} ${gate.state.node} gate of ${what}, run ${run.number}`
}

function presentApproval(
  { gate, stage, plan, people, history, names }: GateView,
  rule: ApprovalRule,
  index: number,
): View<typeof Gate>['approvals'][number] {
  const { state } = gate
  const { given, need } = approvalProgress(state, rule, index)
  const standing = state.decisions.filter((one) => one.rule === index)
  const mayDecide = people.filter((person) => canDecide(state, plan, index, asLater(person)).ok)
  return {
    rule: index,
    name: rule.name === '' ? stage.title : rule.name,
    state: ruleState(state, index),
    given,
    need,
    of: rule.by.map(({ name }) => name),
    asks: presentAsked(rule),
    oneFromEach: rule.oneFromEach,
    until: ruleUntil(state, index),
    decisions: standing.map(({ person, decision, self, as }) => {
      const recorded = history.find(
        (one) => one.rule === index && one.person === person && one.decision === decision,
      )
      return {
        person: nameOf(names, person),
        decision,
        comment: recorded?.comment ?? '',
        at: timestampOf((recorded?.at ?? gate.createdAt).getTime()),
        self: self ?? null,
        for: as.map((at) => rule.by[at]?.name ?? ''),
      }
    }),
    missing: missingApprovers(state, rule, index).map((at) => ({
      name: rule.by[at]?.name ?? '',
      people: mayDecide
        .filter((person) => rolesIn(rule.by, person).includes(at))
        .map(({ id }) => nameOf(names, id)),
    })),
    waitsFor: mayDecide.map(({ id }) => nameOf(names, id)),
  }
}

/** Who overrides the gate; null: nobody. */
function presentOverride({ gate, history, names }: GateView): View<typeof Gate>['override'] {
  const { state } = gate
  const standing = overridesOf(state)
  if (standing.length === 0) return null
  const until = whySettled(state) === undefined ? overrideEndsAt(state) : undefined
  return {
    by: standing.map(({ person, at }) => ({
      person: nameOf(names, person),
      reason:
        history.find((one) => one.person === person && one.decision === 'override')?.comment ?? '',
      at: timestampOf(at),
    })),
    need: OVERRIDES_NEEDED,
    until: until === undefined ? null : timestampOf(until),
  }
}

function earliestOf(moments: readonly (string | null)[]): string | null {
  return moments.filter((moment) => moment !== null).toSorted()[0] ?? null
}

// ── what the caller may do ───────────────────────────────────────────────────────────────────

function canOf({ gate, plan }: GateView, caller: GateCaller | null): View<typeof Gate>['can'] {
  const { state } = gate
  if (caller === null) {
    const none = { approve: false, reject: false, withdraw: false, hold: false, override: false }
    return { ...none, why: 'person_required' satisfies Problem }
  }
  const may = findRule({ state, plan }, caller, 'approve')
  return {
    approve: may.ok,
    reject: decidableRules(state, plan, caller, 'reject').length > 0,
    withdraw: canWithdraw(state, caller.id).ok,
    hold: canHold(state, plan, caller).ok,
    override: caller.mayOverride && canOverride(state, plan, caller).ok,
    why: may.ok ? null : problemOf(may.refusal),
  }
}

type Problem = keyof typeof PROBLEMS

/** The problem with which the decision would be refused. */
function problemOf(refusal: GateRunRefusal): Problem {
  return EXCLUDED.get(refusal) ?? 'gate_not_waiting'
}

const EXCLUDED: ReadonlyMap<GateRunRefusal, Problem> = new Map([
  ['not_an_approver', 'not_an_approver'],
  ['approver_role_missing', 'approver_role_missing'],
  ['password_new', 'password_new'],
  ['already_decided', 'already_decided'],
  ['excluded_starter', 'starter_cannot_approve'],
  ['excluded_editor', 'editor_cannot_approve'],
  ['excluded_token_owner', 'owner_of_token_cannot_approve'],
])
