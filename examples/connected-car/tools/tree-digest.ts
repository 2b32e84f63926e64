// The digest that each program of the product answers under /version, computed by somebody else: the one
// who compares what runs with what was packed does not borrow the arithmetic of the program.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/**
 * SHA-256 over one line `path NUL sha256-of-the-file NEWLINE` for each file below the folder, sorted by
 * path; `.lockstep…` at the top does not count. With the prefix `sha256:`.
 */
export function treeDigest(folder: string): string {
  const digest = createHash('sha256')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.startsWith('.lockstep'))
  for (const path of files.sort()) {
    const content = createHash('sha256')
      .update(readFileSync(join(folder, path)))
      .digest('hex')
    digest.update(`${path}\0${content}\n`)
  }
  return `sha256:${digest.digest('hex')}`
}
