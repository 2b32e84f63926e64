// What commits have changed, read back by their positions: for other nodes, and for browsers that come back.

import { idOfKind, type RunStatus } from '@lockstep/domain'
import type { ClientBase } from 'pg'
import type { Change, Commit } from '../../ports/reactor.ts'
import { placeOfPosition, positionOf } from './seal.ts'

/** A stretch of a lane: the seals after `from`, up to and with `to`. */
export interface Stretch {
  readonly lane: number
  readonly from: number
  readonly to: number
}

interface Row {
  readonly pos: string
  readonly project_id: number
  readonly root_id: string
  readonly id: string
  readonly version: number
  readonly kind: string
  readonly root_kind: string | null
  readonly status: RunStatus | null
  readonly parent: string | null
}

/** The commits of a stretch in order, at most so many changes. Statuses are those of now. */
export async function readCommits(
  client: Pick<ClientBase, 'query'>,
  { lane, from, to }: Stretch,
  changesMax: number,
): Promise<readonly Commit[]> {
  const { rows } = await client.query<Row>({
    name: 'read_commits',
    text: `
      SELECT e.pos::text, e.project_id, e.root_id, e.id, e.version, e.kind, r.kind AS root_kind, a.status,
             a.state->'parent'->>'id' AS parent
      FROM (
        SELECT pos, project_id, root_id, id, kind, max(seq) AS version FROM events
        WHERE pos > $1 AND pos <= $2 GROUP BY pos, project_id, root_id, id, kind ORDER BY pos LIMIT $3) e
      LEFT JOIN aggregates a ON a.project_id = e.project_id AND a.root_id = e.root_id AND a.id = e.id
      LEFT JOIN aggregates r ON r.project_id = e.project_id AND r.root_id = e.root_id AND r.id = e.root_id
      ORDER BY e.pos`,
    values: [positionOf(lane, from), positionOf(lane, to), changesMax],
  })
  return [...Map.groupBy(rows, ({ pos }) => Number(pos))].map(([pos, changed]) => ({
    ...placeOfPosition(pos),
    changes: changed.map(changeOf),
  }))
}

/** The pools in which these owners have jobs that are ready. */
export async function readReadyPools(
  client: Pick<ClientBase, 'query'>,
  owners: readonly { readonly project: number; readonly root: string; readonly id: string }[],
): Promise<readonly string[]> {
  if (owners.length === 0) return []
  const { rows } = await client.query<{ pool: string }>({
    name: 'read_ready_pools',
    text: `
      SELECT DISTINCT j.pool FROM unnest($1::int[], $2::uuid[], $3::uuid[]) AS t (project, root, id)
      JOIN jobs j ON j.project_id = t.project AND j.root_id = t.root AND j.owner_id = t.id AND j.status = 'ready'`,
    values: [
      owners.map(({ project }) => project),
      owners.map(({ root }) => root),
      owners.map(({ id }) => id),
    ],
  })
  return rows.map(({ pool }) => pool)
}

function changeOf(row: Row): Change {
  return {
    project: row.project_id,
    root: idOfKind(row.root_kind ?? row.kind, row.root_id),
    id: idOfKind(row.kind, row.id),
    kind: row.kind,
    version: row.version,
    ...(row.status === null ? {} : { status: row.status }),
    ...(row.parent === null ? {} : { parent: row.parent }),
  }
}
