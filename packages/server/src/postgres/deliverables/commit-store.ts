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

/** What was committed up to one commit, since another. */
interface CommitsBetween {
  /** Newest first, as far as they are known; at most `COMMITS_MAX`. */
  readonly commits: readonly SeenCommit[]
  /** They reach back to `since`, or to the first of all without it. Of a commit that nobody has seen nothing is whole. */
  readonly isWhole: boolean
}

/** The commits of a branch up to one, back to another that is not among them. */
export async function listCommitsBetween(
  db: Queryable,
  range: {
    readonly projectNumber: number
    readonly repository: string
    readonly to: string
    readonly since: string | undefined
  },
): Promise<CommitsBetween> {
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
       WHERE c.project_id = $1 AND c.repository = $2 AND c.commit = $3
       UNION ALL
       SELECT c.*, way.depth + 1 FROM way
       JOIN commits c ON c.project_id = $1 AND c.repository = $2 AND c.commit = way.parent
       WHERE way.depth < ${COMMITS_MAX} AND way.commit IS DISTINCT FROM $4 AND way.parent IS DISTINCT FROM $4
     )
     SELECT commit, parent, author, message, written_at FROM way ORDER BY depth`,
    [range.projectNumber, range.repository, range.to, range.since ?? null],
  )
  const commits = rows.map(({ written_at: writtenAt, ...row }) => ({ ...row, writtenAt }))
  if (range.to === range.since) return { commits: [], isWhole: commits.length > 0 }
  return { commits, isWhole: commits.at(-1)?.parent === (range.since ?? null) }
}
