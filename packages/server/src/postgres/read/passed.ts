import { idOf, type Digest, type RunId } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

/** A snapshot that went through a whole team pipeline. */
export interface PassedSnapshot {
  readonly snapshot: Digest
  readonly version: string
  /** Place in the order of all snapshots: which one is newer. */
  readonly ordinal: number
  /** The run in which it passed. */
  readonly run: RunId
}

interface NameInProject {
  readonly project: string
  readonly name: string
}

/** Snapshots of an application that succeeded runs of a pipeline have brought, newest first; at most 20. With a version, only that. */
export async function listNewestPassed(
  db: Queryable,
  application: NameInProject,
  from: NameInProject,
  version?: string,
): Promise<readonly PassedSnapshot[]> {
  const rows = await listRows<{ digest: Digest; version: string; ordinal: string; run: string }>(
    db,
    `SELECT DISTINCT ON (n.ordinal) s.digest, s.version, n.ordinal, r.id AS run
     FROM run_snapshots s
     JOIN projects ap ON ap.number = s.project_id AND ap.name = $1
     JOIN snapshots n ON n.digest = s.digest
     JOIN runs r ON r.root_id = s.root_id AND r.id = s.root_id
     JOIN definitions d ON d.id = r.pipeline_id
     JOIN projects dp ON dp.number = d.project_id AND dp.name = $3
     JOIN aggregates a ON a.project_id = r.project_id AND a.root_id = r.root_id AND a.id = r.id
     WHERE s.application = $2 AND a.status = 'succeeded' AND ($5::text IS NULL OR s.version = $5)
       AND (d.name = $4 OR d.id = (SELECT l.definition_id FROM definition_aliases l
                                   WHERE l.project_id = dp.number AND l.kind = 'pipeline' AND l.name = $4))
     ORDER BY n.ordinal DESC, r.created_at DESC LIMIT 20`,
    [application.project, application.name, from.project, from.name, version ?? null],
  )
  return rows.map(({ digest, version, ordinal, run }) => ({
    snapshot: digest,
    version,
    ordinal: Number(ordinal),
    run: idOf('run', run),
  }))
}
