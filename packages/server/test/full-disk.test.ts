// Files of the server on a disk that is full: nothing half is kept, and what was refused goes on when there is room.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { Digest } from '@lockstep/domain'
import { mountSmallDisk, whyNoSmallDisk } from '@lockstep/testkit'
import { createFileOutbox } from '../src/mail/file-outbox.ts'
import { FileBlobStore, type BlobIndex } from '../src/objects/file-blob-store.ts'
import { MailFault } from '../src/ports/mailer.ts'

const MEGABYTE = 1024 ** 2

function indexInMemory(): BlobIndex {
  const rows = new Map<Digest, number>()
  return {
    find: (digest) => {
      const sizeBytes = rows.get(digest)
      return Promise.resolve(sizeBytes === undefined ? undefined : { sizeBytes })
    },
    save: (digest, sizeBytes) => Promise.resolve(void rows.set(digest, sizeBytes)),
  }
}

suite('a full disk', { skip: whyNoSmallDisk() }, () => {
  test('refuses the rest of an upload, which goes on where it was when there is room', async () => {
    await using disk = await mountSmallDisk(8)
    // As if somebody else had taken the room between the look and the write.
    const store = new FileBlobStore({
      folder: disk.outside,
      index: indexInMemory(),
      freeBytesMin: -64 * MEGABYTE,
    })
    const bytes = randomBytes(2 * MEGABYTE)
    const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    const key = { owner: 'job', digest }
    await store.begin(key, bytes.length)
    await store.append(key, 0, bytes.subarray(0, MEGABYTE))
    disk.fill()
    const refused = await store.append(key, MEGABYTE, bytes.subarray(MEGABYTE))
    assert.equal(refused.ok ? 'taken' : refused.refusal, 'storage_full')
    assert.ok(refused.length >= MEGABYTE && refused.length < bytes.length, `${refused.length}`)
    const other = { owner: 'job', digest: `sha256:${'0'.repeat(64)}` } as const
    assert.equal((await store.begin(other, 10)).ok, false)
    disk.free()
    const rest = await store.append(key, refused.length, bytes.subarray(refused.length))
    assert.deepEqual(rest, { ok: true, length: bytes.length, isComplete: true })
    const read = []
    for await (const chunk of (await store.open(digest))?.stream ?? []) read.push(chunk)
    assert.ok(Buffer.concat(read).equals(bytes))
  })

  test('keeps no half of a message, which is sent when there is room', async () => {
    await using disk = await mountSmallDisk(8)
    const folder = join(disk.outside, 'outbox')
    await using outbox = await createFileOutbox(folder, {
      from: { name: 'Lockstep', address: 'lockstep@example.test' },
      host: 'example.test',
    })
    const mail = {
      key: 'gate-1-waiting',
      to: { name: 'QA lead', address: 'qa-lead@example.test' },
      subject: 'Approve',
      text: 'x'.repeat(20_000),
      html: '<p>x</p>',
      thread: 'gate-1',
      list: { id: 'car', title: 'Car' },
    }
    disk.fill()
    await assert.rejects(outbox.send(mail), MailFault)
    assert.deepEqual(await readdir(folder), [])
    disk.free()
    assert.deepEqual(await outbox.send(mail), { ok: true })
    assert.deepEqual(await readdir(folder), ['gate-1-waiting.eml'])
  })
})
