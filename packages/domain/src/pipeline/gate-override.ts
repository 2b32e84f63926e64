// Break-glass: people who may override a gate stand in, together, for the approvals that it waits for. Its checks still have to hold.

import { earliest, HOUR_MS, type Instant } from '../kernel/instant.ts'
import type { GateOverride, GateRunState } from './gate-run-state.ts'

/** So many people together, each in a session of their own: nobody overrides a gate alone. */
export const OVERRIDES_NEEDED = 2
/** For so long each of them counts; a gate whose checks take longer is overridden anew. */
export const OVERRIDE_MS = HOUR_MS

type Overrides = Pick<GateRunState, 'overrides'>

/** Who overrides the gate now, the first first. */
export function overridesOf({ overrides }: Overrides): readonly GateOverride[] {
  return overrides ?? []
}

/** Whether enough people override it: what its approvals lack is not waited for. */
export function isOverridden(state: Overrides): boolean {
  return overridesOf(state).length >= OVERRIDES_NEEDED
}

/** When the first of them counts no more; undefined: nobody overrides the gate. */
export function overrideEndsAt(state: Overrides): Instant | undefined {
  return earliest(...overridesOf(state).map(({ at }) => at + OVERRIDE_MS))
}

/** The first approval that is waited for, by its index: an override is recorded under it. */
export function firstWaiting({ rules }: Pick<GateRunState, 'rules'>): number | undefined {
  const at = rules.findIndex((rule) => rule.status === 'waiting')
  return at === -1 ? undefined : at
}
