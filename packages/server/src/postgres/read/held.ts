// What waits while nothing goes out: what an administrator looks at before letting it.

import { findRow, type Queryable } from '../queryable.ts'

/** Effects that reach people or other systems; the others stay inside. */
export const DISCARDED_KINDS = [
  'notify_approvers',
  'notify_override',
  'notify_gate_decided',
  'notify_owners',
  'notify_people',
] as const

export interface HeldCounts {
  readonly messages: number
  readonly runs: number
  readonly jobs: number
}

export async function countHeld(db: Queryable): Promise<HeldCounts> {
  const row = await findRow<HeldCounts>(
    db,
    `SELECT (SELECT count(*) FROM pgboss.job WHERE name = ANY ($1) AND state IN ('created', 'retry', 'active'))::int
         + (SELECT count(*) FROM notifications WHERE send_at IS NOT NULL)::int AS messages,
       (SELECT count(*) FROM aggregates WHERE kind = 'pipeline_run' AND finished_at IS NULL)::int AS runs,
       (SELECT count(*) FROM jobs WHERE status = 'ready')::int AS jobs`,
    [[...DISCARDED_KINDS]],
  )
  return row ?? { messages: 0, runs: 0, jobs: 0 }
}
