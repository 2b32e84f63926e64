// Starts the `postgres` program on a cluster and waits until it answers.
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EmbeddedPostgresFault } from './fault.ts'
import { findProgram, readPostmasterFile } from './postmaster.ts'
import type { Account } from './account.ts'
import type { PostgresBinaries } from './binaries.ts'

const POLL_MS = 5
/** Recovery after a crash reads the log since the last checkpoint, which can take minutes on a slow disk. */
const READY_WITHIN_MS = 10 * 60_000

export type ServerFolders = {
  readonly dataDir: string
  readonly pgDir: string
  readonly logDir: string
  readonly socketDir: string
}

/** Server settings by name. */
export type ServerParameters = Readonly<Record<string, string>>

/** Starts a server and returns its pid when it accepts connections. Throws with the server's own words when it ends first. */
export async function startServerProcess(
  binaries: PostgresBinaries,
  account: Account,
  folders: ServerFolders,
  parameters: ServerParameters,
): Promise<number> {
  const settings = Object.entries({ ...ownParameters(folders), ...parameters })
  const [program = '', ...args] = [
    ...account.prefix,
    binaries.postgres,
    '-D',
    folders.pgDir,
    ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const startLog = join(folders.dataDir, 'start.log')
  const startedAt = Date.now()
  const log = openSync(startLog, 'w', 0o600)
  // Its own process group: Ctrl-C in a terminal is for us, who stop it when our work is done.
  const child = spawn(program, args, {
    cwd: folders.pgDir,
    detached: true,
    stdio: ['ignore', log, log],
    env: binaries.env,
  })
  closeSync(log)
  child.unref()
  child.on('error', () => undefined) // Seen below as a process that is not there.
  const { pid } = child
  if (pid !== undefined && (await isReady(folders.pgDir, pid))) return pid
  throw new EmbeddedPostgresFault(
    'embedded_database_not_started',
    `PostgreSQL did not start on ${folders.pgDir}: ${await readLastWords(startLog, folders.logDir, startedAt)}`,
  )
}

/** True as soon as the server accepts connections, false when it has ended. */
export async function isReady(pgDir: string, pid: number): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (Date.now() < deadline) {
    const recorded = await readPostmasterFile(pgDir)
    if (recorded?.pid === pid && recorded.status === 'ready') return true
    if ((await findProgram(pid)) === undefined) return false
    await delay(POLL_MS)
  }
  return false
}

function ownParameters(folders: ServerFolders): ServerParameters {
  return {
    listen_addresses: '',
    port: '5432',
    unix_socket_directories: folders.socketDir,
    unix_socket_permissions: '0700',
    // Moving to another server later is logical replication.
    wal_level: 'logical',
    max_connections: '100',
    // Short queries of known shape: compiling them costs more than it saves.
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // One file for each day of the week, so that the log of years is bounded.
    logging_collector: 'on',
    log_directory: folders.logDir,
    log_filename: 'postgres-%a.log',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    log_rotation_size: '0',
  }
}

async function readLastWords(startLog: string, logDir: string, startedAt: number): Promise<string> {
  let words = await readFile(startLog, 'utf8')
  for (const name of await readdir(logDir).catch(() => [])) {
    const file = join(logDir, name)
    if ((await stat(file)).mtimeMs >= startedAt) words += await readFile(file, 'utf8')
  }
  const complaints = words.split('\n').filter((line) => /FATAL|ERROR|PANIC|DETAIL|HINT/.test(line))
  return (complaints.length > 0 ? complaints.slice(-6).join(' ') : words.slice(-500)).trim()
}
