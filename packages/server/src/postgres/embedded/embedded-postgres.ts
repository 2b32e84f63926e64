// A PostgreSQL server of our own: started with the program, supervised while it runs, stopped with it.
import { mkdir, realpath, rmdir } from 'node:fs/promises'
import { Socket } from 'node:net'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { chooseAccount, giveFolder } from './account.ts'
import { findBinaries } from './binaries.ts'
import { EMBEDDED_USER, ensureCluster } from './cluster.ts'
import { lockDataFolder } from './data-lock.ts'
import { EmbeddedPostgresFault } from './fault.ts'
import { clearDeadServer, findPostmaster, findProgram, stopPostmaster } from './postmaster.ts'
import { isReady, startServerProcess } from './server-process.ts'
import { findSocketFolder } from './socket-folder.ts'
import type { Account } from './account.ts'
import type { PostgresBinaries } from './binaries.ts'
import type { DataLock } from './data-lock.ts'
import type { ServerFolders, ServerParameters } from './server-process.ts'

const EMBEDDED_DATABASE = 'lockstep'
const PORT = 5432
const RESTART_DELAY_MS_MIN = 100
const RESTART_DELAY_MS_MAX = 10_000
/** A server that lived this long was well: the next restart does not wait for what happened before. */
const STEADY_AFTER_MS = 30_000

export type EmbeddedPostgresSettings = {
  /** The folder that holds the database and everything about it; made when missing. */
  readonly dataDir: string
  /** A folder with `initdb` and `postgres`, instead of those that npm installed. */
  readonly pgBin?: string | undefined
  /** Told in sentences what a person who runs the program may want to know, such as a restart. */
  readonly onNotice?: ((text: string) => void) | undefined
  /** Server settings that differ from ours, for example of a test that need not survive a power cut. */
  readonly parameters?: ServerParameters | undefined
}

/** Where to connect; can be given to `new Pool(…)` as it is. */
export type EmbeddedConnection = {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
}

/** A running server. Disposing it stops the server with a checkpoint and frees the folder; twice is the same as once. */
export interface EmbeddedPostgres extends AsyncDisposable {
  readonly connection: EmbeddedConnection
  /** The same as one address, for a setting or another program. */
  readonly url: string
  /** The database was made by this start. */
  readonly isNew: boolean
  /** The server was running already, left by a program that died, and was taken over. */
  readonly isAdopted: boolean
  /** The server's own version, for example `18.4`. */
  readonly version: string
  readonly readyMs: number
}

/**
 * Starts the embedded database in `dataDir`, or takes over the server that a dead program left there, and
 * returns when it accepts connections. From then on a server that dies is started again, with growing delays,
 * and `onNotice` is told. Throws an EmbeddedPostgresFault, and leaves no process behind, when the folder
 * belongs to a running process, was made by another major version, or the server does not start.
 */
export async function startEmbeddedPostgres(
  settings: EmbeddedPostgresSettings,
): Promise<EmbeddedPostgres> {
  const startedAt = performance.now()
  const dataDir = await createDataFolder(settings.dataDir)
  const lock = await lockDataFolder(dataDir)
  try {
    const binaries = await findBinaries({ pgBin: settings.pgBin, dataDir })
    const pgDir = join(dataDir, 'pg')
    const account = await chooseAccount(binaries, { dataDir, pgDir })
    await giveFolder(pgDir, account)
    const isNew = await ensureCluster(pgDir, binaries, account)
    const folders = {
      dataDir,
      pgDir,
      logDir: join(dataDir, 'log'),
      socketDir: await findSocketFolder(dataDir),
    }
    await giveFolder(folders.logDir, account)
    await giveFolder(folders.socketDir, account)
    const server = new SupervisedServer({ settings, lock, binaries, account, folders, isNew })
    await server.start(startedAt)
    return server
  } catch (error) {
    lock.release()
    throw error
  }
}

async function createDataFolder(dataDir: string): Promise<string> {
  try {
    await mkdir(resolve(dataDir), { recursive: true, mode: 0o700 })
    // The real path is what the server's processes say that they work in.
    return await realpath(dataDir)
  } catch (cause) {
    throw new EmbeddedPostgresFault(
      'embedded_database_unreachable',
      `The data folder ${resolve(dataDir)} cannot be made or entered. ` +
        'Set LOCKSTEP_DATA to a folder of your own, or DATABASE_URL to a running PostgreSQL.',
      { cause },
    )
  }
}

type ServerParts = {
  readonly settings: EmbeddedPostgresSettings
  readonly lock: DataLock
  readonly binaries: PostgresBinaries
  readonly account: Account
  readonly folders: ServerFolders
  readonly isNew: boolean
}

class SupervisedServer implements EmbeddedPostgres {
  readonly isNew: boolean
  isAdopted = false
  version = ''
  readyMs = 0

