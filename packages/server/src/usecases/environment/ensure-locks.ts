import { environmentsChanged, lockOf, uuidOf, type RunPlan } from '@lockstep/domain'

import type { ReactorPort } from '../../ports/reactor.ts'
import { findRow, type Queryable } from '../../postgres/queryable.ts'

/** Makes the locks of a plan's environments where they are not there yet: a run may ask for them. Repeatable. */
export async function ensureLocks(
  deps: { readonly db: Queryable; readonly reactor: Pick<ReactorPort, 'create'> },
  plan: RunPlan,
): Promise<void> {
  for (const environment of environmentsChanged(plan)) {
    const lock = lockOf(environment)
    const found = await findRow<{ found: number }>(
      deps.db,
      `SELECT 1 AS found FROM aggregates WHERE root_id = $1 AND id = $1`,
      [uuidOf(lock)],
    )
    if (found !== undefined) continue
    const owner = await findRow<{ project_id: number }>(
      deps.db,
      `SELECT project_id FROM definitions WHERE id = $1`,
      [uuidOf(environment)],
    )
    if (owner === undefined) throw new Error(`environment ${environment} is not there`)
    await deps.reactor.create(
      { project: owner.project_id, kind: 'environment_lock', id: lock },
      { type: 'lock_created', environment },
      'rule',
    )
  }
}
