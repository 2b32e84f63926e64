// The names that people read instead of ids.

import { idOf, isIdText, prefixOf, uuidOf } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

/** Names of people, groups, tokens and agents by their ids; what is not known keeps its id. */
export type Names = ReadonlyMap<string, string>

/** Reads the names of these ids, and of the ids in these actors (`user:usr_…`). */
export async function readNames(db: Queryable, asked: Iterable<string>): Promise<Names> {
  const ids = new Set([...asked].map(idIn).filter((id) => id !== undefined))
  if (ids.size === 0) return new Map()
  const uuids = (prefix: string): readonly string[] =>
    [...ids].filter((id) => prefixOf(id) === prefix).map(uuidOf)
  const rows = await listRows<{
    kind: 'usr' | 'grp' | 'tok' | 'agt' | 'svc'
    id: string
    name: string
  }>(
    db,
    `SELECT 'usr' AS kind, id, name FROM users WHERE id = ANY ($1::uuid[])
     UNION ALL SELECT 'svc', id, name FROM service_accounts WHERE id = ANY ($2::uuid[])
     UNION ALL SELECT 'agt', id, name FROM agents WHERE id = ANY ($3::uuid[])
     UNION ALL SELECT 'grp', id, 'group ' || name FROM groups WHERE id = ANY ($5::uuid[])
     UNION ALL SELECT 'tok', t.id, COALESCE(u.name, s.name) || ' by token ' || t.name FROM tokens t
       LEFT JOIN users u ON u.id = t.user_id LEFT JOIN service_accounts s ON s.id = t.service_account_id
       WHERE t.id = ANY ($4::uuid[])`,
    [uuids('usr'), uuids('svc'), uuids('agt'), uuids('tok'), uuids('grp')],
  )
  return new Map(rows.map(({ kind, id, name }) => [idOf(kind, id), name]))
}

/** The name of an id or actor. A trigger and the system itself are called what they are. */
export function nameOf(names: Names, actor: string): string {
  const id = idIn(actor)
  if (id !== undefined) return names.get(id) ?? id
  if (actor === 'rule' || actor === 'timer') return 'Lockstep'
  return actor.startsWith('trigger:') ? 'a trigger' : actor
}

function idIn(actor: string): string | undefined {
  const id = actor.slice(actor.indexOf(':') + 1)
  return isIdText(id) && prefixOf(id) !== 'trg' ? id : undefined
}
