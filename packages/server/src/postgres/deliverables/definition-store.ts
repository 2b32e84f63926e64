// Definitions and their revisions: insert only, read by name, revision or id.

import {
  parseDefinition,
  type ApplicationDefinition,
  type Definition,
  type DefinitionKind,
  type EnvironmentDefinition,
  type PipelineDefinition,
  type ReleaseDefinition,
} from '@lockstep/define/check'
import type { Revised } from '@lockstep/define/plan'
import type { Digest } from '@lockstep/domain'

import { findRow, listRows, type Queryable } from '../queryable.ts'

/** What a kind of definition is. */
export interface DefinitionOf {
  readonly application: ApplicationDefinition
  readonly environment: EnvironmentDefinition
  readonly pipeline: PipelineDefinition
  readonly release: ReleaseDefinition
}

/** A revision with the things around it that people and planners ask for. */
export interface StoredDefinition<Kind extends DefinitionKind = DefinitionKind> extends Revised<
  DefinitionOf[Kind]
> {
  readonly uuid: string
  readonly kind: Kind
  readonly name: string
  /** The number that leads the keys of the project's rows. */
  readonly projectNumber: number
  readonly source: string
  readonly aheadOfSource: boolean
  readonly comment: string
  readonly file: string | null
  readonly at: Date
  /** The newest revision; `revision` is the one that was asked for. */
  readonly newest: number
}

interface DefinitionRow {
  readonly uuid: string
  readonly kind: DefinitionKind
  readonly name: string
  readonly project: string
  readonly project_number: number
  readonly source: string
  readonly ahead_of_source: boolean
  readonly newest: number
  readonly revision: number
  readonly digest: Digest
  readonly body: unknown
  readonly file: string | null
  readonly author: string
  readonly comment: string
  readonly at: Date
}

const COLUMNS = `d.id AS uuid, d.kind, d.name, p.name AS project, p.number AS project_number, d.source,
  CASE WHEN r.revision = d.revision THEN d.ahead_of_source ELSE r.made_here END AS ahead_of_source, d.revision AS newest, r.revision, r.digest, r.body, r.file, r.author, r.comment, r.at`
const FROM = `FROM definitions d
  JOIN projects p ON p.number = d.project_id
  JOIN definition_revisions r ON r.definition_id = d.id`

/** The definition of this name, in this revision or the newest. A retired one is not found; an old name finds what it became. */
export async function findDefinition<Kind extends DefinitionKind>(
  db: Queryable,
  wanted: {
    readonly kind: Kind
    readonly project: string
    readonly name: string
    readonly revision?: number
  },
): Promise<StoredDefinition<Kind> | undefined> {
  const row = await findRow<DefinitionRow>(
    db,
    `SELECT ${COLUMNS} ${FROM}
     WHERE d.kind = $1 AND p.name = $2 AND d.retired_at IS NULL
       AND r.revision = COALESCE($4, d.revision)
       AND (d.name = $3 OR d.id = (SELECT a.definition_id FROM definition_aliases a
                                   WHERE a.project_id = p.number AND a.kind = $1 AND a.name = $3))
     ORDER BY d.name = $3 DESC LIMIT 1`,
    [wanted.kind, wanted.project, wanted.name, wanted.revision ?? null],
  )
  return row === undefined ? undefined : fromRow<Kind>(row)
}

/** The revision of a definition that has this digest, also when newer ones are there. */
export async function findDefinitionByDigest<Kind extends DefinitionKind>(
  db: Queryable,
  kind: Kind,
  wanted: { readonly project: string; readonly name: string },
  digest: Digest,
): Promise<StoredDefinition<Kind> | undefined> {
  const row = await findRow<DefinitionRow>(
    db,
    `SELECT ${COLUMNS} ${FROM} WHERE d.kind = $1 AND p.name = $2 AND d.name = $3 AND r.digest = $4
     ORDER BY r.revision DESC LIMIT 1`,
    [kind, wanted.project, wanted.name, digest],
  )
  return row === undefined ? undefined : fromRow<Kind>(row)
}

