import { idOf, uuidOf } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

/** Of these people, those who may sign in now, with the groups that they are in now. */
export async function readPeople(
  db: Queryable,
  people: readonly string[],
): Promise<readonly { readonly person: string; readonly groups: readonly string[] }[]> {
  const rows = await listRows<{ id: string; groups: readonly string[] }>(
    db,
    `SELECT u.id, COALESCE(array_agg(m.group_id::text) FILTER (WHERE m.group_id IS NOT NULL), '{}') AS groups
     FROM users u LEFT JOIN members m ON m.user_id = u.id
     WHERE u.id = ANY ($1::uuid[]) AND u.disabled_at IS NULL GROUP BY u.id`,
    [people.map(uuidOf)],
  )
  return rows.map(({ id, groups }) => ({
    person: idOf('usr', id),
    groups: groups.map((group) => idOf('grp', group)),
  }))
}
