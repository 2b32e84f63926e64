import { idOf, uuidOf } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

/** Of these environments, those that nobody holds and that are not frozen now. One without a lock was never used. */
export async function listFreeEnvironments(
  db: Queryable,
  environments: readonly string[],
): Promise<ReadonlySet<string>> {
  const taken = await listRows<{ id: string }>(
    db,
    `SELECT id FROM aggregates WHERE root_id = ANY ($1::uuid[]) AND parent_id IS NULL
       AND kind = 'environment_lock'
       AND (state->'holder' <> 'null'::jsonb OR state->'frozen' <> 'null'::jsonb)`,
    [environments.map(uuidOf)],
  )
  const isTaken = new Set<string>(taken.map(({ id }) => idOf('env', id)))
  return new Set(environments.filter((id) => !isTaken.has(id)))
}
