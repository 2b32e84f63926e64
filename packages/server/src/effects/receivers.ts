// Who a message goes to: people who can sign in, by id, by group, or by what they answer for.

import { idOf, mailChoicesIn, uuidOf } from '@lockstep/domain'

import { findDefinitionById } from '../postgres/deliverables/definition-store.ts'
import { listRows, type Queryable } from '../postgres/queryable.ts'
import { readPeopleBehind } from '../postgres/read/people-behind.ts'
import type { Receiver } from './notification.ts'

/** More people than this are not written to at once. */
const RECEIVERS_MAX = 500

/** Name and address of people who can sign in. */
export async function readReceivers(
  db: Queryable,
  people: readonly string[],
): Promise<readonly Receiver[]> {
  if (people.length === 0) return []
  const rows = await listRows<{ id: string; title: string; email: string; mails_off: string[] }>(
    db,
    `SELECT id, title, email, mails_off FROM users WHERE disabled_at IS NULL AND id = ANY ($1::uuid[])
     ORDER BY name LIMIT ${RECEIVERS_MAX}`,
    [people.map(uuidOf)],
  )
  return rows.map((row) => ({
    id: idOf('usr', row.id),
    name: row.title,
    address: row.email,
    mailsOff: mailChoicesIn(row.mails_off),
  }))
}

/** People and members of groups, by their ids. */
export async function readNamed(
  db: Queryable,
  ids: readonly string[],
): Promise<readonly Receiver[]> {
  const uuids = (prefix: string): readonly string[] =>
    ids.filter((id) => id.startsWith(prefix)).map(uuidOf)
  return readPeople(
    db,
    `SELECT unnest($1::uuid[]) AS id UNION SELECT user_id FROM members WHERE group_id = ANY ($2::uuid[])`,
    [uuids('usr_'), uuids('grp_')],
  )
}

/**
 * Who answers for a run: the owner of its release, or the person who started it (or owns the token that did), or the owners of
 * its project.
 */
export async function readOwners(
  db: Queryable,
  of: { readonly root: string; readonly starter: string | undefined; readonly project: number },
): Promise<readonly Receiver[]> {
  const release = of.root.startsWith('rel_')
    ? await findDefinitionById(db, uuidOf(of.root))
    : undefined
  if (release?.definition.kind === 'release') {
    const { owner } = release.definition
    const [group, user] = 'group' in owner ? [owner.group, null] : [null, owner.user]
    return readPeople(
      db,
      `SELECT u.id FROM users u WHERE u.name = $2
       UNION SELECT m.user_id FROM members m JOIN groups g ON g.id = m.group_id WHERE g.name = $1`,
      [group, user],
    )
  }
  if (of.starter !== undefined && /^(?:user|token):/.test(of.starter)) {
    return readReceivers(db, await readPeopleBehind(db, of.starter))
  }
  return readProjectOwners(db, of.project)
}

/** Who owns the project, in person or by a group. */
export async function readProjectOwners(
  db: Queryable,
  project: number,
): Promise<readonly Receiver[]> {
  return readPeople(
    db,
    `SELECT COALESCE(g.user_id, m.user_id) AS id FROM grants g
     JOIN projects p ON p.id = g.project_id LEFT JOIN members m ON m.group_id = g.group_id
     WHERE p.number = $1 AND g.role = 'project_owner' AND g.environment_id IS NULL AND g.effective_at <= now()`,
    [project],
  )
}

async function readPeople(
  db: Queryable,
  sql: string,
  values: readonly unknown[],
): Promise<readonly Receiver[]> {
  const rows = await listRows<{ id: string | null }>(db, sql, values)
  return readReceivers(
    db,
    rows.flatMap(({ id }) => (id === null ? [] : [idOf('usr', id)])),
  )
}
