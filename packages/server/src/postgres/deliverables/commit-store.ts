// Commits as they were seen in repositories: what was written, by whom, and what came before.

import { listRows, type Queryable } from '../queryable.ts'

export interface SeenCommit {
  readonly commit: string
  /** The one before it on its branch. */
  readonly parent: string | null
  readonly author: string
  readonly message: string
  readonly writtenAt: Date
}

/** So many are listed at once. */
export const COMMITS_MAX = 200

/** Keeps commits; those that are known stay as they are. */
export async function insertCommits(
  db: Queryable,
  { projectNumber, name }: { readonly projectNumber: number; readonly name: string },
  commits: readonly SeenCommit[],
): Promise<void> {
  if (commits.length === 0) return
  await db.query(
    `INSERT INTO commits (project_id, repository, commit, parent, author, message, written_at)
     SELECT $1, $2, c.commit, c.parent, c.author, c.message, c.written_at
     FROM jsonb_to_recordset($3::jsonb)
       AS c (commit text, parent text, author text, message text, written_at timestamptz)
     ON CONFLICT DO NOTHING`,
    [
      projectNumber,
      name,
      JSON.stringify(
        commits.map(({ commit, parent, author, message, writtenAt }) => ({
          commit,
          parent,
          author,
          message,
          written_at: writtenAt.toISOString(),
        })),
      ),
    ],
  )
}

/**
 * The commits of a branch up to one, newest first, back to another that is not among them, as far as they are known; at most
 * `COMMITS_MAX`.
 */
export async function listCommitsBetween(
  db: Queryable,
  range: {
    readonly projectNumber: number
    readonly repository: string
    readonly to: string
    readonly since: string | undefined
  },
): Promise<readonly SeenCommit[]> {
  const rows = await listRows<{
    commit: string
    parent: string | null
    author: string
    message: string
    written_at: Date
  }>(
    db,
    `WITH RECURSIVE way AS (
       SELECT c.*, 1 AS depth FROM commits c
       WHERE c.project_id = $1 AND c.repository = $2 AND c.commit = $3 AND c.commit IS DISTINCT FROM $4
       UNION ALL
       SELECT c.*, way.depth + 1 FROM way
       JOIN commits c ON c.project_id = $1 AND c.repository = $2 AND c.commit = way.parent
       WHERE way.depth < ${COMMITS_MAX} AND way.parent IS DISTINCT FROM $4
     )
     SELECT commit, parent, author, message, written_at FROM way ORDER BY depth`,
    [range.projectNumber, range.repository, range.to, range.since ?? null],
  )
  return rows.map(({ written_at: writtenAt, ...row }) => ({ ...row, writtenAt }))
}
