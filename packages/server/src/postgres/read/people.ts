import { idOf, uuidOf, type ApprovalRule, type Decider } from '@lockstep/domain'

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

/** People that one page of gates, or one plan, can name. A list so long may not be all of them. */
export const APPROVERS_SHOWN_MAX = 1_000

/** The people whom these approvals name, directly or by a group, with all their groups. */
export async function listApprovers(
  db: Queryable,
  approvals: readonly Pick<ApprovalRule, 'by'>[],
): Promise<readonly Decider[]> {
  const refs = approvals.flatMap(({ by }) => by)
  if (refs.length === 0) return []
  const uuids = (kind: 'group' | 'user'): readonly string[] =>
    refs.filter((ref) => ref.kind === kind).map(({ id }) => uuidOf(id))
  const rows = await listRows<{ id: string; groups: readonly string[] }>(
    db,
    `SELECT u.id, COALESCE(array_agg(m.group_id::text) FILTER (WHERE m.group_id IS NOT NULL), '{}') AS groups
     FROM users u LEFT JOIN members m ON m.user_id = u.id
     WHERE u.disabled_at IS NULL AND (u.id = ANY ($1::uuid[])
       OR u.id IN (SELECT user_id FROM members WHERE group_id = ANY ($2::uuid[])))
     GROUP BY u.id ORDER BY u.name LIMIT ${APPROVERS_SHOWN_MAX}`,
    [uuids('user'), uuids('group')],
  )
  return rows.map(({ id, groups }) => ({
    id: idOf('usr', id),
    groups: groups.map((group) => idOf('grp', group)),
  }))
}
