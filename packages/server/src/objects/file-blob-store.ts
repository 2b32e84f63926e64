// Blobs as files: the path is the digest. Written aside, synced, renamed, then the row; so a row never lacks its file.

import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Digest } from '@lockstep/domain'
import type { BlobStore, StoredBlob, UploadAnswer, UploadKey } from '../ports/blobs.ts'

/** Where the store keeps which digests are whole. */
export interface BlobIndex {
  find(digest: Digest): Promise<{ readonly sizeBytes: number } | undefined>
  save(digest: Digest, sizeBytes: number): Promise<void>
}

export interface FileBlobOptions {
  /** Folder of the store; made when it is missing. */
  readonly folder: string
  readonly index: BlobIndex
  /** The largest blob that is taken. */
  readonly blobBytesMax?: number
  /** Free space that uploads must leave. */
  readonly freeBytesMin?: number
}

/** Stored bytes are not those of their name: the disk or somebody has changed them. */
export class BlobDamaged extends Error {
  override readonly name = 'BlobDamaged'
  readonly code = 'blob_damaged'
}

const BLOB_BYTES_MAX = 5 * 1024 ** 3
const FREE_BYTES_MIN = 256 * 1024 ** 2
const OWNER = /^[A-Za-z0-9_-]{1,100}$/
const ABANDONED_MS = 7 * 86_400_000

export class FileBlobStore implements BlobStore {
  readonly #folder: string
  readonly #index: BlobIndex
  readonly #blobBytesMax: number
  readonly #freeBytesMin: number
  /** One append at a time for each upload; a second one is told where to go on. */
  readonly #appending = new Map<string, Promise<unknown>>()

  constructor(options: FileBlobOptions) {
    this.#folder = options.folder
    this.#index = options.index
    this.#blobBytesMax = options.blobBytesMax ?? BLOB_BYTES_MAX
    this.#freeBytesMin = options.freeBytesMin ?? FREE_BYTES_MIN
  }

  begin(key: UploadKey, sizeBytes: number): Promise<UploadAnswer> {
    return this.#orFull(key, () => this.#begin(key, sizeBytes))
  }

