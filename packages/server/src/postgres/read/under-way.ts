// Runs under way that put something back.

import { idOf, type EnvironmentId, type ProjectId } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'
import { broughtKey } from './brought.ts'
import type { RunOfRoot } from './environments.ts'

/** By `environment project/application`, the run that puts it back now. */
export async function listPutBacksUnderWay(
  db: Queryable,
  environments: readonly EnvironmentId[],
): Promise<ReadonlyMap<string, RunOfRoot>> {
  const rows = await listRows<{
    environment: EnvironmentId
    application: { readonly project: string; readonly name: string }
    address: string
    project: string
  }>(
    db,
    `SELECT st->'environment'->>'id' AS environment, b->'application' AS application,
       p.name || '/' || r.name || '/' || r.number AS address, p.id AS project
     FROM aggregates a JOIN runs r ON r.id = a.id JOIN projects p ON p.number = r.project_id
     JOIN plans pl ON pl.digest = r.plan_digest AND pl.body->>'isPutBack' = 'true'
     CROSS JOIN LATERAL jsonb_array_elements(pl.body->'stages') st
     CROSS JOIN LATERAL jsonb_array_elements(pl.body->'brings') b
     WHERE a.kind = 'pipeline_run' AND a.parent_id IS NULL AND a.finished_at IS NULL
       AND st->'environment'->>'id' = ANY ($1::text[])
     ORDER BY a.created_at`,
    [environments],
  )
  return new Map(
    rows.map(({ environment, application, address, project }) => [
      broughtKey(environment, { project: application.project, application: application.name }),
      { address, project: idOf('prj', project) satisfies ProjectId },
    ]),
  )
}
