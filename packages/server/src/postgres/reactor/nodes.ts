// Which server processes live, by their heartbeat, and which part of the roots each looks after.

import type { ClientBase } from 'pg'

const DEAD_AFTER_SECONDS = 3
const FORGOTTEN_AFTER_SECONDS = 3_600

/** This node's part of the roots. A wrong count costs a collision, nothing else. */
export interface Share {
  readonly nodes: number
  readonly index: number
}

/** Says that this node lives; answers who else does, what its share is now, and the time. */
export async function beat(
  client: ClientBase,
  nodeId: string,
  version: string,
): Promise<{ readonly share: Share; readonly alive: ReadonlySet<string>; readonly now: number }> {
  const { rows } = await client.query<{ ids: string[]; now: number }>(
    `WITH beat AS (
       INSERT INTO nodes (id, version, beat_at) VALUES ($1, $2, clock_timestamp())
       ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at, version = excluded.version),
     forgotten AS (
       DELETE FROM nodes WHERE beat_at < now() - make_interval(secs => ${FORGOTTEN_AFTER_SECONDS}) AND id <> $1)
     SELECT array(SELECT id::text FROM nodes WHERE beat_at > now() - make_interval(secs => ${DEAD_AFTER_SECONDS}) AND id <> $1) AS ids,
            (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`,
    [nodeId, version],
  )
  const row = rows[0]
  if (row === undefined) throw new Error('a heartbeat answers with one row')
  const ids = [...row.ids, nodeId].sort()
  const share = { nodes: ids.length, index: ids.indexOf(nodeId) }
  return { share, alive: new Set(ids), now: row.now }
}

/** SQL that is true for the roots of this share; `$1` is how many nodes there are, `$2` which one this is. */
export function isOurs(column: string): string {
  return `($1::int = 1 OR mod(uuid_hash(${column})::bigint + 2147483648, $1::int) = $2::int)`
}
