// What a placed artifact consists of, remembered in the agent's own folder, and what is really there.
import { createHash } from 'node:crypto'
import { createReadStream, lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ensureFolder, readOwnJson, replaceFile } from '../journal/durable-file.ts'

/** One file or link by its path below the folder, with `/` between the parts. */
export type FileMark =
  | { readonly path: string; readonly sha256: string }
  | { readonly path: string; readonly link: string }

/** The content of an artifact, file by file. */
export interface Manifest {
  /** Under which it was unpacked last; a component may have the same bytes under another one. */
  readonly version: string
  readonly digest: `sha256:${string}`
  readonly files: readonly FileMark[]
}

/** Files that look as they did when they were last read need not be read again: that a disk rots is not seen by this. */
export type HashMemory = Map<string, { readonly look: string; readonly sha256: string }>

export function manifestPath(stateDir: string, hex: string): string {
  return join(stateDir, 'manifests', `${hex}.json`)
}

/** Durable when this returns. */
export function saveManifest(stateDir: string, manifest: Manifest): void {
  ensureFolder(join(stateDir, 'manifests'))
  replaceFile(manifestPath(stateDir, hexOf(manifest.digest)), JSON.stringify(manifest))
}

export function readManifest(stateDir: string, hex: string): Manifest | undefined {
  return readOwnJson(manifestPath(stateDir, hex))
}

export function hexOf(digest: `sha256:${string}`): string {
  return digest.slice('sha256:'.length)
}

/** Reads every file below the folder. What is named `.lockstep…` at the top is ours and does not count. */
export async function readTree(folder: string, memory?: HashMemory): Promise<readonly FileMark[]> {
  const marks: FileMark[] = []
  for (const path of listPaths(folder)) {
    const full = join(folder, path)
    const stats = lstatSync(full)
    if (stats.isSymbolicLink()) marks.push({ path, link: readlinkSync(full) })
    else if (stats.isFile()) marks.push({ path, sha256: await hashFile(full, memory) })
    else marks.push({ path, link: '(neither file nor link)' })
  }
  return marks.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function listPaths(folder: string, below = ''): readonly string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (path.startsWith('.lockstep')) return []
    return entry.isDirectory() ? listPaths(folder, path) : [path]
  })
}

async function hashFile(path: string, memory: HashMemory | undefined): Promise<string> {
  const { size, mtimeNs, ctimeNs, ino, dev } = lstatSync(path, { bigint: true })
  const look = [size, mtimeNs, ctimeNs, ino, dev].join(' ')
  const known = memory?.get(path)
  if (known?.look === look) return known.sha256
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  const sha256 = hash.digest('hex')
  memory?.set(path, { look, sha256 })
  return sha256
}

/**
 * A digest for what is there when it is not what was placed: SHA-256 over one line `path NUL sha256-of-the-file NEWLINE`
 * for each file by path; for a link `link:` and its target stand in the place of the hash.
 */
export function digestTree(marks: readonly FileMark[]): `sha256:${string}` {
  const hash = createHash('sha256')
  for (const mark of marks) hash.update(`${mark.path}\0${contentOf(mark)}\n`)
  return `sha256:${hash.digest('hex')}`
}

/** How what is there differs from what was placed, in words, each file once. */
export function listDifferences(
  placed: readonly FileMark[],
  there: readonly FileMark[],
): readonly string[] {
  const was = new Map(placed.map((mark) => [mark.path, contentOf(mark)]))
  const is = new Map(there.map((mark) => [mark.path, contentOf(mark)]))
  const gone = placed.filter(({ path }) => !is.has(path)).map(({ path }) => `${path} is gone`)
  const others = there.flatMap(({ path }) => {
    if (!was.has(path)) return [`${path} was added`]
    return was.get(path) === is.get(path) ? [] : [`${path} was changed`]
  })
  return [...gone, ...others].toSorted()
}

function contentOf(mark: FileMark): string {
  return 'sha256' in mark ? mark.sha256 : `link:${mark.link}`
}
