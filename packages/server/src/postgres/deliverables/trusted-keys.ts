// Keys by which a project lets its artifacts be signed, and their signatures.

import { randomUUIDv7 } from 'node:crypto'

import { listRows, type Queryable } from '../queryable.ts'

export interface TrustedKeyRecord {
  readonly uuid: string
  readonly name: string
  /** SPKI in DER. */
  readonly publicKey: Buffer
  readonly at: Date
}

/** The keys that count now, by name. */
export async function listTrustedKeys(
  db: Queryable,
  projectNumber: number,
): Promise<readonly TrustedKeyRecord[]> {
  const rows = await listRows<{ id: string; name: string; public_key: Buffer; added_at: Date }>(
    db,
    `SELECT id, name, public_key, added_at FROM trusted_keys
     WHERE project_id = $1 AND removed_at IS NULL ORDER BY name`,
    [projectNumber],
  )
  return rows.map((row) => ({
    uuid: row.id,
    name: row.name,
    publicKey: row.public_key,
    at: row.added_at,
  }))
}

/** Whether this project has ever trusted a key, also one that counts no more. */
export async function hasTrustedOnce(db: Queryable, projectNumber: number): Promise<boolean> {
  const rows = await listRows(db, 'SELECT 1 FROM trusted_keys WHERE project_id = $1 LIMIT 1', [
    projectNumber,
  ])
  return rows.length > 0
}

/** False when a key that counts has this name. */
export async function insertTrustedKey(
  db: Queryable,
  key: {
    readonly projectNumber: number
    readonly name: string
    readonly publicKey: Buffer
    readonly by: string
  },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO trusted_keys (id, project_id, name, public_key, added_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING`,
    [randomUUIDv7(), key.projectNumber, key.name, key.publicKey, key.by],
  )
  return rowCount === 1
}

/** It counts no more, with all that it has signed; the same key under the same name begins anew. */
export async function retireTrustedKey(db: Queryable, uuid: string): Promise<void> {
  await db.query('UPDATE trusted_keys SET removed_at = now() WHERE id = $1', [uuid])
}

/** Keeps a signature that was verified; false when it is kept already, and nothing changes. */
export async function saveSignature(
  db: Queryable,
  signature: {
    readonly projectNumber: number
    readonly digest: string
    readonly key: string
    readonly bytes: Buffer
    readonly by: string
  },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO artifact_signatures (project_id, digest, key_id, signature, sent_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING`,
    [signature.projectNumber, signature.digest, signature.key, signature.bytes, signature.by],
  )
  return rowCount === 1
}

/** Signatures of these digests by keys that count now, with the key; whether they hold is for the caller to verify. */
export async function listSignatures(
  db: Queryable,
  projectNumber: number,
  digests: readonly string[],
): Promise<
  readonly {
    readonly digest: string
    readonly signature: Buffer
    readonly name: string
    readonly publicKey: Buffer
  }[]
> {
  const rows = await listRows<{
    digest: string
    signature: Buffer
    name: string
    public_key: Buffer
  }>(
    db,
    `SELECT s.digest, s.signature, k.name, k.public_key FROM artifact_signatures s
     JOIN trusted_keys k ON k.id = s.key_id AND k.project_id = s.project_id AND k.removed_at IS NULL
     WHERE s.project_id = $1 AND s.digest = ANY ($2) ORDER BY k.name`,
    [projectNumber, digests],
  )
  return rows.map(({ public_key: publicKey, ...row }) => ({ ...row, publicKey }))
}
