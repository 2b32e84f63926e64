// Where runs and what belongs to them live: in the project that they run for.

import { idOf, type Place } from '@lockstep/domain'

import type { Tx } from '../../ports/transaction.ts'
import type { FindPlace } from '../people/places.ts'

function byProjectOf(sql: string): FindPlace {
  return async (db: Tx, uuid): Promise<Place | undefined> => {
    const { rows } = await db.query<{ project: string }>(
      `SELECT p.id AS project FROM projects p WHERE p.number = (${sql})`,
      [uuid],
    )
    return rows[0] && { on: 'project', project: idOf('prj', rows[0].project) }
  }
}

const ADDRESSED = `SELECT project_id FROM aggregates WHERE id = $1 AND kind IN ('gate_run', 'pipeline_run')`

/** Where runs, their gates and jobs live. */
export const RUN_PLACES: Readonly<Record<string, FindPlace>> = {
  // Its own row first: a run is there from the moment in which it has a number; the run of a task has none.
  run: byProjectOf(
    `SELECT COALESCE((SELECT project_id FROM runs WHERE id = $1), (${ADDRESSED} AND kind = 'pipeline_run'))`,
  ),
  gat: byProjectOf(`${ADDRESSED} AND kind = 'gate_run'`),
  job: byProjectOf('SELECT project_id FROM jobs WHERE id = $1'),
  async ntf(db, uuid) {
    const { rows } = await db.query<{ project: string | null }>(
      'SELECT p.id AS project FROM notifications n LEFT JOIN projects p ON p.number = n.project_id WHERE n.id = $1',
      [uuid],
    )
    const [row] = rows
    if (row === undefined) return undefined
    return row.project === null
      ? { on: 'system' }
      : { on: 'project', project: idOf('prj', row.project) }
  },
  art: byProjectOf('SELECT project_id FROM artifacts WHERE id = $1'),
  sec: byProjectOf('SELECT project_id FROM secrets WHERE id = $1'),
  lck: byProjectOf('SELECT project_id FROM definitions WHERE id = $1'),
}
