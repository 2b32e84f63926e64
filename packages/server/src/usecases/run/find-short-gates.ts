// Gates of a plan that nobody could pass: seen before the run waits there for ever.

import {
  findUnmeetable,
  rolesIn,
  type Actor,
  type ApprovalRule,
  type Decider,
  type Exclusion,
  type GatePlan,
  type RunPlan,
  type VoiceLack,
} from '@lockstep/domain'

import { readExcluded } from '../../planning/read-excluded.ts'
import type { Queryable } from '../../postgres/queryable.ts'
import { nameOf, readNames } from '../../postgres/read/names.ts'
import { APPROVERS_SHOWN_MAX, listApprovers } from '../../postgres/read/people.ts'
import { readVoices } from '../../postgres/read/voices.ts'

/** A gate whose approvals the people of today cannot give. */
export interface ShortGate {
  readonly stage: string
  readonly node: 'entry' | 'exit'
  readonly approvals: readonly ApprovalRule[]
  /** Who of those whom it names may approve. */
  readonly able: readonly string[]
  /** Who is named and may not, because of the part they have in this run. */
  readonly barred: readonly { readonly person: string; readonly why: Exclusion }[]
  /** Who is named, has no part in the run, and may not decide there, with what they lack. */
  readonly lacking: readonly { readonly person: string; readonly lack: VoiceLack }[]
  /** The project that the run belongs to. */
  readonly project: string
}

/** The gates of this plan that would wait in vain when this actor starts it, with names of people. */
export async function findShortGates(
  db: Queryable,
  plan: RunPlan,
  starter: Actor,
  /** The number of the project that the run belongs to. */
  project: number,
): Promise<readonly ShortGate[]> {
  const gates = plan.stages.flatMap(({ title, environment, entry, exit }) => {
    const spot = { project, environment: environment?.id ?? null }
    return [
      { stage: title, node: 'entry' as const, gate: entry, spot },
      { stage: title, node: 'exit' as const, gate: exit, spot },
    ]
  })
  const listed = await listApprovers(
    db,
    gates.flatMap(({ gate }) => approvalsOf(gate)),
  )
  // Among those who are not in the list may be whoever is looked for: nothing is said rather than something untrue.
  if (listed.length >= APPROVERS_SHOWN_MAX) return []
  const excluded = await readExcluded(db, plan, starter)
  const ids = listed.map(({ id }) => id)
  const names = await readNames(db, ids)
  const voices = await readVoices(db, ids)
  return gates.flatMap(({ gate, spot, ...where }): ShortGate[] => {
    const people = listed.map((person) => voices.at(spot, person))
    const isBarred = (id: string): boolean => !gate.allowSelfApproval && excluded.has(id)
    const isAble = ({ id, lack }: Decider): boolean => !isBarred(id) && lack === undefined
    const able = people.filter(isAble)
    const short = findUnmeetable(gate, able)
    if (short.length === 0) return []
    const approvals = approvalsOf({ rules: gate.rules.filter((_, index) => short.includes(index)) })
    const named = people.filter((person) =>
      approvals.some(({ by }) => rolesIn(by, person).length > 0),
    )
    return [
      {
        ...where,
        approvals,
        able: named.filter(isAble).map(({ id }) => nameOf(names, id)),
        barred: named.flatMap(({ id }) => {
          const why = isBarred(id) ? excluded.get(id) : undefined
          return why === undefined ? [] : [{ person: nameOf(names, id), why }]
        }),
        lacking: named.flatMap(({ id }) => {
          const lack = isBarred(id) ? undefined : people.find((one) => one.id === id)?.lack
          return lack === undefined ? [] : [{ person: nameOf(names, id), lack }]
        }),
        project: (plan.release ?? plan.pipeline).project,
      },
    ]
  })
}

function approvalsOf({ rules }: Pick<GatePlan, 'rules'>): readonly ApprovalRule[] {
  return rules.flatMap((rule) => (rule.kind === 'approval' ? [rule] : []))
}