/** A definition by its id, also a retired one. */
export async function findDefinitionById(
  db: Queryable,
  uuid: string,
  revision?: number,
): Promise<StoredDefinition | undefined> {
  const row = await findRow<DefinitionRow>(
    db,
    `SELECT ${COLUMNS} ${FROM} WHERE d.id = $1 AND r.revision = COALESCE($2, d.revision)`,
    [uuid, revision ?? null],
  )
  return row === undefined ? undefined : fromRow(row)
}

/** Newest revisions, by project, kind and name; at most `DEFINITIONS_LISTED_MAX`. */
export async function listDefinitions<Kind extends DefinitionKind = DefinitionKind>(
  db: Queryable,
  filter: {
    readonly kind?: Kind
    readonly project?: string
    readonly source?: string
    readonly projects?: readonly number[]
  },
): Promise<readonly StoredDefinition<Kind>[]> {
  const rows = await listRows<DefinitionRow>(
    db,
    `SELECT ${COLUMNS} ${FROM}
     WHERE d.retired_at IS NULL AND r.revision = d.revision
       AND ($1::text IS NULL OR d.kind = $1) AND ($2::text IS NULL OR p.name = $2)
       AND ($3::text IS NULL OR d.source = $3) AND ($4::int[] IS NULL OR p.number = ANY ($4))
     ORDER BY p.name, d.kind, d.name LIMIT ${DEFINITIONS_LISTED_MAX}`,
    [filter.kind ?? null, filter.project ?? null, filter.source ?? null, filter.projects ?? null],
  )
  return rows.map((row) => fromRow<Kind>(row))
}

/** More definitions than this in one answer are cut. */
export const DEFINITIONS_LISTED_MAX = 5_000

/** These definitions in their newest revisions, retired ones too. */
export async function listDefinitionsById(
  db: Queryable,
  uuids: readonly string[],
): Promise<readonly StoredDefinition[]> {
  if (uuids.length === 0) return []
  const rows = await listRows<DefinitionRow>(
    db,
    `SELECT ${COLUMNS} ${FROM} WHERE d.id = ANY ($1::uuid[]) AND r.revision = d.revision`,
    [uuids],
  )
  return rows.map((row) => fromRow(row))
}

/**
 * A page of newest revisions by project, kind and name, after the definition with the uuid `after`. `projects`: uuids of
 * those that may be seen; null: all.
 */
export async function pageDefinitions<Kind extends DefinitionKind = DefinitionKind>(
  db: Queryable,
  wanted: {
    readonly kind?: Kind | undefined
    readonly name?: string | undefined
    readonly projects: readonly string[] | null
    /** Beside those of the projects, definitions with these uuids. */
    readonly also?: readonly string[]
    readonly after: string | undefined
    readonly limit: number
  },
): Promise<readonly StoredDefinition<Kind>[]> {
  const rows = await listRows<DefinitionRow>(
    db,
    `SELECT ${COLUMNS} ${FROM}
     WHERE d.retired_at IS NULL AND r.revision = d.revision
       AND ($1::text IS NULL OR d.kind = $1) AND ($2::text IS NULL OR d.name = $2)
       AND ($3::uuid[] IS NULL OR p.id = ANY ($3) OR d.id = ANY ($4::uuid[]))
       AND ($5::uuid IS NULL OR (p.name, d.kind, d.name) > (SELECT q.name, e.kind, e.name
         FROM definitions e JOIN projects q ON q.number = e.project_id WHERE e.id = $5))
     ORDER BY p.name, d.kind, d.name LIMIT $6`,
    [
      wanted.kind ?? null,
      wanted.name ?? null,
      wanted.projects,
      wanted.also ?? [],
      wanted.after ?? null,
      wanted.limit,
    ],
  )
  return rows.map((row) => fromRow<Kind>(row))
}

/** Revisions of a definition, newest first, below the revision `before`. */
export async function listRevisions(
  db: Queryable,
  uuid: string,
  slice: { readonly before: number | undefined; readonly limit: number },
): Promise<readonly StoredDefinition[]> {
  const rows = await listRows<DefinitionRow>(
    db,
    `SELECT ${COLUMNS} ${FROM} WHERE d.id = $1 AND ($2::int IS NULL OR r.revision < $2)
     ORDER BY r.revision DESC LIMIT $3`,
    [uuid, slice.before ?? null, slice.limit],
  )
  return rows.map((row) => fromRow(row))
}

