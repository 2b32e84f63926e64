import { idOf, parseId, uuidOf, type UserId } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

/**
 * The people behind an actor (`user:…`, `token:…`): themselves, the owner of the token, or the owners of its service account.
 * Nobody is behind an agent, a rule or a timer.
 */
export async function readPeopleBehind(db: Queryable, actor: string): Promise<readonly UserId[]> {
  const [kind, id = ''] = actor.split(':')
  const person = kind === 'user' ? parseId('usr', id) : undefined
  if (person !== undefined) return [person]
  const token = kind === 'token' ? parseId('tok', id) : undefined
  if (token === undefined) return []
  const rows = await listRows<{ person: string }>(
    db,
    `SELECT t.user_id AS person FROM tokens t WHERE t.id = $1 AND t.user_id IS NOT NULL
     UNION SELECT o.user_id FROM tokens t JOIN service_account_owners o USING (service_account_id) WHERE t.id = $1
     ORDER BY person`,
    [uuidOf(token)],
  )
  return rows.map(({ person: uuid }) => idOf('usr', uuid))
}
