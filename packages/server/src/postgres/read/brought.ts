// The deployments that brought what is wanted where something drifts, and by which pipeline or release.

import {
  idOf,
  uuidOf,
  type Brought,
  type Digest,
  type EnvironmentId,
  type ProjectId,
  type SnapshotBody,
} from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

/** So many deployments are looked at, the newest: those that the rows of an environment name. */
const DEPLOYMENTS_MAX = 1_000

export interface BroughtHere extends Brought {
  readonly snapshot: Digest
  readonly version: string
  /** What was started: a release or a pipeline, by the name that it has now. */
  readonly by: { readonly project: ProjectId; readonly projectName: string; readonly name: string }
  /** The plan of the run that did it. */
  readonly runPlan: Digest
}

/** Deployments by `environment project/application`, the newest first: of the runs by which the inventory knows what is wanted. */
export async function listBrought(
  db: Queryable,
  environments: readonly EnvironmentId[],
): Promise<ReadonlyMap<string, readonly BroughtHere[]>> {
  const rows = await listRows<{
    environment_id: string
    component_project: string
    application: string
    digest: Digest
    version: string
    components: SnapshotBody['components']
    project: string
    project_name: string
    name: string
    run_plan: Digest
  }>(
    db,
    // The run of a task has no number and no row of its own: its plan says which pipeline it is of.
    `SELECT i.environment_id, i.component_project, i.application, s.digest, s.version, s.body->'components' AS components,
       o.id AS project, o.name AS project_name, d.name, rp.digest AS run_plan
     FROM (SELECT DISTINCT environment_id, component_project, application, by_root_id FROM inventory
           WHERE environment_id = ANY ($1::uuid[])) i
     JOIN unnest($1::uuid[], $2::text[]) e (uuid, id) ON e.uuid = i.environment_id
     JOIN aggregates t ON t.root_id = i.by_root_id AND t.parent_id IS NULL
     JOIN aggregates a ON a.project_id = t.project_id AND a.root_id = t.root_id AND a.kind = 'process_run'
     JOIN plans p ON p.digest = a.state->>'plan' AND p.body->'environment'->>'id' = e.id AND p.body->>'process' = 'deploy'
       AND p.body->'application'->>'project' = i.component_project AND p.body->'application'->>'name' = i.application
     JOIN snapshots s ON s.digest = p.body->'snapshot'->>'digest'
     JOIN aggregates st ON st.project_id = a.project_id AND st.root_id = a.root_id AND st.id = a.parent_id
     JOIN aggregates pr ON pr.project_id = a.project_id AND pr.root_id = a.root_id AND pr.id = st.parent_id
     JOIN plans rp ON rp.digest = pr.state->>'plan'
     LEFT JOIN runs r ON r.id = pr.id
     JOIN definitions d ON d.retired_at IS NULL AND d.id = COALESCE(r.release_id, r.pipeline_id,
       (SELECT n.id FROM definitions n JOIN projects np ON np.number = n.project_id
        WHERE n.kind = 'pipeline' AND n.retired_at IS NULL AND n.name = rp.body->'pipeline'->>'name'
          AND np.name = rp.body->'pipeline'->>'project'))
     JOIN projects o ON o.number = d.project_id
     ORDER BY a.created_at DESC LIMIT ${DEPLOYMENTS_MAX}`,
    [environments.map(uuidOf), environments],
  )
  const found = new Map<string, BroughtHere[]>()
  for (const row of rows) {
    const key = broughtKey(idOf('env', row.environment_id), {
      project: row.component_project,
      application: row.application,
    })
    const own = found.get(key) ?? []
    found.set(key, own)
    own.push({
      components: new Map(row.components.map(({ name, digest }) => [name, digest])),
      snapshot: row.digest,
      version: row.version,
      by: { project: idOf('prj', row.project), projectName: row.project_name, name: row.name },
      runPlan: row.run_plan,
    })
  }
  return found
}

export function broughtKey(
  environment: string,
  { project, application }: { readonly project: string; readonly application: string },
): string {
  return `${environment} ${project}/${application}`
}
