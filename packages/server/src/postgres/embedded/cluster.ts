// The database cluster on disk: made once, whole or not at all.
import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { giveFolder } from './account.ts'
import { EmbeddedPostgresFault } from './fault.ts'
import { runProgram } from './run-program.ts'
import type { Account } from './account.ts'
import type { PostgresBinaries } from './binaries.ts'

/** The role that owns everything in an embedded database. */
export const EMBEDDED_USER = 'lockstep'

/**
 * Makes the cluster when `pgDir` has none, and says whether it did. A crash half-way leaves nothing that a later
 * start takes for a cluster. Throws when the cluster there was made by another major version.
 */
export async function ensureCluster(
  pgDir: string,
  binaries: PostgresBinaries,
  account: Account,
): Promise<boolean> {
  const found = await readFile(join(pgDir, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (found === undefined) {
    await refuseForeignFiles(pgDir)
    await createCluster(pgDir, binaries, account)
    return true
  }
  if (Number(found) !== binaries.majorVersion) {
    throw new EmbeddedPostgresFault(
      'embedded_database_version',
      `The database in ${pgDir} is of PostgreSQL ${found.trim()}, and ${binaries.postgres} is ${binaries.majorVersion}. ` +
        `Set PG_BIN to the programs of PostgreSQL ${found.trim()}, or LOCKSTEP_DATA to another folder.`,
    )
  }
  return false
}

async function refuseForeignFiles(pgDir: string): Promise<void> {
  const files = await readdir(pgDir)
  if (files.length === 0) return
  throw new EmbeddedPostgresFault(
    'embedded_database_version',
    `${pgDir} has files (${files.slice(0, 3).join(', ')}) but is not a database. ` +
      'Move them away, or set LOCKSTEP_DATA to another folder.',
  )
}

async function createCluster(
  pgDir: string,
  binaries: PostgresBinaries,
  account: Account,
): Promise<void> {
  const unfinished = `${pgDir}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await giveFolder(unfinished, account)
  const { exitCode, output } = await runProgram(
    [...account.prefix, ...initdbCommand(binaries, unfinished)],
    { env: binaries.env, cwd: unfinished },
  )
  if (exitCode !== 0) {
    await rm(unfinished, { recursive: true, force: true })
    throw new EmbeddedPostgresFault(
      'embedded_database_not_started',
      `A database could not be made in ${pgDir}: ${output}`,
    )
  }
  await rename(unfinished, pgDir)
}

function initdbCommand(binaries: PostgresBinaries, folder: string): readonly string[] {
  // Versions before 17 have no builtin provider; theirs is the C library's.
  const locale = [
    '--locale=C.UTF-8',
    ...(binaries.majorVersion < 17 ? [] : ['--locale-provider=builtin']),
  ]
  return [
    binaries.initdb,
    `--pgdata=${folder}`,
    `--username=${EMBEDDED_USER}`,
    '--auth=trust', // The only door is a socket in a folder that nobody else can enter.
    '--encoding=UTF8',
    ...locale,
    '--data-checksums',
    '--no-instructions',
  ]
}
