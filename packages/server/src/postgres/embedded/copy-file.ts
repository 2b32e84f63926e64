import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

export type CopiedFile = { readonly sizeBytes: number; readonly sha256: string }

/** Copies a file, readable by its owner only, and says what was written, also when the source grew meanwhile. */
export async function copyFile(source: string, target: string): Promise<CopiedFile> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  await pipeline(
    createReadStream(source),
    async function* measure(parts: AsyncIterable<Buffer>) {
      for await (const part of parts) {
        hash.update(part)
        sizeBytes += part.length
        yield part
      }
    },
    createWriteStream(target, { flags: 'wx', mode: 0o600 }),
  )
  return { sizeBytes, sha256: hash.digest('hex') }
}
