// Which work waits for agents: only looked at, so that the right ones can be woken to claim it.

import { idOf, uuidOf } from '@lockstep/domain'
import type { EnvironmentId } from '@lockstep/domain'
import type { Queryable } from '../queryable.ts'

export interface ReadyJob {
  readonly pool: string
  readonly project: number
  readonly environment: EnvironmentId | null
}

/** What the agents that wait could take together. */
export interface Reach {
  readonly pools: readonly string[]
  readonly environments: readonly EnvironmentId[]
  readonly projects: readonly number[]
}

/** The oldest ready jobs within this reach that nothing keeps from being claimed now. */
export async function listReadyJobs(
  db: Queryable,
  { pools, environments, projects }: Reach,
  most: number,
): Promise<readonly ReadyJob[]> {
  const { rows } = await db.query<{
    pool: string
    project_id: number
    environment_id: string | null
  }>({
    name: 'list_ready_jobs',
    text: `
      SELECT j.pool, j.project_id, j.environment_id FROM jobs j
      WHERE j.status = 'ready' AND j.pool = ANY ($1::text[]) AND j.cancel_at IS NULL
        AND (j.not_before IS NULL OR j.not_before <= now())
        AND CASE WHEN j.environment_id IS NULL THEN j.project_id = ANY ($3::int[]) ELSE j.environment_id = ANY ($2::uuid[]) END
        AND EXISTS (SELECT FROM guards g WHERE g.subject = j.owner_id AND g.open)
        AND (j.always OR EXISTS (SELECT FROM guards g WHERE g.subject = j.root_id AND g.open))
      ORDER BY j.id LIMIT $4`,
    values: [pools, environments.map(uuidOf), projects, most],
  })
  return rows.map(({ pool, project_id: project, environment_id: environment }) => ({
    pool,
    project,
    environment: environment === null ? null : idOf('env', environment),
  }))
}
