// Releases with what they have collected, and the snapshots that they are made of.

import { idOf, uuidOf, type Digest, type ReleaseState, type SnapshotBody } from '@lockstep/domain'

import type { StoredDefinition } from '../deliverables/definition-store.ts'
import { listRows, type Queryable } from '../queryable.ts'

/** A release as people see it. */
export interface ReleaseView {
  readonly definition: StoredDefinition<'release'>
  /** undefined: applied a moment ago, its collection is still to be made. */
  readonly state: ReleaseState | undefined
  /** Number of its events. */
  readonly version: number
  /** Addresses of the runs that are named in it, by id. */
  readonly runs: ReadonlyMap<string, string>
}

/** What these releases have collected. */
export async function viewReleases(
  db: Queryable,
  definitions: readonly StoredDefinition<'release'>[],
): Promise<readonly ReleaseView[]> {
  const rows = await listRows<{ id: string; state: ReleaseState; version: number }>(
    db,
    `SELECT id, state, version FROM aggregates
     WHERE root_id = ANY ($1::uuid[]) AND id = root_id AND kind = 'release'`,
    [definitions.map(({ uuid }) => uuid)],
  )
  const states = new Map(rows.map((row) => [row.id, row]))
  const runs = await readAddresses(
    db,
    rows.flatMap(({ state }) => [
      ...(state.run === null ? [] : [state.run]),
      ...state.applications.flatMap(({ taken }) => (taken === undefined ? [] : [taken.run])),
    ]),
  )
  return definitions.map((definition) => {
    const row = states.get(definition.uuid)
    return { definition, state: row?.state, version: row?.version ?? 1, runs }
  })
}

/** `project/name/number` of runs by their ids. */
export async function readAddresses(
  db: Queryable,
  runs: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await listRows<{ id: string; address: string }>(
    db,
    `SELECT r.id, p.name || '/' || r.name || '/' || r.number AS address
     FROM runs r JOIN projects p ON p.number = r.project_id WHERE r.id = ANY ($1::uuid[])`,
    [[...new Set(runs)].map(uuidOf)],
  )
  return new Map(rows.map(({ id, address }) => [idOf('run', id), address]))
}

/** A snapshot as people see it. */
export interface SnapshotView {
  readonly digest: Digest
  readonly ordinal: number
  readonly version: string
  readonly body: SnapshotBody
  /** Address of the run that made it. */
  readonly madeBy: string | null
  readonly at: Date
}

/** Snapshots of an application of a project, newest first, below the place `before` in the order of all snapshots. */
export async function pageSnapshots(
  db: Queryable,
  wanted: {
    readonly project: string
    readonly application: string
    readonly version: string | undefined
    readonly before: number | undefined
    readonly limit: number
  },
): Promise<readonly SnapshotView[]> {
  const rows = await listRows<Omit<SnapshotView, 'ordinal'> & { readonly ordinal: string }>(
    db,
    `SELECT s.digest, s.ordinal, s.version, s.body, s.created_at AS at,
       (SELECT p.name || '/' || r.name || '/' || r.number FROM runs r JOIN projects p ON p.number = r.project_id
        WHERE r.root_id = s.root_id ORDER BY r.number DESC LIMIT 1) AS "madeBy"
     FROM snapshots s
     WHERE s.application_project = $1 AND s.application = $2 AND ($3::text IS NULL OR s.version = $3)
       AND ($4::bigint IS NULL OR s.ordinal < $4)
     ORDER BY s.ordinal DESC LIMIT $5`,
    [
      wanted.project,
      wanted.application,
      wanted.version ?? null,
      wanted.before ?? null,
      wanted.limit,
    ],
  )
  return rows.map((row) => ({ ...row, ordinal: Number(row.ordinal) }))
}
