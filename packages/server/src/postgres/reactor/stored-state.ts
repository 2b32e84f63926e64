// Aggregates as the flush reads them, and the cache of those read or written lately.

import type { AggregateKind, StateHead } from '@lockstep/domain'
import type { ClientBase } from 'pg'
import type { Place } from './submission.ts'

export const CACHED_STATES_MAX = 20_000

/** A row of `aggregates`, as of a version. */
export interface Stored {
  readonly place: Place
  readonly kind: AggregateKind
  readonly version: number
  readonly state: StateHead
  /** The column, which may be earlier than what the state wants. */
  readonly wakeAt: number | undefined
  readonly parent: string | undefined
  readonly fault: string | undefined
}

/** States by id, oldest use first out. A hint only: the flush compares versions under lock. */
export class StateCache {
  readonly #states = new Map<string, Stored>()

  find(id: string): Stored | undefined {
    const found = this.#states.get(id)
    if (found === undefined) return undefined
    this.#states.delete(id)
    this.#states.set(id, found)
    return found
  }

  keep(stored: Stored): void {
    this.#states.delete(stored.place.id)
    this.#states.set(stored.place.id, stored)
    if (this.#states.size <= CACHED_STATES_MAX) return
    for (const oldest of this.#states.keys()) {
      this.#states.delete(oldest)
      return
    }
  }

  evict(id: string): void {
    this.#states.delete(id)
  }
}

const READ = `
  SELECT a.project_id, a.root_id, a.id, a.kind, a.version, a.state, a.parent_id, a.fault,
         (extract(epoch FROM a.wake_at) * 1000)::float8 AS wake_at
  FROM unnest($1::int[], $2::uuid[], $3::uuid[]) AS t (project_id, root_id, id)
  JOIN LATERAL (
    SELECT * FROM aggregates WHERE project_id = t.project_id AND root_id = t.root_id AND id = t.id
  ) a ON true`

interface Row {
  readonly project_id: number
  readonly root_id: string
  readonly id: string
  readonly kind: AggregateKind
  readonly version: number
  readonly state: StateHead
  readonly parent_id: string | null
  readonly fault: string | null
  readonly wake_at: number | null
}

/** Those of the places that exist, by id. */
export async function readStored(
  client: ClientBase,
  places: readonly Place[],
): Promise<Map<string, Stored>> {
  if (places.length === 0) return new Map()
  const { rows } = await client.query<Row>({
    name: 'read_aggregates',
    text: READ,
    values: [
      places.map(({ project }) => project),
      places.map(({ root }) => root),
      places.map(({ id }) => id),
    ],
  })
  return new Map(rows.map((row) => [row.id, fromRow(row)]))
}

function fromRow(row: Row): Stored {
  return {
    place: { project: row.project_id, root: row.root_id, id: row.id },
    kind: row.kind,
    version: row.version,
    state: row.state,
    wakeAt: row.wake_at ?? undefined,
    parent: row.parent_id ?? undefined,
    fault: row.fault ?? undefined,
  }
}
