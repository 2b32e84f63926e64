// Jobs that end without their agent: their deadline is over, or they were cancelled and their agent is silent, or nobody has
// claimed them.

import { idOf } from '@lockstep/domain'
import type { JobId } from '@lockstep/domain'
import type { ClientBase } from 'pg'
import type { OwnedJob } from '../../ports/reactor.ts'
import { isOurs } from './nodes.ts'
import type { Share } from './nodes.ts'
import { PAGE_MAX } from './queue.ts'
import type { Submission } from './submission.ts'

/** So many jobs are named in one event at most. */
const CANCELLED_PER_EVENT_MAX = 100

interface Row {
  readonly project_id: number
  readonly root_id: string
  readonly owner_id: string
  readonly id: string
  readonly fence: number
  readonly target: number
  readonly link: number
  readonly attempt: number
}

/**
 * Contact lost until the deadline: nobody can prove what happened. The row stays open for evidence, or for a person. Of what is
 * to be stopped nothing more is awaited than a sign of life: who aborts does not wait for a dead agent longer than its lease.
 */
export async function readDeadlines(
  client: ClientBase,
  share: Share,
): Promise<readonly Submission[]> {
  const rows = await read(
    client,
    share,
    `status IN ('leased', 'running') AND (deadline <= now()
       OR (cancel_at + make_interval(secs => cancel_grace_ms / 1000.0) <= now() AND lease_until <= now()))`,
    'deadline',
  )
  return rows.map((row) => ({
    ...ownerOf(row),
    event: { type: 'job_lost', ...jobAt(row) },
    by: 'timer',
    options: {},
    owned: [owned(row, 'held', 'unknown')],
    tries: 0,
  }))
}

/** Cancelled and never claimed: they end as aborted, many of one owner in one event. */
export async function readCancelled(
  client: ClientBase,
  share: Share,
): Promise<readonly Submission[]> {
  const rows = await read(client, share, `cancel_at IS NOT NULL AND status = 'ready'`, 'cancel_at')
  const submissions: Submission[] = []
  for (const ofOwner of Map.groupBy(rows, (row) => row.owner_id).values()) {
    for (let from = 0; from < ofOwner.length; from += CANCELLED_PER_EVENT_MAX) {
      const slice = ofOwner.slice(from, from + CANCELLED_PER_EVENT_MAX)
      const [first] = slice
      if (first === undefined) continue
      submissions.push({
        ...ownerOf(first),
        event: { type: 'jobs_cancelled', jobs: slice.map(jobAt) },
        by: 'rule',
        options: {},
        owned: slice.map((row) => owned(row, 'ready', 'aborted')),
        tries: 0,
      })
    }
  }
  return submissions
}

async function read(
  client: ClientBase,
  share: Share,
  condition: string,
  order: 'deadline' | 'cancel_at',
): Promise<readonly Row[]> {
  const { rows } = await client.query<Row>({
    name: `read_jobs_by_${order}`,
    text: `
      SELECT project_id, root_id, owner_id, id, fence, target, link, attempt FROM jobs
      WHERE ${condition} AND ${isOurs('root_id')} ORDER BY ${order} LIMIT ${PAGE_MAX}`,
    values: [share.nodes, share.index],
  })
  return rows
}

function ownerOf(row: Row): Pick<Submission, 'place'> {
  return { place: { project: row.project_id, root: row.root_id, id: row.owner_id } }
}

function jobAt(row: Row): {
  readonly job: JobId
  readonly target: number
  readonly link: number
  readonly attempt: number
} {
  const { target, link, attempt } = row
  return { job: idOf('job', row.id), target, link, attempt }
}

function owned(row: Row, held: OwnedJob['while'], status: OwnedJob['outcome']['status']): OwnedJob {
  return {
    job: idOf('job', row.id),
    fence: row.fence,
    while: held,
    outcome: { status, report: null },
  }
}
