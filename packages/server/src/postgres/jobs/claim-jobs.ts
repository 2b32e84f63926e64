// How agents take work: small statements over rows of jobs. The owner hears only how a job ended.

import { idOf, idOfKind, uuidOf } from '@lockstep/domain'
import type { Digest } from '@lockstep/domain'
import type { Pool } from 'pg'
import type { ClaimedJob, ClaimRequest, HeldAnswer, JobClaims } from '../../ports/job-claims.ts'
import { Batch } from '../batch.ts'
import { RELAXED } from '../relaxed.ts'
import { AFTER_TIMEOUT_S, renewLeases, startJobs } from './hold-jobs.ts'
import type { Renewal, Start } from './hold-jobs.ts'
import { listOffers } from './list-offers.ts'
import { matchOffers } from './match-offers.ts'
import type { Match } from './match-offers.ts'
import type { Queryable } from '../queryable.ts'

/** So often is looked again when somebody else was faster; from then on it is left to the next look. */
const TRIES_MAX = 8
/** An agent that was passed over so often may not have what it was meant to have: others come first. */
const OLD_MISSES_MAX = 2
/** So many jobs are claimed at once at most: a statement must stay small. */
const CLAIMS_MAX = 200

const SHOWN = `
  j.project_id, j.root_id, j.owner_id, j.id, j.fence, j.plan_digest, j.step, j.link, j.target, j.attempt, j.environment_id,
  j.lock_token::float8 AS lock_token, (extract(epoch FROM j.lease_until) * 1000)::float8 AS lease_until,
  (extract(epoch FROM j.deadline) * 1000)::float8 AS deadline`

/**
 * A claim does not wait for the disk. One that a crash of the database takes back was not begun: an agent begins only when
 * its start is answered, and that is durable with everything before it; a start of a lost claim is refused.
 *
 * One statement for many agents, each job looked up by its key. It waits for nobody: a row that somebody else has, or a
 * guard that is being changed, means that the job is not given now. The guards of root and owner are held, so that they
 * cannot be shut meanwhile.
 */
const CLAIM = `
  WITH ${RELAXED}, locked AS MATERIALIZED (
    SELECT t.n, t.agent, t.lease_ms, j.* FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::float8[], $7::bool[])
      WITH ORDINALITY AS t (project, root, owner, id, agent, lease_ms, is_old, n)
    JOIN LATERAL (
      SELECT project_id, root_id, owner_id, id, always, status FROM jobs
      WHERE project_id = t.project AND root_id = t.root AND owner_id = t.owner AND id = t.id AND cancel_at IS NULL
        AND CASE WHEN status = 'ready' THEN not_before IS NULL OR not_before <= now()
          ELSE status = 'leased' AND agent_id = t.agent AND deadline > now() END
        AND (NOT t.is_old OR (
          (SELECT a.revoked_at IS NULL AND NOT a.draining FROM agents a WHERE a.id = t.agent)
          AND EXISTS (SELECT FROM agent_assignments s WHERE s.agent_id = t.agent
            AND CASE WHEN jobs.environment_id IS NULL THEN s.environment_id IS NULL AND s.project_id = jobs.project_id
              ELSE s.environment_id = jobs.environment_id END)))
      FOR NO KEY UPDATE SKIP LOCKED) j ON true
  ), guarded AS MATERIALIZED (
    SELECT g.subject FROM guards g
    WHERE g.open AND g.subject IN (SELECT root_id FROM locked UNION SELECT owner_id FROM locked)
    ORDER BY g.subject FOR SHARE SKIP LOCKED
  ), taken AS MATERIALIZED (
    SELECT l.*, l.status = 'leased' AS again FROM locked l
    WHERE l.status = 'leased' OR (EXISTS (SELECT FROM guarded WHERE subject = l.owner_id)
      AND (l.always OR EXISTS (SELECT FROM guarded WHERE subject = l.root_id)))
  ), claimed AS (
    UPDATE jobs j SET status = 'leased', agent_id = t.agent, fence = CASE WHEN t.again THEN j.fence ELSE j.fence + 1 END,
      leased_at = CASE WHEN t.again THEN j.leased_at ELSE now() END,
      lease_until = now() + make_interval(secs => t.lease_ms / 1000),
      deadline = CASE WHEN t.again THEN j.deadline
        ELSE now() + make_interval(secs => j.timeout_ms / 1000.0 + ${AFTER_TIMEOUT_S}) END
    FROM taken t WHERE j.project_id = t.project_id AND j.root_id = t.root_id AND j.owner_id = t.owner_id AND j.id = t.id
    RETURNING ${SHOWN}, t.again, t.n
  )
  SELECT claimed.*, o.kind AS owner_kind, r.kind AS root_kind FROM relaxed CROSS JOIN claimed
  JOIN LATERAL (SELECT kind FROM aggregates a
    WHERE a.project_id = claimed.project_id AND a.root_id = claimed.root_id AND a.id = claimed.owner_id LIMIT 1) o ON true
  JOIN LATERAL (SELECT kind FROM aggregates a
    WHERE a.project_id = claimed.project_id AND a.root_id = claimed.root_id AND a.id = claimed.root_id LIMIT 1) r ON true
  ORDER BY claimed.id`

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
  readonly n: string
  readonly owner_kind: string
  readonly root_kind: string
}

