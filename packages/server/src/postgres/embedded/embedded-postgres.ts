// A PostgreSQL server of our own: started with the program, supervised while it runs, stopped with it.
import { mkdir, realpath, rmdir } from 'node:fs/promises'
import { Socket } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { findBinaries } from './binaries.ts'
import { EMBEDDED_USER } from './cluster.ts'
import { lockDataFolder } from './data-lock.ts'
import { EmbeddedPostgresFault } from './fault.ts'
import { launchServer } from './launch-server.ts'
import { findPostmaster, findProgram, stopPostmaster } from './postmaster.ts'
import { isReady } from './server-process.ts'
import { findSocketFolder } from './socket-folder.ts'
import type { DataLock } from './data-lock.ts'
import type { ServerPlace } from './launch-server.ts'
import type { ServerParameters } from './server-process.ts'

export const EMBEDDED_DATABASE = 'lockstep'
export const PORT = 5432
const RESTART_DELAY_MS_MIN = 100
const RESTART_DELAY_MS_MAX = 10_000
/** A server that lived this long was well: the next restart does not wait for what happened before. */
const STEADY_AFTER_MS = 30_000
const RECOVERY_BEFORE_STOP_MS = 5_000

export type EmbeddedPostgresSettings = {
  /** The folder that holds the database and everything about it; made when missing. */
  readonly dataDir: string
  /** A folder with `initdb` and `postgres`, instead of those that npm installed. */
  readonly pgBin?: string | undefined
  /** Where `unshare`, `setpriv` and `chown` are looked for, instead of in the folders of the system. */
  readonly searchPath?: string | undefined
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
    const { pgBin, searchPath, parameters = {} } = settings
    const binaries = await findBinaries({ pgBin, searchPath, dataDir })
    const place = { binaries, dataDir, pgDir: join(dataDir, 'pg'), parameters }
    const socketDir = await findSocketFolder(dataDir)
    const server = new SupervisedServer(place, { lock, socketDir, onNotice: settings.onNotice })
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

class SupervisedServer implements EmbeddedPostgres {
  isNew = false
  isAdopted = false
  version = ''
  readyMs = 0

  readonly #place: ServerPlace
  readonly #lock: DataLock
  readonly #tell: (text: string) => void
  readonly #stopping = new AbortController()
  #socketDir: string
  #steadySince = 0
  #failures = 0
  #watcher: { readonly client: Client; readonly socket: Socket } | undefined
  #recovery: Promise<void> = Promise.resolve()
  #stopped: Promise<void> | undefined

  constructor(
    place: ServerPlace,
    own: { lock: DataLock; socketDir: string; onNotice: ((text: string) => void) | undefined },
  ) {
    this.#place = place
    this.#lock = own.lock
    this.#socketDir = own.socketDir
    this.#tell = own.onNotice ?? (() => undefined)
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
    await this.#settle()
    this.#stopping.abort()
    await this.#recovery
    this.#watcher?.socket.ref()
    await this.#watcher?.client.end().catch(() => undefined) // The server may have died this moment.
    await this.#stopServer()
    // A socket folder below the temporary folder is made anew by the next start.
    if (dirname(this.#socketDir) !== this.#place.dataDir) {
      await rmdir(this.#socketDir).catch(() => undefined)
    }
    this.#lock.release()
  }

  /** A fast shutdown that meets a server in the middle of its recovery from a crash can stay without effect. */
  async #settle(): Promise<void> {
    const settled = new AbortController()
    const { signal } = settled
    const late = delay(RECOVERY_BEFORE_STOP_MS, undefined, { signal }).catch(() => undefined)
    await Promise.race([this.#recovery, late])
    settled.abort()
  }

  async #stopServer(): Promise<void> {
    const running = await findPostmaster(this.#place.pgDir)
    if (running !== undefined) await stopPostmaster(running.pid)
  }

  /** True when a server was running already. */
  async #ensureRunning(): Promise<boolean> {
    if (await this.#adopt()) return true
    const { isNew } = await launchServer(this.#place, this.#socketDir)
    this.isNew ||= isNew
    this.#steadySince = Date.now()
    return false
  }

  /** Takes over a server of the same programs that runs on our cluster; ends any other. */
  async #adopt(): Promise<boolean> {
    const { binaries, pgDir } = this.#place
    const found = await findPostmaster(pgDir)
    if (found === undefined) return false
    const program = await findProgram(found.pid)
    const isOurs = program === binaries.postgres || program === (await realpath(binaries.postgres))
    if (isOurs && found.status !== 'stopping' && (await isReady(pgDir, found.pid))) {
      // From now on also the place for its successors: connections know this one.
      this.#socketDir = (await findPostmaster(pgDir))?.socketFolder ?? found.socketFolder
      return true
    }
    await stopPostmaster(found.pid)
    return false
  }

  /** Keeps one idle connection, whose end is the first sign that the server died; also of one that was adopted. */
  async #watch(): Promise<void> {
    const socket = new Socket()
    const client = new Client({
      ...this.connection,
      database: 'postgres',
      application_name: 'lockstep supervisor',
      stream: () => socket,
    })
    client.on('error', () => undefined) // Followed by `end`.
    try {
      await client.connect()
      await this.#ensureDatabase(client)
    } catch (error) {
      socket.destroy()
      throw error
    }
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
      const delayMs = this.#failures === 0 ? 0 : RESTART_DELAY_MS_MIN * 2 ** (this.#failures - 1)
      this.#failures += 1
      await delay(Math.min(delayMs, RESTART_DELAY_MS_MAX), undefined, { signal }).catch(
        () => undefined,
      )
      if (signal.aborted) return
      try {
        const isAlive = await this.#ensureRunning()
        await this.#watch()
        if (!isAlive) this.#tell('The embedded database had stopped and was started again.')
        return
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        this.#tell(`The embedded database does not answer and is tried again. ${reason}`)
      }
    }
  }
}
