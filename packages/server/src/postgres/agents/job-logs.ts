// Logs of jobs: appended by offset, so that no byte is lost or there twice, and read by range.

import { uuidOf } from '@lockstep/domain'
import type { AgentId, JobId } from '@lockstep/domain'
import type { Queryable } from '../queryable.ts'
import { findRow, listRows } from '../queryable.ts'

/** Where a log is, and since when which byte is there. */
export interface LogPart {
  readonly start: number
  readonly bytes: Buffer
  /** Pairs of (byte offset in this part, milliseconds since the job began). */
  readonly marks: readonly number[]
}

export type Appended =
  | { readonly ok: true; readonly length: number }
  | { readonly ok: false; readonly refusal: 'wrong_offset'; readonly length: number }
  | { readonly ok: false; readonly refusal: 'lease_lost' | 'not_found' }

const PARTS_MAX = 64

/**
 * Appends when the lease is the agent's and the stored log ends at `start`: one statement, so two at once are one after
 * the other. Durable when this returns.
 */
export async function appendJobLog(
  db: Queryable,
  chunk: {
    readonly agent: AgentId
    readonly job: JobId
    readonly fence: number
    readonly start: number
    readonly bytes: Uint8Array
    readonly marks: readonly number[]
  },
): Promise<Appended> {
  const { agent, job, fence, start, bytes, marks } = chunk
  const row = await findRow<{
    is_own: boolean
    is_held: boolean
    length: number
    is_appended: boolean
  }>(
    db,
    `WITH grown AS (
       UPDATE jobs SET log_length = log_length + octet_length($5::bytea)
       WHERE id = $1 AND agent_id = $2 AND fence = $3 AND log_length = $4
         AND status IN ('leased', 'running', 'unknown')
       RETURNING project_id, id
     ), stored AS (
       INSERT INTO job_logs (project_id, job_id, start, bytes, marks)
       SELECT project_id, id, $4, $5, $6 FROM grown WHERE octet_length($5::bytea) > 0
     )
     SELECT agent_id = $2 AS is_own, fence = $3 AND status IN ('leased', 'running', 'unknown') AS is_held,
       log_length::float8 AS length, EXISTS (SELECT FROM grown) AS is_appended
     FROM jobs WHERE id = $1`,
    [uuidOf(job), uuidOf(agent), fence, start, bytes, marks],
  )
  if (row === undefined || !row.is_own) return { ok: false, refusal: 'not_found' }
  if (row.is_appended) return { ok: true, length: start + bytes.length }
  if (!row.is_held) return { ok: false, refusal: 'lease_lost' }
  return { ok: false, refusal: 'wrong_offset', length: row.length }
}

/** The parts of a log from a byte on, in order, at most 16 MB; the first may begin before that byte. */
export async function readJobLog(
  db: Queryable,
  place: { readonly project: number; readonly job: JobId; readonly from: number },
): Promise<readonly LogPart[]> {
  const rows = await listRows<{ start: number; bytes: Buffer; marks: readonly number[] }>(
    db,
    `SELECT start::float8 AS start, bytes, marks FROM job_logs
     WHERE project_id = $1 AND job_id = $2 AND start >= coalesce(
       (SELECT max(start) FROM job_logs WHERE project_id = $1 AND job_id = $2 AND start <= $3), 0)
     ORDER BY job_logs.start LIMIT ${PARTS_MAX}`,
    [place.project, uuidOf(place.job), place.from],
  )
  return rows
}
