// How long stages and tasks took in the runs before of the same pipeline.

import { uuidOf } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

export interface UsualTime {
  readonly stage: string
  /** Key of the task; null: the stage. */
  readonly task: string | null
  readonly medianMs: number
  readonly count: number
}

/** So many runs are looked at, the newest before this one: what is older may have had another definition. */
const RUNS_MAX = 20

/** Medians of what succeeded. What nobody works for, such as a task of a person, has no time of its own. */
export async function listUsualTimes(db: Queryable, run: string): Promise<readonly UsualTime[]> {
  return listRows<UsualTime>(
    db,
    `WITH earlier AS (
       SELECT r.id, r.plan_digest FROM runs r
       JOIN runs this ON this.id = $1 AND r.pipeline_id = this.pipeline_id AND r.created_at < this.created_at
       ORDER BY r.created_at DESC LIMIT ${RUNS_MAX}
     ), stages AS (
       SELECT s.id, s.status, s.created_at, s.finished_at, pl.body->'stages'->((s.state->>'stage')::int) AS plan
       FROM earlier e JOIN plans pl ON pl.digest = e.plan_digest
       JOIN aggregates s ON s.parent_id = e.id AND s.kind = 'stage_run'
     ), times AS (
       SELECT plan->>'name' AS stage, NULL AS task, finished_at - created_at AS took FROM stages WHERE status = 'succeeded'
       UNION ALL
       SELECT s.plan->>'name', s.plan->'tasks'->(t.node::int)->>'key', t.finished_at - t.created_at
       FROM stages s JOIN aggregates t ON t.parent_id = s.id AND t.kind <> 'gate_run' AND t.status = 'succeeded'
     )
     SELECT stage, task, count(*)::int AS count,
       round(extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY took)) * 1000)::float8 AS "medianMs"
     FROM times WHERE took IS NOT NULL AND stage IS NOT NULL GROUP BY stage, task ORDER BY stage, task NULLS FIRST`,
    [uuidOf(run)],
  )
}