  async #begin(key: UploadKey, sizeBytes: number): Promise<UploadAnswer> {
    const known = await this.#index.find(key.digest)
    if (known !== undefined) return { ok: true, length: known.sizeBytes, isComplete: true }
    if (sizeBytes > this.#blobBytesMax) return { ok: false, refusal: 'too_large', length: 0 }
    const length = await sizeOf(this.#uploadPath(key))
    const wanted = sizeBytes - (length ?? 0)
    if (!(await this.#hasRoom(wanted))) {
      return { ok: false, refusal: 'storage_full', length: length ?? 0 }
    }
    await this.#create(this.#sizePath(key), Buffer.from(String(sizeBytes)))
    if (length === undefined) await this.#create(this.#uploadPath(key), Buffer.alloc(0))
    // An empty blob is whole as soon as it is announced.
    return sizeBytes === 0
      ? this.append(key, 0, Buffer.alloc(0))
      : { ok: true, length: length ?? 0, isComplete: false }
  }

  append(key: UploadKey, offset: number, bytes: Uint8Array): Promise<UploadAnswer> {
    const path = this.#uploadPath(key)
    const before = this.#appending.get(path) ?? Promise.resolve()
    const appended = before.then(() => this.#orFull(key, () => this.#append(key, offset, bytes)))
    const settled = appended.catch(() => undefined)
    this.#appending.set(path, settled)
    void settled.then(() => {
      if (this.#appending.get(path) === settled) this.#appending.delete(path)
    })
    return appended
  }

  async put(bytes: Uint8Array): Promise<Digest> {
    const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    if (await this.has(digest)) return digest
    const temporary = join(this.#folder, 'uploads', `put-${randomUUID()}`)
    try {
      await this.#create(temporary, bytes)
      await this.#keep(temporary, digest, bytes.length)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
    return digest
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.#index.find(digest)) !== undefined
  }

  async open(digest: Digest, from = 0): Promise<StoredBlob | undefined> {
    const known = await this.#index.find(digest)
    if (known === undefined) return undefined
    const path = this.#blobPath(digest)
    if ((await sizeOf(path)) !== known.sizeBytes) {
      throw new BlobDamaged(
        `The file of ${digest} is missing or has another size than when it was stored.`,
      )
    }
    return { sizeBytes: known.sizeBytes, stream: readChecked(path, digest, from) }
  }

  /** Removes uploads that nobody went on with for a week. Returns how many. */
  async removeAbandoned(now: number = Date.now()): Promise<number> {
    const folder = join(this.#folder, 'uploads')
    let count = 0
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name)
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }))
      if (now - mtimeMs < ABANDONED_MS) continue
      await rm(path, { force: true })
      count += 1
    }
    return count
  }

  /** The room may go between the look and the write. What was written stays, and the answer says how much that is. */
  async #orFull(key: UploadKey, work: () => Promise<UploadAnswer>): Promise<UploadAnswer> {
    try {
      return await work()
    } catch (error) {
      if (!isFull(error)) throw error
      return {
        ok: false,
        refusal: 'storage_full',
        length: (await sizeOf(this.#uploadPath(key))) ?? 0,
      }
    }
  }

  async #append(key: UploadKey, offset: number, bytes: Uint8Array): Promise<UploadAnswer> {
    const known = await this.#index.find(key.digest)
    if (known !== undefined) return { ok: true, length: known.sizeBytes, isComplete: true }
    const path = this.#uploadPath(key)
    const [length, sizeBytes] = [await sizeOf(path), await this.#announcedSize(key)]
    if (length === undefined || sizeBytes === undefined) {
      return { ok: false, refusal: 'not_begun', length: 0 }
    }
    if (offset !== length) return { ok: false, refusal: 'wrong_offset', length }
    if (length + bytes.length > sizeBytes) return { ok: false, refusal: 'too_large', length }
    if (!(await this.#hasRoom(bytes.length))) return { ok: false, refusal: 'storage_full', length }
    {
      await using file = await open(path, 'a')
      await file.writeFile(bytes)
      await file.datasync()
    }
    if (length + bytes.length < sizeBytes) {
      return { ok: true, length: length + bytes.length, isComplete: false }
    }
    return this.#complete(key, sizeBytes)
  }

  async #complete(key: UploadKey, sizeBytes: number): Promise<UploadAnswer> {
    const path = this.#uploadPath(key)
    const hash = createHash('sha256')
    await pipeline(createReadStream(path), hash)
    const isRight = `sha256:${hash.digest('hex')}` === key.digest
    if (isRight) await this.#keep(path, key.digest, sizeBytes)
    else await rm(path, { force: true })
    await rm(this.#sizePath(key), { force: true })
    return isRight
      ? { ok: true, length: sizeBytes, isComplete: true }
      : { ok: false, refusal: 'wrong_digest', length: 0 }
  }

  /** Gives a whole, synced file its name for ever. Two that store the same bytes at once both succeed. */
  async #keep(path: string, digest: Digest, sizeBytes: number): Promise<void> {
    const final = this.#blobPath(digest)
    await mkdir(dirname(final), { recursive: true, mode: 0o700 })
    await rename(path, final)
    await syncFolder(dirname(final))
    await syncFolder(dirname(dirname(final)))
    await this.#index.save(digest, sizeBytes)
  }

  async #create(path: string, bytes: Uint8Array): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await using file = await open(path, 'w', 0o600)
    await file.writeFile(bytes)
    await file.sync()
  }

  async #hasRoom(bytes: number): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const { bavail, bsize } = await statfs(this.#folder)
    return bavail * bsize - bytes >= this.#freeBytesMin
  }

  async #announcedSize(key: UploadKey): Promise<number | undefined> {
    try {
      await using file = await open(this.#sizePath(key), 'r')
      return Number(await file.readFile('utf8'))
    } catch {
      return undefined
    }
  }

  #blobPath(digest: Digest): string {
    const hex = digest.slice('sha256:'.length)
    return join(this.#folder, 'sha256', hex.slice(0, 2), hex)
  }

  #uploadPath(key: UploadKey): string {
    if (!OWNER.test(key.owner)) throw new Error(`${JSON.stringify(key.owner)} cannot own uploads`)
    return join(this.#folder, 'uploads', `${key.owner}-${key.digest.slice('sha256:'.length)}`)
  }

  #sizePath(key: UploadKey): string {
    return `${this.#uploadPath(key)}.size`
  }
}

async function* readChecked(
  path: string,
  digest: Digest,
  from: number,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { start: from })) {
    const bytes: Uint8Array = chunk
    hash.update(bytes)
    yield bytes
  }
  if (from === 0 && `sha256:${hash.digest('hex')}` !== digest) {
    throw new BlobDamaged(`The bytes stored as ${digest} have changed since they were stored.`)
  }
}

/** No room on the disk, or none left of what this account may use. */
function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(ENOSPC|EDQUOT)$/.test(String(error.code))
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  )
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}
