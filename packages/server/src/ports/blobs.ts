// Bytes by their SHA-256: stored whole or not at all, never changed, checked when they are read.

import type { Digest } from '@lockstep/domain'

/** An upload that goes on where it was: who sends it, and what it is to become. */
export interface UploadKey {
  /** Uploads of different owners never meet (a job, a person). */
  readonly owner: string
  readonly digest: Digest
}

export type UploadState = { readonly length: number; readonly isComplete: boolean }

export type UploadAnswer =
  | ({ readonly ok: true } & UploadState)
  | {
      readonly ok: false
      readonly refusal: 'wrong_offset' | 'wrong_digest' | 'too_large' | 'storage_full' | 'not_begun'
      readonly length: number
    }

export interface StoredBlob {
  readonly sizeBytes: number
  /** From `from` on. Read from the beginning it fails at its end when the bytes are not those of the digest. */
  readonly stream: AsyncIterable<Uint8Array>
}

export interface BlobStore {
  /** Announces an upload, or asks how far it is. Complete at once when the bytes are known. */
  begin(key: UploadKey, sizeBytes: number): Promise<UploadAnswer>
  /** Appends at `offset`; with the last byte the digest is checked and the blob is durable before the answer. */
  append(key: UploadKey, offset: number, bytes: Uint8Array): Promise<UploadAnswer>
  /** Stores bytes that are at hand, and returns their digest. */
  put(bytes: Uint8Array): Promise<Digest>
  has(digest: Digest): Promise<boolean>
  open(digest: Digest, from?: number): Promise<StoredBlob | undefined>
}
