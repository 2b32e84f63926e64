// Where definitions, and what shares their uuids, live.

import { idOf, type Place } from '@lockstep/domain'

import type { Tx } from '../../ports/transaction.ts'
import type { FindPlace } from '../people/places.ts'

interface DefinitionPlace {
  readonly project: string
  readonly kind: string
}

/** The definition of this uuid and kind, also a retired one: its history stays readable. */
async function findDefined(
  db: Tx,
  uuid: string,
  kind?: string,
): Promise<DefinitionPlace | undefined> {
  const { rows } = await db.query<DefinitionPlace>(
    `SELECT p.id AS project, d.kind FROM definitions d JOIN projects p ON p.number = d.project_id
     WHERE d.id = $1 AND ($2::text IS NULL OR d.kind = $2)`,
    [uuid, kind ?? null],
  )
  return rows[0]
}

function inProject(kind?: string): FindPlace {
  return async (db, uuid): Promise<Place | undefined> => {
    const found = await findDefined(db, uuid, kind)
    return found && { on: 'project', project: idOf('prj', found.project) }
  }
}

/** Where definitions, environments and releases live. */
export const DEFINITION_PLACES: Readonly<Record<string, FindPlace>> = {
  def: inProject(),
  rel: inProject('release'),
  async env(db, uuid) {
    const found = await findDefined(db, uuid, 'environment')
    if (found === undefined) return undefined
    const [project, environment] = [idOf('prj', found.project), idOf('env', uuid)]
    return { on: 'environment', project, environment }
  },
}
