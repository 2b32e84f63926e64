import type { Digest } from '@lockstep/domain'
import { findRow } from '../queryable.ts'
import type { Queryable } from '../queryable.ts'

/** What the database knows of stored bytes. */
export interface BlobRows {
  find(digest: Digest): Promise<{ readonly sizeBytes: number } | undefined>
  save(digest: Digest, sizeBytes: number): Promise<void>
}

/** Rows of blobs. A row is saved after its file is durable, so a row without its file is a fault. */
export function blobRows(db: Queryable): BlobRows {
  return {
    async find(digest) {
      const row = await findRow<{ size: number }>(
        db,
        'SELECT size_bytes::float8 AS size FROM blobs WHERE digest = $1',
        [digest],
      )
      return row === undefined ? undefined : { sizeBytes: row.size }
    },
    async save(digest, sizeBytes) {
      await db.query(
        'INSERT INTO blobs (digest, size_bytes) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING',
        [digest, sizeBytes],
      )
    },
  }
}