function fromRow<Kind extends DefinitionKind>(row: DefinitionRow): StoredDefinition<Kind> {
  const stored = {
    uuid: row.uuid,
    kind: row.kind,
    name: row.name,
    project: row.project,
    projectNumber: row.project_number,
    source: row.source,
    aheadOfSource: row.ahead_of_source,
    newest: row.newest,
    revision: row.revision,
    digest: row.digest,
    editor: row.author,
    definition: readBody(row),
    comment: row.comment,
    file: row.file,
    at: row.at,
  }
  // The body was parsed by the schema of its kind, which stands in the same row.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return stored as unknown as StoredDefinition<Kind>
}

// Parsed again: a field that is younger than the row gets its default.
function readBody(row: DefinitionRow): Definition {
  const parsed = parseDefinition(row.body)
  if (parsed.ok) return parsed.definition
  throw new Error(
    `the stored ${row.kind} ${row.project}/${row.name} rev ${row.revision} cannot be read: ${parsed.findings[0]?.message}`,
  )
}

/** A new definition with its first revision, inside the caller's transaction. */
export async function insertDefinition(
  db: Queryable,
  definition: {
    readonly uuid: string
    readonly projectNumber: number
    readonly kind: DefinitionKind
    readonly name: string
    readonly source: string
  },
): Promise<void> {
  await db.query(
    `INSERT INTO definitions (id, project_id, kind, name, source, revision) VALUES ($1, $2, $3, $4, $5, 0)`,
    [
      definition.uuid,
      definition.projectNumber,
      definition.kind,
      definition.name,
      definition.source,
    ],
  )
}

/** The next revision of a definition. False when `after` is not the newest any more: nothing was written. */
export async function insertRevision(
  db: Queryable,
  revision: {
    readonly uuid: string
    readonly after: number
    readonly name: string
    readonly source: string
    readonly aheadOfSource: boolean
    readonly digest: Digest
    readonly body: Definition
    readonly file: string | null
    readonly author: string
    readonly comment: string
  },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE definitions SET revision = revision + 1, name = $3, source = $4, ahead_of_source = $5
     WHERE id = $1 AND revision = $2 AND retired_at IS NULL`,
    [revision.uuid, revision.after, revision.name, revision.source, revision.aheadOfSource],
  )
  if (rowCount !== 1) return false
  await db.query(
    `INSERT INTO definition_revisions (definition_id, revision, digest, body, file, author, comment, made_here)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      revision.uuid,
      revision.after + 1,
      revision.digest,
      JSON.stringify(revision.body),
      revision.file,
      revision.author,
      revision.comment,
      revision.aheadOfSource,
    ],
  )
  return true
}

/** Another source owns the definition from now on, or the same again; its newest revision is what that source has. */
export async function moveToSource(db: Queryable, uuid: string, source: string): Promise<void> {
  await db.query(`UPDATE definitions SET source = $2, ahead_of_source = false WHERE id = $1`, [
    uuid,
    source,
  ])
}

/** Sets names free that are about to be given to others in the same transaction. */
export async function freeNames(db: Queryable, uuids: readonly string[]): Promise<void> {
  if (uuids.length === 0) return
  await db.query(`UPDATE definitions SET name = id::text WHERE id = ANY ($1::uuid[])`, [uuids])
}

/** The definition takes no new runs and its name can be given again; its history stays. */
export async function retireDefinition(db: Queryable, uuid: string): Promise<void> {
  await db.query(`UPDATE definitions SET retired_at = now() WHERE id = $1`, [uuid])
}

/** Old names of a definition find nothing any more. */
export async function removeAliases(db: Queryable, uuid: string): Promise<void> {
  await db.query(`DELETE FROM definition_aliases WHERE definition_id = $1`, [uuid])
}

/** The old name keeps finding what it became. */
export async function insertAlias(
  db: Queryable,
  alias: {
    readonly projectNumber: number
    readonly kind: DefinitionKind
    readonly name: string
    readonly uuid: string
  },
): Promise<void> {
  await db.query(
    `INSERT INTO definition_aliases (project_id, kind, name, definition_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT (project_id, kind, name) DO UPDATE SET definition_id = EXCLUDED.definition_id`,
    [alias.projectNumber, alias.kind, alias.name, alias.uuid],
  )
}
