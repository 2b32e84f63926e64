// The built web page, read once: a build that is made while the server runs belongs to the next start.

import { createHash } from 'node:crypto'
import { globSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'

/** A file as it is sent, with the compressed forms that the build made. */
export interface PageFile {
  readonly type: string
  readonly etag: string
  /** Its name has the digest of its bytes: it never changes. */
  readonly isImmutable: boolean
  readonly plain: Buffer
  readonly encoded: Readonly<Partial<Record<Encoding, Buffer>>>
}

/** In the order in which they are preferred. */
export const ENCODINGS = ['br', 'gzip'] as const
export type Encoding = (typeof ENCODINGS)[number]

export interface PageFiles {
  readonly index: PageFile
  /** By their path on the server, such as `/assets/main-3f2a.js`. */
  readonly files: ReadonlyMap<string, PageFile>
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
const EXTENSIONS = { br: '.br', gzip: '.gz' } as const

/** The page in this folder; undefined when none was built. */
export function readPageFiles(folder: string): PageFiles | undefined {
  const names = globSync('**/*', { cwd: folder }).filter(
    (name) => TYPES[extname(name)] !== undefined && statSync(join(folder, name)).isFile(),
  )
  const files = new Map(
    names.map((name) => [`/${name.replaceAll('\\', '/')}`, readPageFile(folder, name)]),
  )
  const index = files.get('/index.html')
  files.delete('/index.html') // Its addresses are those of the screens.
  return index && { index, files }
}

function readPageFile(folder: string, name: string): PageFile {
  const plain = readFileSync(join(folder, name))
  const digest = createHash('sha256').update(plain).digest('base64url')
  const encoded = ENCODINGS.flatMap((encoding) => {
    const bytes = readIfThere(join(folder, `${name}${EXTENSIONS[encoding]}`))
    return bytes === undefined ? [] : [[encoding, bytes] as const]
  })
  return {
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    etag: `"${digest.slice(0, 22)}"`,
    isImmutable: name.startsWith('assets'),
    plain,
    encoded: Object.fromEntries(encoded),
  }
}

function readIfThere(file: string): Buffer | undefined {
  return statSync(file, { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(file)
}
