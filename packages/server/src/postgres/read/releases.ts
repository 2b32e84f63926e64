import { idOf, uuidOf, type ReleaseState } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

/** The state of a release with its version. */
export interface ReleaseRow {
  readonly state: ReleaseState
  readonly version: number
}

/** The states of these releases, by the uuid that each shares with its definition. */
export async function readReleases(
  db: Queryable,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, ReleaseRow>> {
  const rows = await listRows<ReleaseRow & { readonly id: string }>(
    db,
    `SELECT id, state, version FROM aggregates
     WHERE kind = 'release' AND parent_id IS NULL AND root_id = ANY ($1::uuid[]) AND id = root_id`,
    [uuids],
  )
  return new Map(rows.map(({ id, ...row }) => [id, row]))
}

/** Addresses of runs (`project/name/number`) by their ids; also of the newest run under a root. */
export async function readRunAddresses(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await listRows<{ id: string; address: string }>(
    db,
    `SELECT r.id, p.name || '/' || r.name || '/' || r.number AS address
     FROM runs r JOIN projects p ON p.number = r.project_id WHERE r.id = ANY ($1::uuid[])`,
    [[...new Set(ids)].map(uuidOf)],
  )
  return new Map(rows.map(({ id, address }) => [idOf('run', id), address]))
}
