// Where things live, for access: by the kind that an id names.

import { idOf, prefixOf, uuidOf, type Place } from '@lockstep/domain'
import type { Tx } from '../../ports/transaction.ts'

/** Finds where the thing of this uuid lives; undefined when there is none. */
export type FindPlace = (db: Tx, uuid: string) => Promise<Place | undefined>

const SYSTEM: Place = { on: 'system' }

function systemThing(table: 'users' | 'groups'): FindPlace {
  return async (db, uuid) => {
    const { rowCount } = await db.query(`SELECT 1 FROM ${table} WHERE id = $1`, [uuid])
    return rowCount === 1 ? SYSTEM : undefined
  }
}

function placed(table: 'service_accounts' | 'grants'): FindPlace {
  return async (db, uuid) => {
    const { rows } = await db.query<{ project_id: string | null }>(
      `SELECT project_id FROM ${table} WHERE id = $1`,
      [uuid],
    )
    const row = rows[0]
    if (row === undefined) return undefined
    if (row.project_id === null) return SYSTEM
    // Also for a grant on an environment: who may write grants of the project may take it back.
    return { on: 'project', project: idOf('prj', row.project_id) }
  }
}

/** Where people, groups, roles and projects live. Other nouns add theirs under their prefix. */
export const PEOPLE_PLACES: Readonly<Record<string, FindPlace>> = {
  usr: systemThing('users'),
  grp: systemThing('groups'),
  svc: placed('service_accounts'),
  gra: placed('grants'),
  async prj(db, uuid) {
    const { rowCount } = await db.query('SELECT 1 FROM projects WHERE id = $1', [uuid])
    return rowCount === 1 ? { on: 'project', project: idOf('prj', uuid) } : undefined
  },
}

/** One resolver out of those of all nouns. An id of a kind that nobody resolves is nowhere. */
export function placeFinder(
  db: Tx,
  places: Readonly<Record<string, FindPlace>>,
): (id: string) => Promise<Place | undefined> {
  return async (id) => places[prefixOf(id)]?.(db, uuidOf(id))
}
