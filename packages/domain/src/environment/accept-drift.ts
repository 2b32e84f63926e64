// Drift that a person accepts: what runs is what is wanted from now on.

import type { EnvironmentId } from '../kernel/id.ts'
import type { Digest } from '../process/process-plan.ts'
import { refuse } from '../kernel/transition.ts'
import { isDrifted, type InventoryRow } from './inventory.ts'

export const ACCEPT_REFUSALS = [
  'never_here',
  'being_changed',
  'contact_lost',
  'runs_other',
  'no_drift',
] as const
export type AcceptRefusal = (typeof ACCEPT_REFUSALS)[number]

/**
 * The row after a person has seen what runs and accepts it. Only exactly those bits are accepted, and not while a run
 * changes the place: it would want something else a moment later. What runs, since when, and what is verified stay.
 */
export function acceptDrift(
  row: InventoryRow | undefined,
  seen: { readonly digest: Digest | null; readonly isBeingChanged: boolean },
):
  | { readonly ok: true; readonly row: InventoryRow }
  | { readonly ok: false; readonly refusal: AcceptRefusal } {
  if (row === undefined) return refuse('never_here')
  if (seen.isBeingChanged) return refuse('being_changed')
  if (row.unknown) return refuse('contact_lost')
  if ((row.reported?.digest ?? null) !== seen.digest) return refuse('runs_other')
  if (!isDrifted(row)) return refuse('no_drift')
  return { ok: true, row: { ...row, wanted: row.reported } }
}

/** A place as people are shown it. */
interface ShownPlace {
  readonly environment: EnvironmentId
  readonly application: string
  readonly component: string
  readonly resource: string
  /** What puts it back; null: nothing does. */
  readonly putBack: object | null
}

/**
 * The other places that nothing puts back any more once this one is accepted: a deployment brings one snapshot to every
 * resource of an application, and would undo what was accepted.
 */
export function listLeftDrifted<Place extends ShownPlace>(
  accepted: ShownPlace,
  places: readonly Place[],
): readonly Place[] {
  return places.filter(
    ({ environment, application, component, resource, putBack }) =>
      putBack !== null &&
      environment === accepted.environment &&
      application === accepted.application &&
      !(component === accepted.component && resource === accepted.resource),
  )
}
