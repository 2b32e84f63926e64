// The log of one job from a byte on.

import { uuidOf, type JobId, type RunStatus } from '@lockstep/domain'

import { readJobLog as readParts } from '../agents/job-logs.ts'
import { findRow, type Queryable } from '../queryable.ts'
import { jobState } from './run-jobs.ts'

/** Bytes of a log from an offset, and whether more will come. */
export interface LogSlice {
  readonly bytes: Buffer
  /** Where to read on. */
  readonly next: number
  readonly ended: boolean
  readonly state: RunStatus
}

/** One answer carries at most this much of a log. */
export const LOG_SLICE_MAX = 1024 * 1024

/** The log of a job below this root; undefined when there is no such job there. */
export async function readLogSlice(
  db: Queryable,
  at: { readonly project: number; readonly root: string; readonly job: JobId },
  offset: number,
): Promise<LogSlice | undefined> {
  const job = await findRow<{ status: string; log_length: string }>(
    db,
    `SELECT status, log_length FROM jobs WHERE id = $1 AND project_id = $2 AND root_id = $3`,
    [uuidOf(at.job), at.project, uuidOf(at.root)],
  )
  if (job === undefined) return undefined
  const length = Number(job.log_length)
  const state = jobState(job.status)
  const isOver = !['ready', 'leased', 'running', 'unknown'].includes(job.status)
  if (offset >= length) {
    return { bytes: Buffer.alloc(0), next: offset, ended: isOver, state }
  }
  const parts = await readParts(db, { project: at.project, job: at.job, from: offset })
  const bytes = Buffer.concat(
    parts.map((part) => part.bytes.subarray(Math.max(0, offset - part.start))),
  ).subarray(0, LOG_SLICE_MAX)
  const next = offset + bytes.length
  return { bytes, next, ended: isOver && next >= length, state }
}