  readonly #parts: ServerParts
  readonly #stopping = new AbortController()
  #socketDir: string
  #steadySince = 0
  #failures = 0
  #watcher: { readonly client: Client; readonly socket: Socket } | undefined
  #recovery: Promise<void> = Promise.resolve()
  #stopped: Promise<void> | undefined

  constructor(parts: ServerParts) {
    this.#parts = parts
    this.#socketDir = parts.folders.socketDir
    this.isNew = parts.isNew
  }

  get connection(): EmbeddedConnection {
    return {
      host: this.#socketDir,
      port: PORT,
      database: EMBEDDED_DATABASE,
      user: EMBEDDED_USER,
    }
  }

  get url(): string {
    const { host, port, database, user } = this.connection
    return `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
  }

  async start(startedAt: number): Promise<void> {
    try {
      this.isAdopted = await this.#ensureRunning()
      await this.#watch()
      this.readyMs = Math.round(performance.now() - startedAt)
    } catch (error) {
      await this.#stopServer()
      throw error
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#stopping.abort()
    await this.#recovery
    this.#watcher?.socket.ref()
    await this.#watcher?.client.end().catch(() => undefined) // The server may have died this moment.
    await this.#stopServer()
    // A socket folder below the temporary folder is made anew by the next start.
    if (dirname(this.#socketDir) !== this.#parts.folders.dataDir) {
      await rmdir(this.#socketDir).catch(() => undefined)
    }
    this.#parts.lock.release()
  }

  async #stopServer(): Promise<void> {
    const running = await findPostmaster(this.#parts.folders.pgDir)
    if (running !== undefined) await stopPostmaster(running.pid)
  }

  /** True when a server was running already. */
  async #ensureRunning(): Promise<boolean> {
    const { binaries, account, folders, settings } = this.#parts
    if (await this.#adopt()) return true
    await clearDeadServer(folders.pgDir)
    await startServerProcess(binaries, account, folders, settings.parameters ?? {})
    this.#socketDir = folders.socketDir
    this.#steadySince = Date.now()
    return false
  }

  async #adopt(): Promise<boolean> {
    const { binaries, folders } = this.#parts
    const running = await findPostmaster(folders.pgDir)
    if (running === undefined) return false
    const program = await findProgram(running.pid)
    const isOurs =
      program !== undefined && basename(program).startsWith('postgres')
        ? program === (await realpath(binaries.postgres)) || program === 'postgres'
        : false
    if (isOurs && running.status !== 'stopping' && (await isReady(folders.pgDir, running.pid))) {
      const { socketFolder } = (await findPostmaster(folders.pgDir)) ?? running
      this.#socketDir = socketFolder
      return true
    }
    await stopPostmaster(running.pid)
    return false
  }

  /** Keeps one idle connection, whose end is the first sign that the server died; also of one that we adopted. */
  async #watch(): Promise<void> {
    const socket = new Socket()
    const client = new Client({
      ...this.connection,
      database: 'postgres',
      application_name: 'lockstep supervisor',
      stream: () => socket,
    })
    client.on('error', () => undefined) // Followed by `end`.
    await client.connect()
    await this.#ensureDatabase(client)
    client.on('end', () => {
      if (!this.#stopping.signal.aborted) this.#recovery = this.#recover()
    })
    // Watching alone does not keep a program alive that has nothing else to do.
    socket.unref()
    this.#watcher = { client, socket }
  }

  async #ensureDatabase(client: Client): Promise<void> {
    const { rows } = await client.query<{ version: string; exists: boolean }>(
      `SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
              EXISTS (SELECT FROM pg_database WHERE datname = $1) AS exists`,
      [EMBEDDED_DATABASE],
    )
    this.version = rows[0]?.version ?? ''
    if (rows[0]?.exists !== true) await client.query(`CREATE DATABASE ${EMBEDDED_DATABASE}`)
  }

  async #recover(): Promise<void> {
    const { signal } = this.#stopping
    if (Date.now() - this.#steadySince > STEADY_AFTER_MS) this.#failures = 0
    while (!signal.aborted) {
      try {
        const isAlive = await this.#ensureRunning()
        await this.#watch()
        if (!isAlive) this.#tell('The embedded database had stopped and was started again.')
        return
      } catch (error) {
        if (signal.aborted) return
        const delayMs = Math.min(RESTART_DELAY_MS_MIN * 2 ** this.#failures, RESTART_DELAY_MS_MAX)
        this.#failures += 1
        const reason = error instanceof Error ? error.message : String(error)
        this.#tell(
          `The embedded database has stopped; the next attempt to start it is in ${delayMs} ms. ${reason}`,
        )
        await delay(delayMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  #tell(text: string): void {
    this.#parts.settings.onNotice?.(text)
  }
}
