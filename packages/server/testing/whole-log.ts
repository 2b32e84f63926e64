// A log as it is stored, from its first byte to its last.

import { idOf } from '@lockstep/domain'
import type { Pool } from 'pg'
import { readJobLog } from '../src/postgres/agents/job-logs.ts'

/** All bytes of the log of the job with this uuid, whatever its project. */
export async function readWholeLog(pool: Pool, job: string): Promise<Buffer> {
  const { rows } = await pool.query<{ project: number }>(
    'SELECT project_id AS project FROM jobs WHERE id = $1',
    [job],
  )
  const project = rows[0]?.project ?? 0
  const parts: Buffer[] = []
  for (let from = 0; ;) {
    const more = await readJobLog(pool, { project, job: idOf('job', job), from })
    const fresh = more.filter(({ start }) => start >= from)
    if (fresh.length === 0) return Buffer.concat(parts)
    for (const { start, bytes } of fresh) {
      if (start !== from) throw new Error(`the log of ${job} has a hole at ${from}`)
      parts.push(bytes)
      from += bytes.length
    }
  }
}
