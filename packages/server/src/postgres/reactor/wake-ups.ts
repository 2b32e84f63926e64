import type { ClientBase } from 'pg'
import { isOurs } from './nodes.ts'
import type { Share } from './nodes.ts'
import { PAGE_MAX } from './queue.ts'
import type { Place, Submission } from './submission.ts'

export interface WakeUps {
  readonly due: readonly Submission[]
  /** When the next one is due, if that is within a second or so. */
  readonly nextAt: number | undefined
  readonly now: number
}

interface Row {
  readonly project_id: number
  readonly root_id: string
  readonly id: string
  readonly wake_at: number
}

/** The aggregates whose moment has come by the database's clock, the earliest first. */
export async function readWakeUps(client: ClientBase, share: Share): Promise<WakeUps> {
  const { rows } = await client.query<Row & { now: number }>({
    name: 'read_wake_ups',
    text: `
      SELECT n.now, a.* FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now) n LEFT JOIN (
        SELECT project_id, root_id, id, (extract(epoch FROM wake_at) * 1000)::float8 AS wake_at
        FROM aggregates
        WHERE wake_at <= now() + interval '1 second' AND fault IS NULL AND ${isOurs('root_id')}
        ORDER BY aggregates.wake_at LIMIT ${PAGE_MAX}) a ON true`,
    values: [share.nodes, share.index],
  })
  const now = rows[0]?.now ?? 0
  const found = rows.filter(({ id }) => id !== null)
  const due = found.filter(({ wake_at: wakeAt }) => wakeAt <= now)
  return { due: due.map(placeOf).map(wakeUp), nextAt: found[due.length]?.wake_at, now }
}

/** The submission that wakes an aggregate. */
export function wakeUp(place: Place): Submission {
  return { place, event: { type: 'woken' }, by: 'timer', options: {}, owned: [], tries: 0 }
}

function placeOf(row: Row): Place {
  return { project: row.project_id, root: row.root_id, id: row.id }
}
