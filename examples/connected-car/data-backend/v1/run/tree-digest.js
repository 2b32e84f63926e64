import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

function listFiles(folder, below = '') {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (path.startsWith('.lockstep')) return []
    return entry.isDirectory() ? listFiles(folder, path) : [path]
  })
}

/**
 * The digest of a folder's content: SHA-256 over one line `path NUL sha256-of-the-file NEWLINE` for each
 * file below it, sorted by path. Times, owners and modes do not count, nor does what is named
 * `.lockstep…` at its top: the same files give the same digest on every machine.
 */
export function treeDigest(folder) {
  const lines = listFiles(folder)
    .sort()
    .map((path) => `${path}\0${sha256(readFileSync(join(folder, path)))}\n`)
  return `sha256:${sha256(lines.join(''))}`
}
