// Which snapshots of an application were deployed to an environment, and how that ended.

import type { Digest, EnvironmentId } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

/** So many deployments of an application to an environment are looked through, the newest. */
const HISTORY_MAX = 500

export interface RecordedDeployment {
  readonly snapshot: Digest
  readonly version: string
  readonly succeeded: boolean
  /** Uuid of the run, or of the release, that made it. */
  readonly root: string
}

/** The deployments of an application to an environment, oldest first. */
export async function listDeployments(
  db: Queryable,
  where: {
    readonly environment: EnvironmentId
    readonly application: { readonly project: string; readonly name: string }
  },
): Promise<readonly RecordedDeployment[]> {
  const rows = await listRows<RecordedDeployment>(
    db,
    `SELECT p.body->'snapshot'->>'digest' AS snapshot, p.body->'snapshot'->>'version' AS version,
       a.status = 'succeeded' AS succeeded, a.root_id AS root
     FROM aggregates a JOIN plans p ON p.digest = a.state->>'plan'
     WHERE a.kind = 'process_run' AND p.body->'environment'->>'id' = $1 AND p.body->>'process' = 'deploy'
       AND p.body->'application'->>'project' = $2 AND p.body->'application'->>'name' = $3
       AND p.body->'snapshot'->>'digest' IS NOT NULL
     ORDER BY a.created_at DESC LIMIT ${HISTORY_MAX}`,
    [where.environment, where.application.project, where.application.name],
  )
  return rows.toReversed()
}
