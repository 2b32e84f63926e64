// What an agent says of jobs that are leased to it: that it begins, and that it still has them.

import { idOf, uuidOf } from '@lockstep/domain'
import type { HeldAnswer, HeldJob } from '../../ports/job-claims.ts'
import type { Queryable } from '../queryable.ts'
import { RELAXED } from '../relaxed.ts'

/**
 * An agent ends work that is over its time, with a grace, and tells the end with the whole log. Only when that has not come
 * either is contact lost: otherwise a repeatable step would begin anew while the old attempt is being ended.
 */
export const AFTER_TIMEOUT_S = 60

/** An agent that begins a job. */
export interface Start {
  readonly agent: string
  readonly job: HeldJob
}

const BEGINS = `status = 'running', started_at = coalesce(started_at, now()),
  deadline = CASE WHEN started_at IS NULL
    THEN now() + make_interval(secs => timeout_ms / 1000.0 + ${AFTER_TIMEOUT_S}) ELSE deadline END`

/** Notes that work began, each once, in one commit. False for each job that is not held by that agent with that fence. */
export async function startJobs(
  db: Queryable,
  starts: readonly Start[],
): Promise<readonly boolean[]> {
  // Rows that somebody else has locked are left out: whoever waits for one must not hold others.
  const { rows } = await db.query<{ n: number }>({
    name: 'start_jobs',
    text: `
      WITH held AS MATERIALIZED (
        SELECT j.project_id, j.root_id, j.owner_id, j.id, t.n
        FROM unnest($1::uuid[], $2::uuid[], $3::int[]) WITH ORDINALITY AS t (id, agent, fence, n)
        JOIN LATERAL (
          SELECT project_id, root_id, owner_id, id FROM jobs
          WHERE id = t.id AND agent_id = t.agent AND fence = t.fence AND status IN ('leased', 'running')
          FOR NO KEY UPDATE SKIP LOCKED) j ON true
      )
      UPDATE jobs j SET ${BEGINS} FROM held h
      WHERE j.project_id = h.project_id AND j.root_id = h.root_id AND j.owner_id = h.owner_id AND j.id = h.id
      RETURNING h.n::int AS n`,
    values: [
      starts.map(({ job }) => uuidOf(job.job)),
      starts.map(({ agent }) => agent),
      starts.map(({ job }) => job.fence),
    ],
  })
  const started = new Set(rows.map(({ n }) => n))
  const answers: boolean[] = []
  for (const [index, { agent, job }] of starts.entries()) {
    answers.push(started.has(index + 1) || (await startJob(db, agent, job)))
  }
  return answers
}

/** Notes that the work began, once. False when the job is not held by this agent with this fence. */
export async function startJob(db: Queryable, agent: string, held: HeldJob): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'start_job',
    text: `UPDATE jobs SET ${BEGINS}
     WHERE id = $1 AND agent_id = $2 AND fence = $3 AND status IN ('leased', 'running')`,
    values: [uuidOf(held.job), agent, held.fence],
  })
  return rowCount === 1
}

/** What an agent says it has. */
export interface Renewal {
  readonly agent: string
  readonly jobs: readonly HeldJob[]
  readonly leaseMs: number
}

interface RenewedRow {
  readonly n: number
  readonly id: string
  readonly status: string
  readonly held: boolean
  readonly cancel: boolean
  readonly grace: number | null
}

/**
 * Renews what is still held, in one statement for many agents, and says of each job what its agent has to do. It waits
 * neither for the disk, since a lease decides nothing, nor for a row that somebody is writing: that one is renewed by the
 * next poll.
 */
export async function renewLeases(
  db: Queryable,
  renewals: readonly Renewal[],
): Promise<readonly (readonly HeldAnswer[])[]> {
  const asked = renewals.flatMap(({ agent, jobs, leaseMs }, n) =>
    jobs.map((job) => ({ n, agent, job, leaseMs })),
  )
  if (asked.length === 0) return renewals.map(() => [])
  const { rows } = await db.query<RenewedRow>({
    name: 'renew_leases',
    text: `
      WITH ${RELAXED}, known AS MATERIALIZED (
        SELECT t.n, t.id, t.lease_ms, j.project_id, j.root_id, j.owner_id, j.status, j.cancel_at, j.cancel_grace_ms,
          coalesce(j.status IN ('leased', 'running') AND j.fence = t.fence AND j.agent_id = t.agent, false) AS held
        FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::int[], $5::float8[]) AS t (n, agent, id, fence, lease_ms)
        LEFT JOIN LATERAL (SELECT * FROM jobs WHERE id = t.id LIMIT 1) j ON true
      ), locked AS MATERIALIZED (
        SELECT k.id, k.lease_ms, j.project_id, j.root_id, j.owner_id FROM known k JOIN LATERAL (
          SELECT project_id, root_id, owner_id FROM jobs
          WHERE project_id = k.project_id AND root_id = k.root_id AND owner_id = k.owner_id AND id = k.id
            AND status IN ('leased', 'running') FOR NO KEY UPDATE SKIP LOCKED) j ON true
        WHERE k.held
      ), renewed AS (
        UPDATE jobs j SET lease_until = now() + make_interval(secs => l.lease_ms / 1000) FROM locked l
        WHERE j.project_id = l.project_id AND j.root_id = l.root_id AND j.owner_id = l.owner_id AND j.id = l.id)
      SELECT n, id, coalesce(status, 'gone') AS status, held, cancel_at IS NOT NULL AS cancel,
        cancel_grace_ms::float8 AS grace
      FROM relaxed CROSS JOIN known`,
    values: [
      asked.map(({ n }) => n),
      asked.map(({ agent }) => agent),
      asked.map(({ job }) => uuidOf(job.job)),
      asked.map(({ job }) => job.fence),
      asked.map(({ leaseMs }) => leaseMs),
    ],
  })
  const answers: HeldAnswer[][] = renewals.map(() => [])
  for (const { n, id, status, held, cancel, grace } of rows) {
    const job = idOf('job', id)
    const stop = cancel ? { graceMs: grace ?? 0 } : null
    answers[n]?.push(held ? { job, held, cancel: stop } : { job, held, status, cancel: stop })
  }
  return answers
}
