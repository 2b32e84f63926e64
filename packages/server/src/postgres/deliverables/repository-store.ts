// Repositories that are looked at for new commits.

import { randomUUID } from 'node:crypto'

import { findRow, listRows, type Queryable } from '../queryable.ts'

/** A run that a commit or tag asked for and that could not be planned. */
export interface WaitingStart {
  /** Uuid of the pipeline. */
  readonly pipeline: string
  /** `refs/heads/main` */
  readonly ref: string
  readonly commit: string
  readonly why: string
}

/** So many of them are remembered for a repository; older ones are given up. */
export const WAITING_MAX = 50

/** A repository as polling sees it. */
export interface WatchedRepository {
  readonly id: string
  readonly projectNumber: number
  readonly project: string
  readonly name: string
  readonly url: string
  readonly pollMs: number
  /** Refs as they were when all runs for them had been started. */
  readonly refs: Readonly<Record<string, string>>
  /** What has not been started because its plan was refused: tried again at each look. */
  readonly waiting: readonly WaitingStart[]
  readonly failures: number
  readonly failure: string | null
  readonly seenAt: Date | null
}

interface Row {
  readonly id: string
  readonly project_id: number
  readonly project: string
  readonly name: string
  readonly url: string
  readonly poll_ms: number
  readonly refs: Readonly<Record<string, string>>
  readonly waiting: readonly WaitingStart[]
  readonly failures: number
  readonly failure: string | null
  readonly seen_at: Date | null
}

const COLUMNS = `r.id, r.project_id, p.name AS project, r.name, r.url, r.poll_ms, r.refs, r.waiting, r.failures, r.failure, r.seen_at`
/** Longest pause between two looks at a repository that does not answer. */
const PAUSE_MS_MAX = 600_000
const FAILURE_LETTERS_MAX = 2_000
/** Whoever has taken a repository and says nothing for so long has died. */
const TAKEN_MS = 120_000

/** Takes the repository that is due longest; no other server takes it for two minutes. */
export async function claimDueRepository(db: Queryable): Promise<WatchedRepository | undefined> {
  const row = await findRow<Row>(
    db,
    `UPDATE repositories r SET poll_at = now() + make_interval(secs => ${TAKEN_MS / 1000})
     FROM projects p
     WHERE p.number = r.project_id AND r.id = (
       SELECT id FROM repositories WHERE poll_at <= now() ORDER BY poll_at LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING ${COLUMNS}`,
    [],
  )
  return row === undefined ? undefined : fromRow(row)
}

/**
 * All runs for these refs were started, but for those that wait for a plan: they are remembered, and the next look is planned.
 * Why they wait is the failure that people see.
 */
export async function noteRefs(
  db: Queryable,
  { id, pollMs }: WatchedRepository,
  seen: {
    readonly refs: Readonly<Record<string, string>>
    readonly waiting: readonly WaitingStart[]
  },
): Promise<void> {
  const why = seen.waiting.map((one) => one.why)
  // Somebody may have asked for a look in the meantime: that stays.
  await db.query(
    `UPDATE repositories SET refs = $2, waiting = $3, failures = 0, failure = $4, seen_at = now(),
       poll_at = least(poll_at, now() + make_interval(secs => $5::float8 / 1000))
     WHERE id = $1`,
    [
      id,
      JSON.stringify(seen.refs),
      JSON.stringify(seen.waiting),
      why.length === 0 ? null : why.join('\n').slice(0, FAILURE_LETTERS_MAX),
      jittered(pollMs),
    ],
  )
}

/** What went wrong, for people; the next look comes later each time. */
export async function noteFailure(
  db: Queryable,
  { id, pollMs, failures }: WatchedRepository,
  failure: string,
): Promise<void> {
  const pauseMs = Math.min(PAUSE_MS_MAX, pollMs * 2 ** Math.min(failures, 10))
  await db.query(
    `UPDATE repositories SET failures = failures + 1, failure = $2,
       poll_at = CASE WHEN poll_at <= now() THEN poll_at ELSE now() + make_interval(secs => $3::float8 / 1000) END
     WHERE id = $1`,
    [id, failure.slice(0, FAILURE_LETTERS_MAX), jittered(pauseMs)],
  )
}

function jittered(ms: number, chance: () => number = Math.random): number {
  return ms * (0.9 + 0.2 * chance())
}

/** The repositories of a project by name. */
export async function listRepositories(
  db: Queryable,
  projectNumber: number,
): Promise<readonly WatchedRepository[]> {
  const rows = await listRows<Row>(
    db,
    `SELECT ${COLUMNS} FROM repositories r JOIN projects p ON p.number = r.project_id
     WHERE r.project_id = $1 ORDER BY r.name LIMIT 1000`,
    [projectNumber],
  )
  return rows.map(fromRow)
}

/** Follows a repository. False when the project has one of this name. */
export async function insertRepository(
  db: Queryable,
  repository: {
    readonly projectNumber: number
    readonly name: string
    readonly url: string
    readonly pollMs: number
  },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO repositories (id, project_id, name, url, poll_ms) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (project_id, name) DO NOTHING`,
    [randomUUID(), repository.projectNumber, repository.name, repository.url, repository.pollMs],
  )
  return rowCount === 1
}

/**
 * Follows it under this address and in this rhythm, with a look at once. What was seen stays: commits that came since then start
 * their runs also when the repository has moved. False when the project has none of this name.
 */
export async function updateRepository(
  db: Queryable,
  repository: {
    readonly projectNumber: number
    readonly name: string
    readonly url: string | undefined
    readonly pollMs: number | undefined
  },
): Promise<boolean> {
  const { projectNumber, name, url, pollMs } = repository
  const { rowCount } = await db.query(
    `UPDATE repositories SET url = coalesce($3, url), poll_ms = coalesce($4, poll_ms), failures = 0, failure = NULL, poll_at = now()
     WHERE project_id = $1 AND name = $2`,
    [projectNumber, name, url ?? null, pollMs ?? null],
  )
  return rowCount === 1
}

/** Forgets it, with what was seen there and what waits to be started. */
export async function removeRepository(
  db: Queryable,
  projectNumber: number,
  name: string,
): Promise<void> {
  await db.query('DELETE FROM repositories WHERE project_id = $1 AND name = $2', [
    projectNumber,
    name,
  ])
}

/** The repository of a project with this name. */
export async function findRepository(
  db: Queryable,
  projectNumber: number,
  name: string,
): Promise<WatchedRepository | undefined> {
  const row = await findRow<Row>(
    db,
    `SELECT ${COLUMNS} FROM repositories r JOIN projects p ON p.number = r.project_id
     WHERE r.project_id = $1 AND r.name = $2`,
    [projectNumber, name],
  )
  return row === undefined ? undefined : fromRow(row)
}

/** Asks for a look now. */
export async function nudgeRepository(
  db: Queryable,
  projectNumber: number,
  name: string,
): Promise<void> {
  await db.query(`UPDATE repositories SET poll_at = now() WHERE project_id = $1 AND name = $2`, [
    projectNumber,
    name,
  ])
}

function fromRow(row: Row): WatchedRepository {
  return {
    id: row.id,
    projectNumber: row.project_id,
    project: row.project,
    name: row.name,
    url: row.url,
    pollMs: row.poll_ms,
    refs: row.refs,
    waiting: row.waiting,
    failures: row.failures,
    failure: row.failure,
    seenAt: row.seen_at,
  }
}
