// How agents take work: small statements over rows of jobs. The owner hears only how a job ended.

import { idOf, uuidOf } from '@lockstep/domain'
import type { Digest } from '@lockstep/domain'
import type { Pool } from 'pg'
import type {
  ClaimedJob,
  ClaimRequest,
  HeldAnswer,
  HeldJob,
  JobClaims,
} from '../../ports/job-claims.ts'
import { Batch } from '../batch.ts'
import { RELAXED } from '../relaxed.ts'
import { idOfKind } from '../reactor/kinds.ts'
import type { Queryable } from '../queryable.ts'

/** So many ready jobs are looked at per job that is wanted: some belong to runs that are paused or to other agents. */
const LOOK_AHEAD = 4

/**
 * An agent ends work that is over its time, with a grace, and tells the end with the whole log. Only when that has not come
 * either is contact lost: otherwise a repeatable step would begin anew while the old attempt is being ended.
 */
const AFTER_TIMEOUT_S = 60

const SHOWN = `
  j.project_id, j.root_id, j.owner_id, j.id, j.fence, j.plan_digest, j.step, j.link, j.target, j.attempt, j.environment_id,
  j.lock_token::float8 AS lock_token, (extract(epoch FROM j.lease_until) * 1000)::float8 AS lease_until,
  (extract(epoch FROM j.deadline) * 1000)::float8 AS deadline`

/**
 * A claim does not wait for the disk. One that a crash of the database takes back was not begun: an agent begins only when
 * its start is answered, and that is durable with everything before it; a start of a lost claim is refused.
 *
 * One statement: what is leased to this agent and was not begun is offered again; then ready jobs in order, skipping
 * those that somebody else is claiming, with the guards of root and owner held so that they cannot be shut meanwhile.
 */
const CLAIM = `
  WITH ${RELAXED}, held AS MATERIALIZED (
    SELECT project_id, root_id, owner_id, id FROM jobs
    WHERE agent_id = $1 AND status = 'leased' AND cancel_at IS NULL AND id <> ALL ($2::uuid[])
      AND deadline > now()
    ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
  ), offered AS (
    UPDATE jobs j SET lease_until = now() + make_interval(secs => $4::float8 / 1000)
    FROM held WHERE j.project_id = held.project_id AND j.root_id = held.root_id AND j.owner_id = held.owner_id AND j.id = held.id
    RETURNING ${SHOWN}, true AS again
  ), candidates AS MATERIALIZED (
    SELECT j.project_id, j.root_id, j.owner_id, j.id, j.always FROM jobs j
    WHERE j.status = 'ready' AND j.pool = ANY ($5::text[]) AND j.cancel_at IS NULL
      AND (j.not_before IS NULL OR j.not_before <= now())
      AND CASE WHEN j.environment_id IS NULL THEN j.project_id = ANY ($7::int[]) ELSE j.environment_id = ANY ($6::uuid[]) END
      AND EXISTS (SELECT FROM guards g WHERE g.subject = j.owner_id AND g.open)
      AND (j.always OR EXISTS (SELECT FROM guards g WHERE g.subject = j.root_id AND g.open))
    ORDER BY j.id LIMIT ($3 - (SELECT count(*) FROM held)) * ${LOOK_AHEAD} FOR UPDATE SKIP LOCKED
  ), guarded AS MATERIALIZED (
    SELECT g.subject, g.open FROM guards g
    WHERE g.subject IN (SELECT root_id FROM candidates UNION SELECT owner_id FROM candidates) ORDER BY g.subject FOR SHARE
  ), taken AS MATERIALIZED (
    SELECT c.* FROM candidates c
    WHERE EXISTS (SELECT FROM guarded WHERE subject = c.owner_id AND open)
      AND (c.always OR EXISTS (SELECT FROM guarded WHERE subject = c.root_id AND open))
    ORDER BY c.id LIMIT $3 - (SELECT count(*) FROM held)
  ), claimed AS (
    UPDATE jobs j SET status = 'leased', agent_id = $1, fence = j.fence + 1, leased_at = now(),
      lease_until = now() + make_interval(secs => $4::float8 / 1000),
      deadline = now() + make_interval(secs => j.timeout_ms / 1000.0 + ${AFTER_TIMEOUT_S})
    FROM taken WHERE j.project_id = taken.project_id AND j.root_id = taken.root_id AND j.owner_id = taken.owner_id AND j.id = taken.id
    RETURNING ${SHOWN}, false AS again
  ), answered AS (SELECT * FROM offered UNION ALL SELECT * FROM claimed)
  SELECT answered.*, o.kind AS owner_kind, r.kind AS root_kind FROM relaxed CROSS JOIN answered
  JOIN aggregates o ON o.project_id = answered.project_id AND o.root_id = answered.root_id AND o.id = answered.owner_id
  JOIN aggregates r ON r.project_id = answered.project_id AND r.root_id = answered.root_id AND r.id = answered.root_id
  ORDER BY answered.id`

