// Makes sure that one process at a time owns an embedded data folder.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EmbeddedPostgresFault } from './fault.ts'

export interface DataLock {
  /** Gives the folder free. A second call changes nothing. */
  release(): void
}

/**
 * Takes the data folder for this process, or throws `embedded_database_in_use` naming the one that has it.
 * The lock is the kernel's: it ends with the process, also after kill -9, so there is nothing stale to judge,
 * and it holds between containers that share a volume, where process ids mean nothing.
 */
export async function lockDataFolder(dataDir: string): Promise<DataLock> {
  const ownerFile = join(dataDir, 'owner')
  // Node has no flock. SQLite's lock on an empty file is an fcntl lock with the same promises on every system.
  const file = new DatabaseSync(join(dataDir, 'lock'))
  try {
    file.exec('PRAGMA busy_timeout = 0')
    file.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    file.close()
    if (!isBusy(cause)) throw cause
    const owner = await readFile(ownerFile, 'utf8').catch(() => 'another process')
    throw new EmbeddedPostgresFault(
      'embedded_database_in_use',
      `The embedded database in ${dataDir} belongs to ${owner.trim()}, which is running. ` +
        'One process at a time can use an embedded database: stop that one, give this one another folder ' +
        'with LOCKSTEP_DATA, or, to run several, set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    )
  }
  await writeFile(ownerFile, `process ${process.pid}\n`)
  let isHeld = true
  return {
    release() {
      if (isHeld) file.close()
      isHeld = false
    },
  }
}

function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
