// The fact sheet of a gate: everything that a message about it says, in words and in the order in which it is said.

import {
  approvalProgress,
  asLater,
  decidableRules,
  missingApprovers,
  OVERRIDES_NEEDED,
  overrideEndsAt,
  overridesOf,
  rolesIn,
  uuidOf,
  type ApprovalRule,
  type Decider,
  type GateRunState,
} from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'
import { behind, readGateView, spotOf, type GateView, type RecordedDecision } from './gate-view.ts'
import { nameOf } from './names.ts'
import type { GateSpot } from './voices.ts'

/** A check as people read it. `later`: it is asked when what stands before it is settled. */
export interface SheetCheck {
  readonly name: string
  readonly state: 'ok' | 'checking' | 'failed' | 'later'
  readonly evidence: string
}

/** A decision that stands, or a group or person whom the gate still waits for. */
export interface SheetApproval {
  readonly state: 'approved' | 'rejected' | 'waiting' | 'later'
  /** For which group or as which person. */
  readonly name: string
  readonly by: string | null
  readonly at: number | null
  readonly comment: string
}

/** A gate in words. The same facts feed mail and chat. */
export interface GateSheet {
  readonly id: string
  /** `connected-car-2.0/7/staging.exit` */
  readonly address: string
  readonly project: string
  /** `Connected Car 2.0` */
  readonly of: string
  /** `Staging exit` */
  readonly gate: string
  readonly run: number
  readonly status: GateRunState['status']
  /** When it passed or was rejected; null until then. */
  readonly decidedAt: number | null
  /** Why it was rejected; empty otherwise. */
  readonly reason: string
  /** What it lets through; `from` is what runs now behind the gate. */
  readonly brings: readonly {
    readonly application: string
    readonly from: string | null
    readonly to: string | null
    /** Where to, such as `9 machines`. */
    readonly note: string
  }[]
  /** The stage behind it; null: what passes is finished. */
  readonly next: string | null
  readonly checks: readonly SheetCheck[]
  readonly approvals: readonly SheetApproval[]
  readonly approvalsGiven: number
  readonly approvalsNeeded: number
  /** Who overrides it, the first first, and why; as many as `overridesNeeded` make its approvals not waited for. */
  readonly overrides: readonly { readonly by: string; readonly reason: string }[]
  readonly overridesNeeded: number
  /** When the first of them counts no more; null: nobody does. */
  readonly overrideUntil: number | null
  /** `one of release-managers`; null when no approval is missing. */
  readonly waitsFor: string | null
  /** When the first approval expires; null: nothing waits. */
  readonly until: number | null
  readonly covers: string | null
  /** Everybody who can decide, now or when an hour after a new password has passed, with the groups for which they would. */
  readonly deciders: readonly { readonly id: string; readonly as: readonly string[] }[]
  /** Everybody whom its approvals name. */
  readonly named: readonly string[]
  /** Where the roles count that let somebody pass it, or override it. */
  readonly spot: GateSpot
}

/** The sheet of a gate as it stands; undefined when there is no such gate. */
export async function readGateSheet(db: Queryable, id: string): Promise<GateSheet | undefined> {
  const view = await readGateView(db, id)
  if (view === undefined) return undefined
  const environment = behind(view.plan, view.gate)?.environment?.id
  const machines =
    environment === undefined ? new Map<string, number>() : await countMachines(db, environment)
  return sheetOf(view, machines)
}

function sheetOf(view: GateView, machines: ReadonlyMap<string, number>): GateSheet {
  const { gate, plan, stage, run, names } = view
  const { state } = gate
  const progress = approvalRules(view).map(([index, rule]) => approvalProgress(state, rule, index))
  const missing = missingNames(view)
  const ends = state.rules.flatMap((rule) =>
    rule.status === 'waiting' || rule.status === 'given' ? [rule.until] : [],
  )
  return {
    id: view.id,
    address: `${run.address}/${stage.name}.${state.node}`,
    project: run.project,
    of: plan.release?.title ?? plan.pipeline.title,
    gate: `${stage.title} ${state.node}`,
    run: run.number,
    status: state.status,
    decidedAt: gate.finishedAt?.getTime() ?? null,
    reason: state.reason,
    brings: view.brings.map((one) => ({ ...one, note: noteOf(machines.get(one.application)) })),
    next: behind(plan, gate)?.title ?? null,
    checks: checksOf(view),
    approvals: approvalsOf(view),
    approvalsGiven: progress.reduce((sum, { given, need }) => sum + Math.min(given, need), 0),
    approvalsNeeded: progress.reduce((sum, { need }) => sum + need, 0),
    overrides: overridesOf(state).map((one) => ({
      by: nameOf(names, one.person),
      reason: findRecorded(view, one.person, 'override')?.comment ?? '',
    })),
    overridesNeeded: OVERRIDES_NEEDED,
    overrideUntil: overrideEndsAt(state) ?? null,
    waitsFor: missing.length === 0 ? null : `one of ${missing.join(' and one of ')}`,
    until: ends.length === 0 ? null : Math.min(...ends),
    covers: state.covers,
    deciders: view.people.flatMap((person) => {
      const rules = decidableRules(state, plan, asLater(person))
      return rules.length === 0 ? [] : [{ id: person.id, as: rolesOf(view, person, rules) }]
    }),
    named: view.people.map(({ id }) => id),
    spot: spotOf(gate, plan),
  }
}

