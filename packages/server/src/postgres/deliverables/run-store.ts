// Runs by their addresses, plans by their digests, and which snapshots a run brings.

import { idOf, uuidOf, type Digest, type RunId } from '@lockstep/domain'
import type { Source } from '@lockstep/define/plan'

import { findRow, listRows, type Queryable } from '../queryable.ts'

/** A run as people address it: `project/name/number`. */
export interface StoredRun {
  readonly id: RunId
  readonly root: string
  readonly project: string
  readonly projectNumber: number
  readonly name: string
  readonly number: number
  readonly pipeline: string
  readonly release: string | null
  readonly plan: Digest
  readonly starter: string
  readonly source: Source | null
  readonly at: Date
}

/** A row of `RUN_COLUMNS`. */
export interface RunRow {
  readonly id: string
  readonly root_id: string
  readonly project: string
  readonly project_id: number
  readonly name: string
  readonly number: number
  readonly pipeline: string
  readonly release: string | null
  readonly plan_digest: Digest
  readonly starter: string
  readonly source: Source | null
  readonly created_at: Date
}

/** What a run is read by, from `RUN_FROM`. */
export const RUN_COLUMNS = `r.id, r.root_id, p.name AS project, r.project_id, r.name, r.number, d.name AS pipeline,
  l.name AS release, r.plan_digest, r.starter, r.source, r.created_at`
export const RUN_FROM = `FROM runs r JOIN projects p ON p.number = r.project_id
  JOIN definitions d ON d.id = r.pipeline_id LEFT JOIN definitions l ON l.id = r.release_id`

/**
 * Gives a run its number. With a `cause` (a trigger and what it fired for) the same cause gets the same run: `isNew` is
 * false then, and the row is the one that was made first. It is listed with the applications that its plan, kept before, brings.
 */
export async function insertRun(
  db: Queryable,
  run: {
    readonly id: RunId
    readonly root: string
    readonly projectNumber: number
    readonly name: string
    readonly pipeline: string
    readonly release: string | null
    readonly plan: Digest
    readonly starter: string
    readonly cause: string | null
    readonly source: Source | null
  },
): Promise<{ readonly id: RunId; readonly number: number; readonly isNew: boolean }> {
  for (;;) {
    const made = await findRow<{ number: number }>(
      db,
      `WITH made AS (
         INSERT INTO runs (id, root_id, project_id, name, number, pipeline_id, release_id, plan_digest, starter, cause, source)
         SELECT $1, $2, $3, $4, COALESCE(MAX(r.number), 0) + 1, $5, $6, $7, $8, $9, $10
         FROM runs r WHERE r.project_id = $3 AND r.name = $4
         ON CONFLICT DO NOTHING RETURNING id, number),
       brought AS (
         INSERT INTO run_applications (application_id, run_id)
         SELECT DISTINCT d.id, made.id FROM made
         JOIN plans pl ON pl.digest = $7 CROSS JOIN LATERAL jsonb_array_elements(pl.body->'brings') AS b
         JOIN projects p ON p.name = b->'application'->>'project'
         JOIN definitions d ON d.project_id = p.number AND d.kind = 'application' AND d.retired_at IS NULL
           AND d.name = b->'application'->>'name')
       SELECT number FROM made`,
      [
        uuidOf(run.id),
        uuidOf(run.root),
        run.projectNumber,
        run.name,
        run.pipeline,
        run.release,
        run.plan,
        run.starter,
        run.cause,
        run.source === null ? null : JSON.stringify(run.source),
      ],
    )
    if (made !== undefined) return { id: run.id, number: made.number, isNew: true }
    const before = await findRow<{ id: string; number: number }>(
      db,
      `SELECT id, number FROM runs WHERE id = $1 OR (project_id = $2 AND cause = $3)`,
      [uuidOf(run.id), run.projectNumber, run.cause],
    )
    if (before !== undefined) {
      return { id: idOf('run', before.id), number: before.number, isNew: false }
    }
    // Somebody took the number in between: take the next.
  }
}

/** A run by its id. */
export async function findRun(db: Queryable, id: string): Promise<StoredRun | undefined> {
  const row = await findRow<RunRow>(db, `SELECT ${RUN_COLUMNS} ${RUN_FROM} WHERE r.id = $1`, [
    uuidOf(id),
  ])
  return row === undefined ? undefined : fromRunRow(row)
}

/** The newest run under a root: of a release, its last run. */
export async function findRunByRoot(db: Queryable, root: string): Promise<StoredRun | undefined> {
  const row = await findRow<RunRow>(
    db,
    `SELECT ${RUN_COLUMNS} ${RUN_FROM} WHERE r.root_id = $1 ORDER BY r.number DESC LIMIT 1`,
    [uuidOf(root)],
  )
  return row === undefined ? undefined : fromRunRow(row)
}

/** The run of a row. */
export function fromRunRow(row: RunRow): StoredRun {
  return {
    id: idOf('run', row.id),
    root: row.root_id === row.id ? idOf('run', row.root_id) : idOf('rel', row.root_id),
    project: row.project,
    projectNumber: row.project_id,
    name: row.name,
    number: row.number,
    pipeline: row.pipeline,
    release: row.release,
    plan: row.plan_digest,
    starter: row.starter,
    source: row.source,
    at: row.created_at,
  }
}

/** A snapshot that a run made or brings. */
export interface RunSnapshot {
  readonly application: string
  readonly digest: Digest
  readonly version: string
}

/** Remembers which snapshot of an application the run brings; the newest counts (a task may be done again). */
export async function saveRunSnapshot(
  db: Queryable,
  root: string,
  projectNumber: number,
  snapshot: RunSnapshot,
): Promise<void> {
  await db.query(
    `INSERT INTO run_snapshots (root_id, project_id, application, digest, version) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (root_id, project_id, application)
     DO UPDATE SET digest = EXCLUDED.digest, version = EXCLUDED.version, at = now()`,
    [uuidOf(root), projectNumber, snapshot.application, snapshot.digest, snapshot.version],
  )
}

/** The snapshots that a run brings, by `project/application`. */
export async function listRunSnapshots(
  db: Queryable,
  root: string,
): Promise<ReadonlyMap<string, RunSnapshot>> {
  const rows = await listRows<RunSnapshot & { project: string }>(
    db,
    `SELECT p.name AS project, s.application, s.digest, s.version
     FROM run_snapshots s JOIN projects p ON p.number = s.project_id WHERE s.root_id = $1`,
    [uuidOf(root)],
  )
  return new Map(
    rows.map(({ project, ...snapshot }) => [`${project}/${snapshot.application}`, snapshot]),
  )
}
