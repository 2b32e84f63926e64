// What runs where, now and at any moment of the past.

import { idOf, uuidOf, type Digest, type InventoryRow } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

interface Row {
  readonly environment_id: string
  readonly component_project: string
  readonly application: string
  readonly component: string
  readonly resource: string
  readonly runs: { readonly version: string; readonly digest: Digest } | null
  readonly wanted: { readonly version: string; readonly digest: Digest } | null
  readonly verified: boolean
  readonly unknown: boolean
  readonly by_root_id: string
  readonly by_kind: string | null
  readonly by_job_id: string | null
  readonly since: Date
}

// The row of the log with which the present bits came: the first one after the last that said something else.
const CAME = `LEFT JOIN LATERAL (
    SELECT l.at, l.source_id FROM inventory_log l
    WHERE l.environment_id = i.environment_id AND l.component_project = i.component_project
      AND l.application = i.application AND l.component = i.component AND l.resource = i.resource
      AND l.at <= i.at AND l.runs->>'digest' IS NOT DISTINCT FROM i.runs->>'digest'
      AND l.at > COALESCE((SELECT max(o.at) FROM inventory_log o
        WHERE o.environment_id = i.environment_id AND o.component_project = i.component_project
          AND o.application = i.application AND o.component = i.component AND o.resource = i.resource
          AND o.at <= i.at AND o.runs->>'digest' IS DISTINCT FROM i.runs->>'digest'), '-infinity')
    ORDER BY l.at, l.seq, l.ordinal LIMIT 1) came ON true`

// Nobody put there what an agent has only found, or what was reported from elsewhere.
const COLUMNS = `i.environment_id, i.component_project, i.application, i.component, i.resource, i.runs, i.wanted,
  i.verified, i.unknown, i.by_root_id, i.by_job_id, COALESCE(came.at, i.at) AS since,
  (SELECT r.kind FROM aggregates r WHERE r.root_id = i.by_root_id AND r.parent_id IS NULL
     AND r.kind IN ('pipeline_run', 'release')
     AND NOT EXISTS (SELECT FROM agents a WHERE a.id = came.source_id)) AS by_kind`

/** Rows of one environment, or of several, as of now or of a moment of the past. Ordered by application, component, resource. */
export async function listInventory(
  db: Queryable,
  filter: {
    readonly environment?: string
    readonly environments?: readonly string[]
    readonly at?: Date
  },
): Promise<readonly InventoryRow[]> {
  const environments =
    filter.environments ?? (filter.environment === undefined ? [] : [filter.environment])
  const from =
    filter.at === undefined
      ? 'inventory i'
      : `(SELECT DISTINCT ON (environment_id, component_project, application, component, resource) *
          FROM inventory_log WHERE environment_id = ANY ($1::uuid[]) AND at <= $2
          ORDER BY environment_id, component_project, application, component, resource, at DESC, seq DESC, ordinal DESC) i`
  const rows = await listRows<Row>(
    db,
    `SELECT ${COLUMNS} FROM ${from} ${CAME} WHERE i.environment_id = ANY ($1::uuid[])
     ORDER BY i.component_project, i.application, i.component, i.resource`,
    [environments.map(uuidOf), ...(filter.at === undefined ? [] : [filter.at])],
  )
  return rows.map(fromRow)
}

function fromRow(row: Row): InventoryRow {
  return {
    environment: idOf('env', row.environment_id),
    component: {
      project: row.component_project,
      application: row.application,
      name: row.component,
    },
    resource: row.resource,
    reported: row.runs,
    wanted: row.wanted,
    verified: row.verified,
    unknown: row.unknown,
    since: row.since.getTime(),
    putBy:
      row.by_kind === null
        ? null
        : {
            root: idOf(row.by_kind === 'release' ? 'rel' : 'run', row.by_root_id),
            job: row.by_job_id === null ? null : idOf('job', row.by_job_id),
          },
  }
}