function checksOf({ stage, gate }: GateView): readonly SheetCheck[] {
  const { state } = gate
  return stage[state.node].rules.flatMap((rule, index) => {
    if (rule.kind !== 'check') return []
    const standing = state.rules[index]
    const evidence = standing !== undefined && 'evidence' in standing ? standing.evidence : ''
    return [{ name: rule.name, state: checkState(state, index), evidence }]
  })
}

function checkState(state: GateRunState, index: number): SheetCheck['state'] {
  const status = state.rules[index]?.status
  if (status === 'holds') return 'ok'
  if (status === 'asked' || status === 'resting') {
    return state.status === 'rejected' ? 'failed' : 'checking'
  }
  return 'later'
}

/** Decisions first, then who is still missing, rule by rule. */
function approvalsOf(view: GateView): readonly SheetApproval[] {
  const { gate, names } = view
  return approvalRules(view).flatMap(([index, rule]) => {
    const given = gate.state.decisions
      .filter((decision) => decision.rule === index)
      .map(({ person, decision, as }): SheetApproval => {
        const recorded = findRecorded(view, person, decision)
        return {
          state: decision === 'approve' ? 'approved' : 'rejected',
          name: as.map((at) => rule.by[at]?.name ?? '').join(', '),
          by: nameOf(names, person),
          at: recorded?.at.getTime() ?? null,
          comment: recorded?.comment ?? '',
        }
      })
    const isAsked = gate.state.rules[index]?.status === 'waiting'
    const missing = missingOf(gate.state, rule, index).map((name): SheetApproval => ({
      state: isAsked ? 'waiting' : 'later',
      name,
      by: null,
      at: null,
      comment: '',
    }))
    return [...given, ...missing]
  })
}

/** What was recorded when this person said so last. */
function findRecorded(
  { history }: GateView,
  person: string,
  decision: RecordedDecision['decision'],
): RecordedDecision | undefined {
  return history.find((one) => one.person === person && one.decision === decision)
}

function approvalRules({
  stage,
  gate,
}: GateView): readonly (readonly [index: number, rule: ApprovalRule])[] {
  return stage[gate.state.node].rules.flatMap((rule, index) =>
    rule.kind === 'approval' ? [[index, rule] as const] : [],
  )
}

/** Whom the gate waits for now: one text for each approval that is asked and missing. */
function missingNames(view: GateView): readonly string[] {
  const { state } = view.gate
  const waiting = approvalRules(view).filter(([index]) => state.rules[index]?.status === 'waiting')
  return [
    ...new Set(
      waiting.flatMap(([index, rule]) => {
        const missing = missingOf(state, rule, index)
        return rule.oneFromEach || missing.length === 0 ? missing : [missing.join(', ')]
      }),
    ),
  ]
}

function missingOf(state: GateRunState, rule: ApprovalRule, index: number): readonly string[] {
  return missingApprovers(state, rule, index).map((at) => rule.by[at]?.name ?? '')
}

function rolesOf(view: GateView, person: Decider, rules: readonly number[]): readonly string[] {
  const named = approvalRules(view)
    .filter(([index]) => rules.includes(index))
    .flatMap(([, rule]) => rolesIn(rule.by, person).map((at) => rule.by[at]))
  return [...new Set(named.flatMap((ref) => (ref?.kind === 'group' ? [ref.name] : [])))]
}

function noteOf(machines: number | undefined): string {
  if (machines === undefined) return ''
  return machines === 1 ? '1 machine' : `${machines} machines`
}

/** On how many machines of an environment each application runs, by its name. */
async function countMachines(
  db: Queryable,
  environment: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await listRows<{ application: string; machines: number }>(
    db,
    `SELECT application, count(DISTINCT resource)::int AS machines FROM inventory
     WHERE environment_id = $1 AND runs IS NOT NULL GROUP BY application`,
    [uuidOf(environment)],
  )
  return new Map(rows.map(({ application, machines }) => [application, machines]))
}
