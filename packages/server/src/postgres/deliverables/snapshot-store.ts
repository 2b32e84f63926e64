// Artifacts and snapshots: immutable, named by digest, found by version.

import { randomUUID } from 'node:crypto'

import {
  idOf,
  uuidOf,
  type Contracts,
  type Digest,
  type Id,
  type SnapshotBody,
} from '@lockstep/domain'

import { findRow, listRows, type Queryable } from '../queryable.ts'

/** A file set under name and version, as it was uploaded once. */
export interface StoredArtifact {
  readonly component: string
  readonly version: string
  readonly digest: Digest
  readonly sizeBytes: number
  readonly contracts: Contracts
  readonly commit: string | null
  readonly sbom: Digest | null
}

interface ArtifactRow {
  readonly component: string
  readonly version: string
  readonly digest: Digest
  readonly size_bytes: string
  readonly contracts: Contracts
  readonly commit_id: string | null
  readonly sbom_digest: Digest | null
}

const ARTIFACT_COLUMNS = `component, version, digest, size_bytes, contracts, commit_id, sbom_digest`

const SIGNED_BY = `ARRAY(SELECT k.name FROM artifact_signatures s JOIN trusted_keys k ON k.id = s.key_id AND k.removed_at IS NULL
  WHERE s.project_id = artifacts.project_id AND s.digest = artifacts.digest ORDER BY k.name) AS signed_by`

/** How a version is taken: `stored` anew or with the same bytes, or `taken` by other bytes, for ever. */
export type ArtifactSaved =
  | { readonly kind: 'stored' }
  | { readonly kind: 'taken'; readonly digest: Digest; readonly since: Date }

/** Takes a version for these bytes. The same bytes again change nothing; other bytes are refused, also after a deletion. */
export async function saveArtifact(
  db: Queryable,
  artifact: {
    readonly projectNumber: number
    readonly application: string
    readonly component: string
    readonly version: string
    readonly digest: Digest
    readonly sizeBytes: number
    readonly contracts: Contracts
    readonly sbom: Digest | null
    readonly commit: string | null
    readonly root: string | null
    readonly job: string | null
  },
): Promise<ArtifactSaved> {
  await db.query(
    `INSERT INTO artifacts (id, project_id, application, component, version, digest, size_bytes, contracts,
       sbom_digest, commit_id, root_id, job_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ON CONFLICT (project_id, application, component, version) DO NOTHING`,
    [
      randomUUID(),
      artifact.projectNumber,
      artifact.application,
      artifact.component,
      artifact.version,
      artifact.digest,
      artifact.sizeBytes,
      JSON.stringify(artifact.contracts),
      artifact.sbom,
      artifact.commit,
      artifact.root === null ? null : uuidOf(artifact.root),
      artifact.job === null ? null : uuidOf(artifact.job),
    ],
  )
  const stored = await findRow<{ digest: Digest; created_at: Date; deleted_at: Date | null }>(
    db,
    `SELECT digest, created_at, deleted_at FROM artifacts
     WHERE project_id = $1 AND application = $2 AND component = $3 AND version = $4`,
    [artifact.projectNumber, artifact.application, artifact.component, artifact.version],
  )
  if (stored === undefined || stored.deleted_at !== null || stored.digest !== artifact.digest) {
    return {
      kind: 'taken',
      digest: stored?.digest ?? artifact.digest,
      since: stored?.created_at ?? new Date(0),
    }
  }
  return { kind: 'stored' }
}

/** Artifacts of these components in this version. */
export async function listArtifacts(
  db: Queryable,
  wanted: {
    readonly projectNumber: number
    readonly application: string
    readonly version: string
  },
): Promise<readonly StoredArtifact[]> {
  const rows = await listRows<ArtifactRow>(
    db,
    `SELECT ${ARTIFACT_COLUMNS} FROM artifacts
     WHERE project_id = $1 AND application = $2 AND version = $3 AND deleted_at IS NULL
     ORDER BY component`,
    [wanted.projectNumber, wanted.application, wanted.version],
  )
  return rows.map(artifactFromRow)
}

/** An artifact in a list: with the application that it belongs to. */
export interface ListedArtifact extends StoredArtifact {
  readonly id: Id<'art'>
  readonly projectNumber: number
  readonly application: string
  /** Keys that count now and have signed these bytes. */
  readonly signedBy: readonly string[]
  readonly at: Date
}

/** Artifacts of a project, newest first. */
export async function pageArtifacts(
  db: Queryable,
  wanted: {
    readonly project: number
    readonly application: string | undefined
    readonly component: string | undefined
    readonly version: string | undefined
    readonly after: string | undefined
    readonly limit: number
  },
): Promise<readonly ListedArtifact[]> {
  const rows = await listRows<ListedRow>(
    db,
    `SELECT id, project_id, application, created_at, ${SIGNED_BY}, ${ARTIFACT_COLUMNS} FROM artifacts
     WHERE project_id = $1 AND deleted_at IS NULL
       AND ($2::text IS NULL OR application = $2) AND ($3::text IS NULL OR component = $3)
       AND ($6::text IS NULL OR version = $6)
       AND ($4::uuid IS NULL OR (created_at, id) < (SELECT a.created_at, a.id FROM artifacts a WHERE a.id = $4))
     ORDER BY created_at DESC, id DESC LIMIT $5`,
    [
      wanted.project,
      wanted.application ?? null,
      wanted.component ?? null,
      wanted.after ?? null,
      wanted.limit,
      wanted.version ?? null,
    ],
  )
  return rows.map(listedFromRow)
}

