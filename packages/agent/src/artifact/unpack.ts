// Writes the content of an archive into an empty folder, under the archive policy, and lists what it wrote.
import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { extract } from 'tar-stream'
import { syncFolder } from '../journal/durable-file.ts'
import { ArchivePolicy } from './archive-policy.ts'
import type { FileMark } from './manifest.ts'

/** One entry as the reader gives it: its head, and its content as a stream. */
type Entry = ReturnType<typeof extract> extends AsyncIterable<infer Each> ? Each : never

/** The archive is not one that this agent unpacks. Nothing outside the folder was touched. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused'
}

/**
 * Unpacks the archive (tar, plain or compressed by gzip or zstd) into the folder, which it makes. All of it is on the
 * disk when this returns; the answer lists every file and link by path. Throws ArchiveRefused for what the policy forbids.
 */
export async function unpack(
  archive: string,
  folder: string,
  signal: AbortSignal,
): Promise<readonly FileMark[]> {
  const policy = new ArchivePolicy(statSync(archive).size)
  const marks: FileMark[] = []
  const folders = new Set([folder])
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  try {
    for await (const entry of readEntries(archive)) {
      signal.throwIfAborted()
      const mark = await writeEntry(policy, entry, folder, folders)
      if (mark !== undefined) marks.push(mark)
    }
  } catch (error) {
    if (signal.aborted || error instanceof ArchiveRefused || !isDamage(error)) throw error
    throw new ArchiveRefused(`The archive is damaged: ${messageOf(error)}.`, { cause: error })
  }
  for (const path of folders) syncFolder(path)
  return marks.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

async function* readEntries(archive: string): AsyncGenerator<Entry> {
  const source = decompress(archive)
  const entries = extract()
  source.once('error', (error) => entries.destroy(error))
  source.pipe(entries)
  try {
    yield* entries
  } finally {
    source.destroy()
  }
}

async function writeEntry(
  policy: ArchivePolicy,
  entry: Entry,
  root: string,
  folders: Set<string>,
): Promise<FileMark | undefined> {
  const { name, type, size, linkname, mode } = entry.header
  const verdict = policy.judge({
    name,
    type: type ?? 'unknown',
    sizeBytes: size ?? 0,
    linkTarget: linkname ?? null,
  })
  if (!verdict.ok) throw new ArchiveRefused(`The archive is refused: ${verdict.reason}.`)
  const path = join(root, verdict.path)
  ensureFolders(root, verdict.kind === 'folder' ? path : dirname(path), folders)
  switch (verdict.kind) {
    case 'folder':
      entry.resume()
      return undefined
    case 'link':
      entry.resume()
      symlinkSync(verdict.target, path)
      return { path: verdict.path, link: verdict.target }
    case 'file': {
      // Only whether it may be executed is taken over: no set-user-id, nothing that others could write.
      const isProgram = ((mode ?? 0) & 0o100) !== 0
      return { path: verdict.path, sha256: await writeContent(entry, path, isProgram) }
    }
  }
}

async function writeContent(entry: Entry, path: string, isProgram: boolean): Promise<string> {
  const hash = createHash('sha256')
  await using file = await open(path, 'wx', isProgram ? 0o755 : 0o644)
  for await (const chunk of entry) {
    if (!(chunk instanceof Uint8Array)) continue
    hash.update(chunk)
    await file.writeFile(chunk)
  }
  await file.sync()
  return hash.digest('hex')
}

function ensureFolders(root: string, path: string, folders: Set<string>): void {
  if (folders.has(path)) return
  if (path !== root) ensureFolders(root, dirname(path), folders)
  mkdirSync(path, { recursive: true, mode: 0o755 })
  folders.add(path)
}

/** The bytes of the tar inside. */
function decompress(archive: string): Readable {
  const head = Buffer.alloc(4)
  const file = openSync(archive, 'r')
  readSync(file, head, 0, head.length, 0)
  closeSync(file)
  const bytes = createReadStream(archive)
  const unzip =
    head[0] === 0x1f && head[1] === 0x8b
      ? createGunzip()
      : head.readUInt32LE() === 0xfd2fb528
        ? createZstdDecompress()
        : undefined
  if (unzip === undefined) return bytes
  bytes.once('error', (error) => unzip.destroy(error))
  return bytes.pipe(unzip)
}

/** Errors of the readers, as opposed to those of the disk. */
function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return !/^(?:ENOSPC|EDQUOT|EACCES|EPERM|EROFS|EIO|EMFILE|ENFILE)$/.test(code)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
