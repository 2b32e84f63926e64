// Drift that is taken back: which deployment brings what is wanted, and where none does.

import type { Digest, ProcessPlan } from '../process/process-plan.ts'
import { isDrifted, type InventoryRow } from './inventory.ts'

/** A deployment of the application to the environment: the bits of each component that it brought. */
export interface Brought {
  readonly components: ReadonlyMap<string, Digest>
}

export const PUT_BACK_REFUSALS = [
  'no_drift',
  'resource_gone',
  'nothing_wanted',
  'no_snapshot',
] as const
/** Why a deployment does not bring a place back to what is wanted there. */
export type PutBackRefusal = (typeof PUT_BACK_REFUSALS)[number]

export interface PutBack<Deployment extends Brought> {
  /** What brings it back; undefined: nothing does. */
  readonly to: Deployment | undefined
  /** Why it does not bring this row back; undefined: it does. */
  readonly refusalOf: (row: InventoryRow) => PutBackRefusal | undefined
}

/**
 * Finds what puts an application back in an environment. A deployment brings a whole snapshot to every resource, so it has to be what
 * is wanted of each component everywhere: what a person told or accepted meanwhile is never undone by the way.
 */
export function findPutBack<Deployment extends Brought>({
  rows,
  resources,
  deployments,
}: {
  /** Of one application in one environment. */
  readonly rows: readonly InventoryRow[]
  /** That belong to the environment now. */
  readonly resources: ReadonlySet<string>
  /** The newest first. */
  readonly deployments: readonly Deployment[]
}): PutBack<Deployment> {
  const present = rows.filter(
    ({ resource, reported, wanted, unknown }) =>
      resources.has(resource) && (reported !== null || wanted !== null || unknown),
  )
  const to = deployments.find(
    (one) => present.every((row) => leaves(one, row)) && present.some((row) => brings(one, row)),
  )
  return {
    to,
    refusalOf(row) {
      if (!isDrifted(row)) return 'no_drift'
      if (!resources.has(row.resource)) return 'resource_gone'
      if (row.wanted === null) return 'nothing_wanted'
      return to !== undefined && brings(to, row) ? undefined : 'no_snapshot'
    },
  }
}

/** It wants of the place what is wanted, or nothing. */
function leaves({ components }: Brought, { component, wanted }: InventoryRow): boolean {
  const digest = components.get(component.name)
  return digest === undefined || digest === wanted?.digest
}

function brings({ components }: Brought, row: InventoryRow): boolean {
  return isDrifted(row) && components.get(row.component.name) === row.wanted?.digest
}

/** The places of a plan that runs something on what has drifted. Empty: carrying it out would leave the drift as it is. */
export function listPutBack(
  plan: Pick<ProcessPlan, 'steps'>,
  rows: readonly InventoryRow[],
): readonly InventoryRow[] {
  return rows.filter(
    (row) =>
      isDrifted(row) &&
      plan.steps.some(
        ({ component, installs, targets }) =>
          component === row.component.name &&
          installs !== null &&
          installs.digest === row.wanted?.digest &&
          targets.some(({ resource, action }) => resource === row.resource && action === 'run'),
      ),
  )
}
