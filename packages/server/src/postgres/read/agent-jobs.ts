// What one agent was given to do, newest first.

import {
  findStep,
  idOf,
  uuidOf,
  type AgentId,
  type Digest,
  type JobId,
  type ProjectId,
  type RunStatus,
  type StepRunId,
} from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'
import { listRunsAt, type RunAt } from './environments.ts'
import { readPlans } from './run-head.ts'
import { jobState } from './run-jobs.ts'

/** One attempt of a step on a resource, as a line about its agent says it. */
export interface AgentJobLine {
  readonly id: JobId
  readonly owner: StepRunId
  readonly run: RunAt
  readonly title: string
  readonly component: string | null
  readonly resource: string
  /** `project/name`. */
  readonly environment: string | null
  readonly state: RunStatus
  readonly attempt: number
  readonly reason: string | null
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
}

interface Row {
  readonly id: string
  readonly owner_id: string
  readonly root_id: string
  readonly plan_digest: Digest
  readonly step: string
  readonly target: number
  readonly status: string
  readonly attempt: number
  readonly environment: string | null
  readonly reason: string | null
  readonly created_at: Date
  readonly started_at: Date | null
  readonly finished_at: Date | null
}

const JOBS_SHOWN_MAX = 50
/** Jobs have no order by agent: what an agent has finished is looked for among the newest of all. */
const JOBS_SEARCHED_MAX = 20_000

/** What the agent holds, and the newest that it has finished, in these projects. */
export async function listAgentJobs(
  db: Queryable,
  agent: AgentId,
  projects: 'all' | readonly ProjectId[],
): Promise<readonly AgentJobLine[]> {
  const rows = await listRows<Row>(
    db,
    `WITH own AS (
       SELECT * FROM jobs WHERE agent_id = $1 AND status IN ('leased', 'running')
       UNION SELECT * FROM (SELECT * FROM jobs ORDER BY id DESC LIMIT ${JOBS_SEARCHED_MAX}) newest WHERE agent_id = $1)
     SELECT j.id, j.owner_id, j.root_id, j.plan_digest, j.step, j.target, j.status, j.attempt, j.created_at,
       j.started_at, j.finished_at, j.outcome->>'reason' AS reason, ep.name || '/' || d.name AS environment
     FROM own j JOIN projects p ON p.number = j.project_id
     LEFT JOIN definitions d ON d.id = j.environment_id LEFT JOIN projects ep ON ep.number = d.project_id
     WHERE $2::uuid[] IS NULL OR p.id = ANY ($2)
     ORDER BY j.finished_at IS NULL DESC, j.id DESC LIMIT ${JOBS_SHOWN_MAX}`,
    [uuidOf(agent), projects === 'all' ? null : projects.map(uuidOf)],
  )
  const plans = await readPlans(
    db,
    rows.map(({ plan_digest: digest }) => digest),
  )
  const runs = await listRunsAt(
    db,
    rows.map((row) => ({ root: idOf('run', row.root_id), at: row.created_at.getTime() })),
  )
  return rows.flatMap((row, at) => {
    const [plan, run] = [plans.get(row.plan_digest), runs[at]]
    const step = plan && findStep(plan, row.step)
    if (run === undefined) return []
    return [
      {
        id: idOf('job', row.id),
        owner: idOf('stp', row.owner_id),
        run,
        title: step?.title ?? row.step,
        component: step?.component ?? null,
        resource: step?.targets[row.target]?.resource ?? String(row.target),
        environment: row.environment,
        state: jobState(row.status),
        attempt: row.attempt,
        reason: row.reason,
        startedAt: row.started_at,
        finishedAt: row.finished_at,
      },
    ]
  })
}
