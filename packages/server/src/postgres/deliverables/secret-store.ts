// Secrets as rows: names and ages for people, sealed values for those who may use them.

import { idOf, uuidOf, type EnvironmentId, type Id, type ProjectId } from '@lockstep/domain'

import { findRow, listRows, type Queryable } from '../queryable.ts'

export interface StoredSecret {
  readonly id: Id<'sec'>
  readonly uuid: string
  readonly project: ProjectId
  readonly projectNumber: number
  readonly projectName: string
  /** The uuid and name of the environment that it is for; null: for all of the project. */
  readonly environment: { readonly uuid: string; readonly name: string } | null
  readonly name: string
  readonly version: number
  readonly isLost: boolean
  readonly setBy: string
  readonly setAt: number
}

interface Row {
  readonly id: string
  readonly project: string
  readonly number: number
  readonly project_name: string
  readonly environment: string | null
  readonly environment_name: string | null
  readonly name: string
  readonly version: number
  readonly is_lost: boolean
  readonly set_by: string
  readonly set_at: Date
}

const SELECTED = `SELECT s.id, p.id AS project, p.number, p.name AS project_name, s.environment_id AS environment,
    e.name AS environment_name, s.name, s.version, s.ciphertext = '' AS is_lost, s.set_by, s.set_at
  FROM secrets s JOIN projects p ON p.number = s.project_id LEFT JOIN definitions e ON e.id = s.environment_id`

export async function pageSecrets(
  db: Queryable,
  wanted: {
    readonly project: ProjectId
    readonly after: string | undefined
    readonly limit: number
  },
): Promise<readonly StoredSecret[]> {
  const rows = await listRows<Row>(
    db,
    `${SELECTED} WHERE p.id = $1 AND ($2::uuid IS NULL OR s.id > $2) ORDER BY s.id LIMIT $3`,
    [
      uuidOf(wanted.project),
      wanted.after === undefined ? null : uuidOf(wanted.after),
      wanted.limit,
    ],
  )
  return rows.map(fromRow)
}

export async function findSecret(db: Queryable, id: Id<'sec'>): Promise<StoredSecret | undefined> {
  const row = await findRow<Row>(db, `${SELECTED} WHERE s.id = $1`, [uuidOf(id)])
  return row && fromRow(row)
}

/** Where a job looks for a secret: in its environment first, then in the project. */
export interface SecretScope {
  /** Number of the project of the run; for work in a place, the place's project counts. */
  readonly project: number
  readonly environment: EnvironmentId | null
  readonly isOfPlace: boolean
}

const IN_SCOPE = `s.project_id = CASE WHEN $3 THEN (SELECT project_id FROM definitions WHERE id = $2) ELSE $1 END
  AND (s.environment_id IS NULL OR s.environment_id = $2)`

/** The sealed value that a name means there; undefined when none is set. */
export async function findSealed(
  db: Queryable,
  scope: SecretScope,
  name: string,
): Promise<
  | {
      readonly place: {
        readonly id: string
        readonly project: number
        readonly environment: string | null
        readonly name: string
        readonly version: number
      }
      readonly sealed: Buffer
    }
  | undefined
> {
  const row = await findRow<{
    id: string
    project: number
    environment: string | null
    version: number
    ciphertext: Buffer
  }>(
    db,
    `SELECT s.id, s.project_id AS project, s.environment_id AS environment, s.version, s.ciphertext FROM secrets s
     WHERE ${IN_SCOPE} AND s.name = $4 ORDER BY s.environment_id NULLS LAST LIMIT 1`,
    [...scopeValues(scope), name],
  )
  if (row === undefined) return undefined
  const { ciphertext, ...place } = row
  return { place: { ...place, name }, sealed: ciphertext }
}

/** Those of the names that have no value there. */
export async function listUnset(
  db: Queryable,
  scope: SecretScope,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return []
  const rows = await listRows<{ name: string }>(
    db,
    `SELECT wanted.name FROM unnest($4::text[]) AS wanted (name) WHERE NOT EXISTS (
       SELECT FROM secrets s WHERE ${IN_SCOPE} AND s.name = wanted.name AND s.ciphertext <> '') ORDER BY 1`,
    [...scopeValues(scope), names],
  )
  return rows.map(({ name }) => name)
}

function scopeValues({ project, environment, isOfPlace }: SecretScope): readonly unknown[] {
  return [
    project,
    environment === null ? null : uuidOf(environment),
    isOfPlace && environment !== null,
  ]
}

function fromRow(row: Row): StoredSecret {
  const { environment, environment_name: name } = row
  return {
    id: idOf('sec', row.id),
    uuid: row.id,
    project: idOf('prj', row.project),
    projectNumber: row.number,
    projectName: row.project_name,
    environment: environment === null ? null : { uuid: environment, name: name ?? '' },
    name: row.name,
    version: row.version,
    isLost: row.is_lost,
    setBy: row.set_by,
    setAt: row.set_at.getTime(),
  }
}