interface ListedRow extends ArtifactRow {
  readonly id: string
  readonly project_id: number
  readonly application: string
  readonly created_at: Date
  readonly signed_by: readonly string[]
}

function listedFromRow(row: ListedRow): ListedArtifact {
  return {
    ...artifactFromRow(row),
    id: idOf('art', row.id),
    projectNumber: row.project_id,
    application: row.application,
    signedBy: row.signed_by,
    at: row.created_at,
  }
}

/** One artifact, by its uuid or by its name and version. One that was deleted is not found. */
export async function findArtifact(
  db: Queryable,
  by:
    | { readonly id: string }
    | {
        readonly project: number
        readonly application: string
        readonly component: string
        readonly version: string
      },
): Promise<ListedArtifact | undefined> {
  const columns = `SELECT id, project_id, application, created_at, ${SIGNED_BY}, ${ARTIFACT_COLUMNS} FROM artifacts WHERE deleted_at IS NULL`
  const row =
    'id' in by
      ? await findRow<ListedRow>(db, `${columns} AND id = $1`, [by.id])
      : await findRow<ListedRow>(
          db,
          `${columns} AND project_id = $1 AND application = $2 AND component = $3 AND version = $4`,
          [by.project, by.application, by.component, by.version],
        )
  return row && listedFromRow(row)
}

/** Its version stays taken. */
export async function tombstoneArtifact(db: Queryable, uuid: string): Promise<void> {
  await db.query('UPDATE artifacts SET deleted_at = now() WHERE id = $1', [uuid])
}

/** Addresses of the snapshots that hold these bytes, at most five. */
export async function listSnapshotsOf(
  db: Queryable,
  artifact: ListedArtifact,
): Promise<readonly string[]> {
  const rows = await listRows<{ address: string }>(
    db,
    `SELECT s.application || ':' || s.version AS address FROM snapshots s JOIN projects p ON p.name = s.application_project
     WHERE p.number = $1 AND s.application = $2
       AND s.body->'components' @> jsonb_build_array(jsonb_build_object('name', $3::text, 'digest', $4::text))
     ORDER BY s.ordinal DESC LIMIT 5`,
    [artifact.projectNumber, artifact.application, artifact.component, artifact.digest],
  )
  return rows.map(({ address }) => address)
}

function artifactFromRow(row: ArtifactRow): StoredArtifact {
  return {
    component: row.component,
    version: row.version,
    digest: row.digest,
    sizeBytes: Number(row.size_bytes),
    contracts: row.contracts,
    commit: row.commit_id,
    sbom: row.sbom_digest,
  }
}

/** A snapshot as it is stored. */
export interface StoredSnapshot {
  readonly digest: Digest
  /** Grows with every snapshot of the server: which one is newer. */
  readonly ordinal: number
  readonly version: string
  readonly body: SnapshotBody
  /** Digest of the application's definition whose processes deploy it. */
  readonly definition: Digest
  readonly root: string
  readonly at: Date
}

interface SnapshotRow {
  readonly digest: Digest
  readonly ordinal: string
  readonly version: string
  readonly body: SnapshotBody
  readonly definition_digest: Digest
  readonly root_id: string
  readonly created_at: Date
}

/** Keeps a snapshot; the same again changes nothing. A version that another snapshot has is answered as `taken`. */
export async function saveSnapshot(
  db: Queryable,
  snapshot: {
    readonly digest: Digest
    readonly body: SnapshotBody
    readonly definition: Digest
    readonly projectNumber: number
    readonly root: string
  },
): Promise<{ readonly taken: Digest | null }> {
  const { body, digest } = snapshot
  await db.query(
    `INSERT INTO snapshots (digest, application_project, application, version, body, definition_digest,
       project_id, root_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now()) ON CONFLICT DO NOTHING`,
    [
      digest,
      body.application.project,
      body.application.name,
      body.version,
      JSON.stringify(body),
      snapshot.definition,
      snapshot.projectNumber,
      uuidOf(snapshot.root),
    ],
  )
  const found = await findSnapshotByVersion(db, body.application, body.version)
  return { taken: found === undefined || found.digest === digest ? null : found.digest }
}

const SNAPSHOT_COLUMNS = `digest, ordinal, version, body, definition_digest, root_id, created_at`

/** A snapshot by its digest. */
export async function findSnapshot(
  db: Queryable,
  digest: string,
): Promise<StoredSnapshot | undefined> {
  const row = await findRow<SnapshotRow>(
    db,
    `SELECT ${SNAPSHOT_COLUMNS} FROM snapshots WHERE digest = $1`,
    [digest],
  )
  return row === undefined ? undefined : snapshotFromRow(row)
}

/** The snapshot of an application that has this version. */
export async function findSnapshotByVersion(
  db: Queryable,
  application: { readonly project: string; readonly name: string },
  version: string,
): Promise<StoredSnapshot | undefined> {
  const row = await findRow<SnapshotRow>(
    db,
    `SELECT ${SNAPSHOT_COLUMNS} FROM snapshots
     WHERE application_project = $1 AND application = $2 AND version = $3`,
    [application.project, application.name, version],
  )
  return row === undefined ? undefined : snapshotFromRow(row)
}

function snapshotFromRow(row: SnapshotRow): StoredSnapshot {
  return {
    digest: row.digest,
    ordinal: Number(row.ordinal),
    version: row.version,
    body: row.body,
    definition: row.definition_digest,
    root: row.root_id,
    at: row.created_at,
  }
}
