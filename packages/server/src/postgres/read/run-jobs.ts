// Jobs of steps as people read them: who works where, since when, and what came of it.

import { JOBS_SHOWN_MAX } from '@lockstep/contract'
import {
  idOf,
  uuidOf,
  type AgentId,
  type Digest,
  type JobCode,
  type JobId,
  type RunStatus,
  type TestCounts,
} from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

/** One attempt of one link on one target. */
export interface JobRow {
  readonly id: JobId
  readonly owner: string
  readonly plan: Digest
  readonly step: string
  readonly link: number
  readonly target: number
  readonly attempt: number
  readonly cause: string | null
  readonly pool: string
  readonly state: RunStatus
  /** Handed out to an agent, whether it has begun or not. */
  readonly isHeld: boolean
  readonly agent: { readonly id: AgentId; readonly name: string } | null
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  readonly noContactSince: Date | null
  readonly outcome: JobOutcome | null
  readonly logLength: number
}

/** What was kept of the end of a job: the report of its agent, or the word of a person. */
export interface JobOutcome {
  readonly exitCode?: number | null
  readonly reason?: string | null
  readonly code?: JobCode
  readonly runs?: { readonly version: string; readonly digest: Digest } | null
  readonly tests?: TestCounts
}

interface Row {
  readonly id: string
  readonly owner_id: string
  readonly plan_digest: Digest
  readonly step: string
  readonly link: number
  readonly target: number
  readonly attempt: number
  readonly cause: string | null
  readonly pool: string
  readonly status: string
  readonly agent_id: string | null
  readonly agent_name: string | null
  readonly started_at: Date | null
  readonly finished_at: Date | null
  readonly no_contact_since: Date | null
  readonly outcome: JobOutcome | null
  readonly log_length: string
}

const COLUMNS = `j.id, j.owner_id, j.plan_digest, j.step, j.link, j.target, j.attempt, j.cause, j.pool, j.status,
  j.agent_id, a.name AS agent_name, j.started_at, j.finished_at, j.outcome, j.log_length,
  CASE WHEN j.status = 'unknown' OR (j.status IN ('leased', 'running') AND j.lease_until < now())
    THEN COALESCE(a.seen_at, j.lease_until, j.leased_at) END AS no_contact_since`

/** Jobs of these steps, open ones and newest first, at most `JOBS_SHOWN_MAX`. */
export async function listJobsOf(
  db: Queryable,
  at: { readonly project: number; readonly root: string },
  owners: readonly string[],
): Promise<readonly JobRow[]> {
  if (owners.length === 0) return []
  const rows = await listRows<Row>(
    db,
    `SELECT ${COLUMNS} FROM jobs j LEFT JOIN agents a ON a.id = j.agent_id
     WHERE j.project_id = $1 AND j.root_id = $2 AND j.owner_id = ANY ($3::uuid[])
     ORDER BY j.status IN ('ready', 'leased', 'running', 'unknown') DESC, j.created_at DESC, j.id DESC
     LIMIT ${JOBS_SHOWN_MAX}`,
    [at.project, uuidOf(at.root), owners.map(uuidOf)],
  )
  return rows.map(fromRow)
}

function fromRow(row: Row): JobRow {
  return {
    id: idOf('job', row.id),
    owner: idOf('stp', row.owner_id),
    plan: row.plan_digest,
    step: row.step,
    link: row.link,
    target: row.target,
    attempt: row.attempt,
    cause: row.cause,
    pool: row.pool,
    state: jobState(row.status),
    isHeld: row.status === 'leased' || row.status === 'running',
    agent:
      row.agent_id === null
        ? null
        : { id: idOf('agt', row.agent_id), name: row.agent_name ?? idOf('agt', row.agent_id) },
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    noContactSince: row.no_contact_since,
    outcome: row.outcome,
    logLength: Number(row.log_length),
  }
}

/** The status of a row as one of the ten states. */
export function jobState(status: string): RunStatus {
  switch (status) {
    case 'ready':
    case 'running':
    case 'succeeded':
    case 'failed':
    case 'errored':
    case 'aborted':
    case 'unknown':
      return status
    case 'leased':
      return 'ready' // An agent has it and has not begun.
    case 'superseded':
      return 'aborted' // Another attempt follows: a person said so, or a repeatable one was lost.
    default:
      throw new Error(`a job has no status ${status}`)
  }
}
