// Whether the approvals of a gate can be given at all, seen from before the run.

import { matchGroups } from './approval-matching.ts'
import { rolesIn } from './gate-approval.ts'
import type { Decider } from './gate-run-state.ts'
import type { GatePlan } from './run-plan.ts'

/**
 * The rules of a gate, by their index, that stay short of approvals even when all of these people approve, each of them once in the
 * gate as everywhere. Empty when the people are enough.
 */
export function findUnmeetable(
  { rules }: Pick<GatePlan, 'rules'>,
  people: readonly Decider[],
): readonly number[] {
  const slots = rules.flatMap((rule, index) => {
    if (rule.kind !== 'approval') return []
    return rule.oneFromEach
      ? rule.by.map((one) => ({ index, by: [one] }))
      : Array.from({ length: Math.max(1, rule.need) }, () => ({ index, by: rule.by }))
  })
  const canFill = people.map((person) =>
    [...slots.keys()].filter((slot) => rolesIn(slots[slot]?.by ?? [], person).length > 0),
  )
  const filled = matchGroups(canFill, slots.length)
  const short = slots.filter((_, slot) => filled[slot] === undefined)
  return [...new Set(short.map(({ index }) => index))]
}
