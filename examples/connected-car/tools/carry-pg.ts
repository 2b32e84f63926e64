// data-backend needs one package, pg. Its repository carries it as vendor/pg.tgz, made here from the
// package that this installation of Lockstep has: nothing is asked of a network.
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
}

const readManifest = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

/** The folder of an installed package, as the module at `from` would find it. */
function findPackage(name: string, from: string): string {
  const paths = createRequire(join(from, 'package.json')).resolve.paths(name) ?? []
  for (const path of paths) {
    try {
      readManifest(join(path, name))
      return join(path, name)
    } catch {
      // not in this folder; the next one is further out
    }
  }
  throw new Error(`The package ${name} is not installed; run npm ci first.`)
}

/** A package and everything that it needs, each once: name → folder. */
function collectPackages(name: string, from: string, found = new Map<string, string>()) {
  if (found.has(name)) return found
  const folder = findPackage(name, from)
  found.set(name, folder)
  for (const needed of Object.keys(readManifest(folder).dependencies ?? {})) {
    collectPackages(needed, folder, found)
  }
  return found
}

/**
 * Writes `vendor/pg.tgz` into the repository: the installed pg with all that it needs inside, so that npm
 * installs it offline. The same installed packages give the same bytes.
 */
export function carryPg(repository: string): { readonly version: string; readonly path: string } {
  const packages = collectPackages('pg', dirname(import.meta.filename))
  const work = mkdtempSync(join(tmpdir(), 'carry-pg-'))
  try {
    const target = join(work, 'pg')
    for (const [name, folder] of packages) {
      const into = name === 'pg' ? target : join(target, 'node_modules', name)
      cpSync(folder, into, { recursive: true, dereference: true })
    }
    const { name, version, ...manifest } = readManifest(target) as Manifest &
      Record<string, unknown>
    const bundleDependencies = [...packages.keys()].filter((each) => each !== 'pg').sort()
    const kept = ['main', 'exports', 'license', 'dependencies', 'engines']
    const carried = Object.fromEntries(
      Object.entries(manifest).filter(([key]) => kept.includes(key)),
    )
    writeFileSync(
      join(target, 'package.json'),
      `${JSON.stringify({ name, version, ...carried, bundleDependencies }, null, 2)}\n`,
    )
    execFileSync(
      'npm',
      [
        'pack',
        '--offline',
        '--ignore-scripts',
        '--silent',
        '--pack-destination',
        work,
        `--cache=${join(work, 'cache')}`,
      ],
      { cwd: target, stdio: ['ignore', 'ignore', 'inherit'] },
    )
    const path = join(repository, 'vendor', 'pg.tgz')
    mkdirSync(dirname(path), { recursive: true })
    copyFileSync(join(work, `pg-${version}.tgz`), path)
    return { version, path }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
