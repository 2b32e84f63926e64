// What was set aside after a fault of ours, with the run that it belongs to.

import { FAULTS_MAX } from '@lockstep/contract'

import { listRows, type Queryable } from '../queryable.ts'

export interface FaultRow {
  readonly uuid: string
  readonly kind: string
  readonly incident: string
  readonly project: string
  readonly projectNumber: number
  readonly run: string | null
  readonly messages: number
  readonly since: Date
}

/** Everything that is set aside, the oldest first; with an id, that and what is in the run, release or place that it names. */
export async function listFaults(db: Queryable, of?: string): Promise<readonly FaultRow[]> {
  return listRows<FaultRow>(
    db,
    `SELECT a.id AS uuid, a.kind, a.fault AS incident, p.name AS project, p.number AS "projectNumber",
       (SELECT p.name || '/' || r.name || '/' || r.number FROM runs r WHERE r.root_id = a.root_id
        ORDER BY r.number DESC LIMIT 1) AS run,
       (SELECT count(*)::int FROM inbox i WHERE i.target_id = a.id) AS messages,
       COALESCE((SELECT max(e.at) FROM events e WHERE e.project_id = a.project_id AND e.root_id = a.root_id AND e.id = a.id),
         a.created_at) AS since
     FROM aggregates a JOIN projects p ON p.number = a.project_id
     WHERE a.fault IS NOT NULL AND ($1::uuid IS NULL OR a.id = $1 OR a.root_id = $1
       OR a.root_id = (SELECT r.root_id FROM runs r WHERE r.id = $1))
     ORDER BY since LIMIT ${FAULTS_MAX}`,
    [of ?? null],
  )
}
