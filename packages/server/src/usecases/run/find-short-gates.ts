// Gates of a plan that nobody could pass: seen before the run waits there for ever.

import {
  findUnmeetable,
  rolesIn,
  type Actor,
  type ApprovalRule,
  type Exclusion,
  type GatePlan,
  type RunPlan,
} from '@lockstep/domain'

import { readExcluded } from '../../planning/read-excluded.ts'
import type { Queryable } from '../../postgres/queryable.ts'
import { nameOf, readNames } from '../../postgres/read/names.ts'
import { listApprovers } from '../../postgres/read/people.ts'

/** A gate whose approvals the people of today cannot give. */
export interface ShortGate {
  readonly stage: string
  readonly node: 'entry' | 'exit'
  readonly approvals: readonly ApprovalRule[]
  /** Who of those whom it names may approve. */
  readonly able: readonly string[]
  /** Who is named and may not, because of the part they have in this run. */
  readonly barred: readonly { readonly person: string; readonly why: Exclusion }[]
}

/** The gates of this plan that would wait in vain when this actor starts it, with names of people. */
export async function findShortGates(
  db: Queryable,
  plan: RunPlan,
  starter: Actor,
): Promise<readonly ShortGate[]> {
  const gates = plan.stages.flatMap(({ title, entry, exit }) => [
    { stage: title, node: 'entry' as const, gate: entry },
    { stage: title, node: 'exit' as const, gate: exit },
  ])
  const people = await listApprovers(
    db,
    gates.flatMap(({ gate }) => approvalsOf(gate)),
  )
  const excluded = await readExcluded(db, plan, starter)
  const names = await readNames(
    db,
    people.map(({ id }) => id),
  )
  return gates.flatMap(({ gate, ...where }): ShortGate[] => {
    const isBarred = (id: string): boolean => !gate.allowSelfApproval && excluded.has(id)
    const able = people.filter(({ id }) => !isBarred(id))
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
        able: named.filter(({ id }) => !isBarred(id)).map(({ id }) => nameOf(names, id)),
        barred: named.flatMap(({ id }) => {
          const why = isBarred(id) ? excluded.get(id) : undefined
          return why === undefined ? [] : [{ person: nameOf(names, id), why }]
        }),
      },
    ]
  })
}

function approvalsOf({ rules }: Pick<GatePlan, 'rules'>): readonly ApprovalRule[] {
  return rules.flatMap((rule) => (rule.kind === 'approval' ? [rule] : []))
}