interface Row {
  readonly project_id: number
  readonly root_id: string
  readonly owner_id: string
  readonly id: string
  readonly fence: number
  readonly plan_digest: Digest
  readonly step: string
  readonly link: number
  readonly target: number
  readonly attempt: number
  readonly environment_id: string | null
  readonly lock_token: number | null
  readonly lease_until: number
  readonly deadline: number
  readonly again: boolean
  readonly owner_kind: string
  readonly root_kind: string
}

/** Claims over this pool. Only the database's time counts in leases and deadlines. */
export function createJobClaims(pool: Pool): JobClaims {
  const starts = new Batch<Start, boolean>((asked) => startJobs(pool, asked))
  return {
    claim: (request) => claimJobs(pool, request),
    start: (agent, job) => starts.ask({ agent: uuidOf(agent), job }),
    renew: (agent, jobs, leaseMs) => renewLeases(pool, uuidOf(agent), jobs, leaseMs),
  }
}

/** At most `limit` jobs, leased to the agent. The deadline of a job counts from its claim, and anew from when it began. */
export async function claimJobs(
  db: Queryable,
  request: ClaimRequest,
): Promise<readonly ClaimedJob[]> {
  const { agent, pools, limit, leaseMs, environments, projects, running } = request
  if (limit <= 0) return []
  const { rows } = await db.query<Row>({
    name: 'claim_jobs',
    text: CLAIM,
    values: [
      uuidOf(agent),
      running.map(uuidOf),
      limit,
      leaseMs,
      pools,
      environments.map(uuidOf),
      projects,
    ],
  })
  return rows.map(fromRow)
}

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
        FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::int[])
          WITH ORDINALITY AS t (id, project, root, agent, fence, n)
        JOIN LATERAL (
          SELECT project_id, root_id, owner_id, id FROM jobs
          WHERE id = t.id AND project_id = t.project AND root_id = t.root AND agent_id = t.agent AND fence = t.fence
            AND status IN ('leased', 'running')
          FOR NO KEY UPDATE SKIP LOCKED) j ON true
      )
      UPDATE jobs j SET ${BEGINS} FROM held h
      WHERE j.project_id = h.project_id AND j.root_id = h.root_id AND j.owner_id = h.owner_id AND j.id = h.id
      RETURNING h.n::int AS n`,
    values: [
      starts.map(({ job }) => uuidOf(job.job)),
      starts.map(({ job }) => job.project),
      starts.map(({ job }) => uuidOf(job.root)),
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
     WHERE id = $1 AND project_id = $2 AND root_id = $3 AND agent_id = $4 AND fence = $5
       AND status IN ('leased', 'running')`,
    values: [uuidOf(held.job), held.project, uuidOf(held.root), agent, held.fence],
  })
  return rowCount === 1
}

/** Renews what is still held, in one statement, and says of each what the agent has to do. */
export async function renewLeases(
  db: Queryable,
  agent: string,
  jobs: readonly HeldJob[],
  leaseMs: number,
): Promise<readonly HeldAnswer[]> {
  if (jobs.length === 0) return []
  const { rows } = await db.query<{
    id: string
    status: string
    held: boolean
    cancel: boolean
    grace: number | null
  }>({
    name: 'renew_leases',
    text: `
      WITH known AS MATERIALIZED (
        SELECT t.id, j.project_id, j.root_id, j.owner_id, j.status, j.cancel_at, j.cancel_grace_ms,
          coalesce(j.status IN ('leased', 'running') AND j.fence = t.fence AND j.agent_id = $1, false) AS held
        FROM unnest($2::uuid[], $3::int[]) AS t (id, fence) LEFT JOIN LATERAL (
          SELECT * FROM jobs WHERE id = t.id FOR NO KEY UPDATE) j ON true
      ), renewed AS (
        UPDATE jobs j SET lease_until = now() + make_interval(secs => $4::float8 / 1000) FROM known k
        WHERE k.held AND j.project_id = k.project_id AND j.root_id = k.root_id AND j.owner_id = k.owner_id AND j.id = k.id)
      SELECT id, coalesce(status, 'gone') AS status, held, cancel_at IS NOT NULL AS cancel, cancel_grace_ms::float8 AS grace
      FROM known`,
    values: [agent, jobs.map(({ job }) => uuidOf(job)), jobs.map(({ fence }) => fence), leaseMs],
  })
  return rows.map(({ id, status, held, cancel, grace }): HeldAnswer => {
    const job = idOf('job', id)
    const stop = cancel ? { graceMs: grace ?? 0 } : null
    return held ? { job, held, cancel: stop } : { job, held, status, cancel: stop }
  })
}

function fromRow(row: Row): ClaimedJob {
  return {
    owner: {
      project: row.project_id,
      root: idOfKind(row.root_kind, row.root_id),
      id: idOfKind(row.owner_kind, row.owner_id),
    },
    id: idOf('job', row.id),
    fence: row.fence,
    again: row.again,
    plan: row.plan_digest,
    step: row.step,
    link: row.link,
    target: row.target,
    attempt: row.attempt,
    environment: row.environment_id === null ? null : idOf('env', row.environment_id),
    lockToken: row.lock_token,
    leaseUntil: row.lease_until,
    deadline: row.deadline,
  }
}
