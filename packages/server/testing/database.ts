// A database of its own for each test file, with the current schema, in some milliseconds.
import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, Pool } from 'pg'
import { migrate } from '../src/postgres/migrate.ts'
import { readTestDatabaseUrl } from './config.ts'
import { startTestServer } from './test-server.ts'
import type { TestServer } from './test-server.ts'

const MIGRATIONS = new URL('../migrations/', import.meta.url)
/** Test processes that need the same template at once make it one after the other. */
const TEMPLATE_LOCK = 7_236_041_114
const OBJECT_IN_USE = '55006'
const BUSY_ATTEMPTS_MAX = 100

/** A database that nobody else uses. Disposing it ends its pool and drops it; twice is the same as once. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string
  readonly url: string
  readonly pool: Pool
}

let server: Promise<TestServer> | undefined

/**
 * A fresh database with all migrations applied (or empty, with `isMigrated: false`), on the server of
 * LOCKSTEP_TEST_DATABASE_URL or on an embedded one that this process starts once and stops when its tests
 * are done. `await using database = await createTestDatabase()`.
 */
export async function createTestDatabase(
  options: { isMigrated?: boolean } = {},
): Promise<TestDatabase> {
  const serverUrl = readTestDatabaseUrl() ?? (await startOwnServer()).url
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`
  await withClient(serverUrl, async (client) => {
    const template =
      options.isMigrated === false ? 'template0' : await ensureTemplate(client, serverUrl)
    await whenFree(() => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`))
  })
  return openDatabase(serverUrl, name)
}

function openDatabase(serverUrl: string, name: string): TestDatabase {
  const url = withDatabase(serverUrl, name)
  const pool = new Pool({ connectionString: url, allowExitOnIdle: true })
  pool.on('error', () => undefined) // Tests cut connections on purpose; the next query tells.
  let dropped: Promise<void> | undefined
  return {
    name,
    url,
    pool,
    [Symbol.asyncDispose]() {
      dropped ??= (async () => {
        if (!pool.ended) await pool.end()
        await withClient(serverUrl, (client) =>
          client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
        )
      })()
      return dropped
    },
  }
}

function startOwnServer(): Promise<TestServer> {
  if (server !== undefined) return server
  const started = startTestServer()
  server = started
  // The server does not keep the process alive: when the tests are done, it is stopped.
  process.once('beforeExit', () => {
    started
      .then((running) => running[Symbol.asyncDispose]())
      .catch((error: unknown) => {
        process.stderr.write(`The test database did not stop: ${String(error)}\n`)
        process.exitCode = 1
      })
  })
  return started
}

/** The name of a database with the migrations of today, made by the first who asks on this server. */
async function ensureTemplate(client: Client, serverUrl: string): Promise<string> {
  const name = `template_${await digestMigrations()}`
  await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK])
  const { rows } = await client.query<{ datistemplate: boolean }>(
    'SELECT datistemplate FROM pg_database WHERE datname = $1',
    [name],
  )
  if (rows[0]?.datistemplate !== true) {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) // Half-made by a process that died.
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0`)
    await withClient(withDatabase(serverUrl, name), (migrating) => migrate(migrating, MIGRATIONS))
    await client.query(`ALTER DATABASE ${name} IS_TEMPLATE true`)
  }
  await client.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK])
  return name
}

async function digestMigrations(): Promise<string> {
  const hash = createHash('sha256')
  for (const name of (await readdir(MIGRATIONS)).toSorted()) {
    hash.update(name).update(await readFile(new URL(name, MIGRATIONS)))
  }
  return hash.digest('hex').slice(0, 16)
}

/** A connection that was closed a moment ago still counts as a user of the template. */
async function whenFree<Value>(attempt: () => Promise<Value>): Promise<Value> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt()
    } catch (error) {
      const isBusy = error instanceof Error && 'code' in error && error.code === OBJECT_IN_USE
      if (!isBusy || attempts === BUSY_ATTEMPTS_MAX) throw error
      await delay(20)
    }
  }
}

function withDatabase(serverUrl: string, name: string): string {
  // A string operation, since `postgres://user@/name?host=/folder` is an address that `URL` refuses.
  return serverUrl.replace(/^(postgres(?:ql)?:\/\/[^/]*\/)[^?]*/, `$1${name}`)
}

async function withClient<Value>(
  url: string,
  use: (client: Client) => Promise<Value>,
): Promise<Value> {
  const client = new Client(url)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