/** Claims over this pool. Only the database's time counts in leases and deadlines. */
export function createJobClaims(pool: Pool): JobClaims {
  const starts = new Batch<Start, boolean>((asked) => startJobs(pool, asked))
  const renewals = new Batch<Renewal, readonly HeldAnswer[]>((asked) => renewLeases(pool, asked))
  return {
    claim: (requests) => claimForAll(pool, requests),
    start: (agent, job) => starts.ask({ agent: uuidOf(agent), job }),
    async renew(agent, jobs, leaseMs) {
      return jobs.length === 0 ? [] : renewals.ask({ agent: uuidOf(agent), jobs, leaseMs })
    },
  }
}

/**
 * For each request at most `limit` jobs, leased to its agent. The deadline of a job counts from its claim, and anew from
 * when it began.
 */
export async function claimForAll(
  db: Queryable,
  requests: readonly ClaimRequest[],
): Promise<readonly (readonly ClaimedJob[])[]> {
  const takers = requests.map((request): Taker => ({ request, jobs: [], misses: 0 }))
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const asking = takers.filter(isAsking)
    if (asking.length === 0 || !(await claimOnce(db, asking))) break
  }
  return takers.map(({ jobs }) => jobs)
}

interface Taker {
  readonly request: ClaimRequest
  readonly jobs: ClaimedJob[]
  /** Jobs that it was to have and did not get. */
  misses: number
}

function isAsking({ request, jobs, misses }: Taker): boolean {
  return jobs.length < request.limit && !(request.isOld === true && misses >= OLD_MISSES_MAX)
}

/** True when somebody else was faster, so that there may be more. */
async function claimOnce(db: Queryable, takers: readonly Taker[]): Promise<boolean> {
  const requests = takers.map(({ request, jobs }) => ({
    ...request,
    limit: request.limit - jobs.length,
    running: [...request.running, ...jobs.map(({ id }) => id)],
  }))
  const offers = await listOffers(db, requests)
  const matches = matchOffers(requests, offers).slice(0, CLAIMS_MAX)
  if (matches.length === 0) return false
  const jobs = await takeMatches(db, requests, matches)
  for (const [index, { taker }] of matches.entries()) {
    const job = jobs[index]
    const by = takers[taker]
    if (job !== undefined) by?.jobs.push(job)
    else if (by !== undefined) by.misses += 1
  }
  return jobs.includes(undefined) || matches.length === CLAIMS_MAX
}

/** For each match the job, if it could still be had. */
async function takeMatches(
  db: Queryable,
  requests: readonly ClaimRequest[],
  matches: readonly Match[],
): Promise<readonly (ClaimedJob | undefined)[]> {
  const asked = matches.flatMap(({ taker, offer }) => {
    const request = requests[taker]
    return request === undefined ? [] : [{ request, offer }]
  })
  const { rows } = await db.query<Row>({
    name: 'claim_jobs',
    text: CLAIM,
    values: [
      asked.map(({ offer }) => offer.project),
      asked.map(({ offer }) => offer.root),
      asked.map(({ offer }) => offer.owner),
      asked.map(({ offer }) => offer.id),
      asked.map(({ request }) => uuidOf(request.agent)),
      asked.map(({ request }) => request.leaseMs),
      asked.map(({ request }) => request.isOld === true),
    ],
  })
  const claimed = new Map(rows.map((row) => [Number(row.n), fromRow(row)]))
  return asked.map((_, index) => claimed.get(index + 1))
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
