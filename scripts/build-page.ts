// Builds the web page when its sources have changed since the last build; otherwise it takes a few milliseconds.
import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const ROOT = join(import.meta.dirname, '..')
const WEB = join(ROOT, 'packages', 'web')
/** What the server serves. Git ignores it. */
export const PAGE_FOLDER = join(WEB, 'dist')
const STAMP = 'stamp.txt'
const MANIFEST = 'manifest.json'
/** Everything that can change what is built. */
const SOURCES = [
  'packages/{web,client,contract,domain,define}/src/**/*.{ts,tsx,css}',
  'packages/web/{index.html,package.json,vite.config.ts}',
  'packages/web/public/*',
  'package-lock.json',
  'scripts/build-page.ts',
]
/** JavaScript that a browser loads before Home can be used, compressed. UI.md section 13. */
export const FIRST_BYTES_MAX = 130_000
const COMPRESSED = /\.(?:js|css|html|svg|json)$/

/** Makes sure that the page of the present sources is built, and says so when it had to be made. */
export async function buildPage(): Promise<void> {
  const wanted = hashSources()
  if (readText(join(PAGE_FOLDER, STAMP)) === wanted) return
  process.stderr.write('Building the web page (when its sources have changed) …\n')
  const startedAt = performance.now()
  // Beside the old one, and then in its place: a server that starts meanwhile never finds half a page.
  const folder = mkdtempSync(join(WEB, '.dist-'))
  try {
    const { build } = await import('vite') // Only now: it takes longer to load than all the rest.
    await build({
      configFile: join(WEB, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: folder, emptyOutDir: true },
      define: { PAGE_BUILD: JSON.stringify(wanted.slice(0, 12)) },
    })
    const firstBytes = measureFirst(folder)
    writeFileSync(
      join(folder, 'build.json'),
      JSON.stringify({ build: wanted.slice(0, 12), firstBytes }),
    )
    rmSync(join(folder, MANIFEST))
    compressFiles(folder)
    writeFileSync(join(folder, STAMP), wanted)
    const old = `${folder}-old`
    if (existsSync(PAGE_FOLDER)) renameSync(PAGE_FOLDER, old)
    renameSync(folder, PAGE_FOLDER)
    rmSync(old, { recursive: true, force: true })
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    process.stderr.write(`Built the web page in ${seconds} s. ${sayFirst(firstBytes)}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function hashSources(): string {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).toSorted()) {
    if (/\.test\.tsx?$/.test(file)) continue
    hash
      .update(`${file}\n`)
      .update(readFileSync(join(ROOT, file)))
      .update('\n')
  }
  return hash.digest('hex')
}

function readText(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** Brotli and gzip beside each file, once, so that the server compresses nothing. */
function compressFiles(folder: string): void {
  for (const file of globSync('**/*', { cwd: folder })) {
    if (!COMPRESSED.test(file)) continue
    const bytes = readFileSync(join(folder, file))
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
    writeFileSync(join(folder, `${file}.br`), brotliCompressSync(bytes, { params }))
    writeFileSync(join(folder, `${file}.gz`), gzipSync(bytes, { level: 9 }))
  }
}

interface Chunk {
  readonly file: string
  readonly src?: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
}

/** How much JavaScript Home needs: the entry and the page of Home, with all that they import. */
function measureFirst(folder: string): number {
  const manifest: Readonly<Record<string, Chunk>> = JSON.parse(readText(join(folder, MANIFEST)))
  const first = Object.keys(manifest).filter(
    (name) => manifest[name]?.isEntry === true || name.endsWith('/home-page.tsx'),
  )
  const files = new Set<string>(['theme.js'])
  const visit = (name: string): void => {
    const chunk = manifest[name]
    if (chunk === undefined || files.has(chunk.file)) return
    files.add(chunk.file)
    for (const next of chunk.imports ?? []) visit(next)
  }
  for (const name of first) visit(name)
  return [...files]
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length, 0)
}

function sayFirst(bytes: number): string {
  const said = `JavaScript before Home is usable: ${(bytes / 1000).toFixed(1)} kB gzip of ${FIRST_BYTES_MAX / 1000} kB.`
  return bytes <= FIRST_BYTES_MAX ? said : `${said} That is too much.`
}

if (process.argv[1] !== undefined && relative(process.argv[1], import.meta.filename) === '') {
  await buildPage()
}
