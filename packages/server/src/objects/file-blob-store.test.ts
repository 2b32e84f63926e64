import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { Digest } from '@lockstep/domain'
import { BlobDamaged, FileBlobStore } from './file-blob-store.ts'
import type { FileBlobOptions } from './file-blob-store.ts'

interface Fixture extends AsyncDisposable {
  readonly store: FileBlobStore
  readonly folder: string
  /** The same files and rows in another process. */
  again(): FileBlobStore
}

async function createFixture(options: Partial<FileBlobOptions> = {}): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-blobs-'))
  const rows = new Map<Digest, number>()
  const index: FileBlobOptions['index'] = {
    find: (digest) => {
      const sizeBytes = rows.get(digest)
      return Promise.resolve(sizeBytes === undefined ? undefined : { sizeBytes })
    },
    save: (digest, sizeBytes) => Promise.resolve(void rows.set(digest, sizeBytes)),
  }
  const open = (): FileBlobStore => new FileBlobStore({ folder, index, ...options })
  return {
    store: open(),
    folder,
    again: open,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

const digestOf = (bytes: Buffer): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`

async function readAll(store: FileBlobStore, digest: Digest, from = 0): Promise<string> {
  const blob = await store.open(digest, from)
  const chunks: Uint8Array[] = []
  for await (const chunk of blob?.stream ?? []) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

suite('blobs in files', () => {
  const bytes = Buffer.from('firmware 2.0')
  const key = { owner: 'job_1', digest: digestOf(bytes) }

  test('an upload goes on after a restart where it was, and is whole when its digest is right', async () => {
    await using fixture = await createFixture()
    await fixture.store.begin(key, bytes.length)
    await fixture.store.append(key, 0, bytes.subarray(0, 5))
    const store = fixture.again()
    assert.deepEqual(await store.begin(key, bytes.length), {
      ok: true,
      length: 5,
      isComplete: false,
    })
    assert.deepEqual(await store.append(key, 5, bytes.subarray(5)), {
      ok: true,
      length: 12,
      isComplete: true,
    })
    assert.equal(await readAll(store, key.digest), 'firmware 2.0')
    assert.equal(await readAll(store, key.digest, 9), '2.0')
  })

  test('bytes at another place than the end are refused, and it says where the end is', async () => {
    await using fixture = await createFixture()
    await fixture.store.begin(key, bytes.length)
    await fixture.store.append(key, 0, bytes.subarray(0, 5))
    for (const offset of [0, 4, 6]) {
      const answer = await fixture.store.append(key, offset, bytes.subarray(5))
      assert.deepEqual(answer, { ok: false, refusal: 'wrong_offset', length: 5 })
    }
  })

  test('two parts at once for one place: one is taken', async () => {
    await using fixture = await createFixture()
    await fixture.store.begin(key, bytes.length)
    const part = bytes.subarray(0, 6)
    const answers = await Promise.all([
      fixture.store.append(key, 0, part),
      fixture.store.append(key, 0, part),
    ])
    assert.deepEqual(
      answers.map(({ ok }) => ok),
      [true, false],
    )
  })

  test('other bytes than promised are thrown away, and more than announced are not taken', async () => {
    await using fixture = await createFixture()
    await fixture.store.begin(key, bytes.length)
    const wrong = await fixture.store.append(key, 0, Buffer.alloc(bytes.length))
    assert.deepEqual(wrong, { ok: false, refusal: 'wrong_digest', length: 0 })
    assert.equal(await fixture.store.has(key.digest), false)
    await fixture.store.begin(key, 3)
    const more = await fixture.store.append(key, 0, bytes)
    assert.deepEqual(more, { ok: false, refusal: 'too_large', length: 0 })
    assert.deepEqual(await readdir(fixture.folder), ['uploads'])
  })

  test('a blob over the limit, or for which there is no room, is refused before it comes', async () => {
    await using small = await createFixture({ blobBytesMax: 5 })
    assert.deepEqual(await small.store.begin(key, 12), {
      ok: false,
      refusal: 'too_large',
      length: 0,
    })
    await using full = await createFixture({ freeBytesMin: Number.MAX_SAFE_INTEGER })
    assert.deepEqual(await full.store.begin(key, 12), {
      ok: false,
      refusal: 'storage_full',
      length: 0,
    })
  })

  test('bytes that changed on the disk are not passed on as whole', async () => {
    await using fixture = await createFixture()
    const digest = await fixture.store.put(bytes)
    const hex = digest.slice(7)
    await rm(join(fixture.folder, 'sha256', hex.slice(0, 2), hex))
    await assert.rejects(() => readAll(fixture.store, digest), BlobDamaged)
    await appendFile(join(fixture.folder, 'sha256', hex.slice(0, 2), hex), 'firmware 9.9')
    await assert.rejects(() => readAll(fixture.store, digest), BlobDamaged)
  })

  test('the same bytes are stored once, also when they are empty', async () => {
    await using fixture = await createFixture()
    assert.equal(await fixture.store.put(bytes), await fixture.store.put(bytes))
    const empty = { owner: 'job_1', digest: digestOf(Buffer.alloc(0)) }
    assert.deepEqual(await fixture.store.begin(empty, 0), { ok: true, length: 0, isComplete: true })
    assert.equal(await fixture.store.removeAbandoned(), 0)
  })

  test('uploads that nobody goes on with are removed after a week', async () => {
    await using fixture = await createFixture()
    await fixture.store.begin(key, bytes.length)
    assert.equal(await fixture.store.removeAbandoned(Date.now() + 6 * 86_400_000), 0)
    assert.equal(await fixture.store.removeAbandoned(Date.now() + 8 * 86_400_000), 2)
  })
})
