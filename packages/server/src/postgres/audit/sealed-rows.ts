// Seals and the events under them as they are stored, for whoever recomputes them or gives them out.

import { canonicalText } from '@lockstep/domain'
import type { JsonValue, SealedEvent } from '@lockstep/domain'
import type { Queryable } from '../queryable.ts'
import { leafOf, positionOf } from '../reactor/seal.ts'

/** A seal as it is stored. */
export interface SealRow {
  readonly n: number
  readonly previous: string
  readonly hash: string
  readonly events: number
}

/** An event as it is stored, under the seal with this number of its lane. */
export interface SealedRow extends Omit<SealedEvent, 'origin' | 'body'> {
  readonly n: number
  readonly origin: JsonValue | null
  readonly body: JsonValue
}

/** What was hashed of the event when it was sealed, if nobody has changed it since. */
export function leafOfRow({ n: _n, origin, body, ...event }: SealedRow): string {
  return leafOf({
    ...event,
    origin: origin === null ? undefined : canonicalText(origin),
    body: canonicalText(body),
  }).toString('hex')
}

/** Seals of a lane by their number, those after `from` up to `to`. */
export async function readSeals(
  client: Queryable,
  lane: number,
  from: number,
  to: number,
): Promise<ReadonlyMap<number, SealRow>> {
  const { rows } = await client.query<SealRow>(
    `SELECT n::float8 AS n, encode(prev, 'hex') AS previous, encode(hash, 'hex') AS hash, events
     FROM seals WHERE lane = $1 AND n > $2 AND n <= $3`,
    [lane, from, to],
  )
  return new Map(rows.map((row) => [row.n, row]))
}

/** The events under these seals, in the order in which their leaves are sealed. */
export async function readEvents(
  client: Queryable,
  lane: number,
  from: number,
  to: number,
): Promise<readonly SealedRow[]> {
  const { rows } = await client.query<SealedRow>(
    `SELECT (pos - $3::bigint)::float8 AS n, project_id AS project, root_id AS root, id, seq, kind, type, v, actor,
       (extract(epoch FROM at) * 1000)::float8 AS at, ids, origin, body
     FROM events WHERE pos > $1 AND pos <= $2 ORDER BY pos, project_id, root_id, id, seq`,
    [positionOf(lane, from), positionOf(lane, to), positionOf(lane, 0)],
  )
  return rows
}
