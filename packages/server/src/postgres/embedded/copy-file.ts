import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'

export type MeasuredFile = { readonly sizeBytes: number; readonly sha256: string }

const PART_BYTES = 1024 * 1024

/** Copies a file, readable by its owner only, and says what was written, also when the source grew meanwhile. */
export async function copyFile(source: string, target: string): Promise<MeasuredFile> {
  await using from = await open(source, 'r')
  await using to = await open(target, 'wx', 0o600)
  return await measureParts(from, (part) => to.writeFile(part))
}

/** What a file holds. */
export async function measureFile(source: string): Promise<MeasuredFile> {
  await using from = await open(source, 'r')
  return await measureParts(from, () => undefined)
}

/** Plain reads and writes: a database is a thousand small files, for which streams cost more than the bytes. */
async function measureParts(
  from: Awaited<ReturnType<typeof open>>,
  take: (part: Buffer) => Promise<void> | undefined,
): Promise<MeasuredFile> {
  const hash = createHash('sha256')
  const { size } = await from.stat()
  const buffer = Buffer.allocUnsafe(Math.min(Math.max(size, 1) + 1, PART_BYTES))
  let sizeBytes = 0
  for (;;) {
    const { bytesRead } = await from.read(buffer, 0, buffer.length)
    if (bytesRead === 0) return { sizeBytes, sha256: hash.digest('hex') }
    const part = buffer.subarray(0, bytesRead)
    hash.update(part)
    await take(part)
    sizeBytes += bytesRead
  }
}
