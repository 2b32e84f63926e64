// A PostgreSQL for benchmarks: the embedded one with the settings of production, in a folder that goes away.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Machine } from '@lockstep/domain'
import { Client, Pool } from 'pg'
import { startEmbeddedPostgres } from '../packages/server/src/postgres/embedded/embedded-postgres.ts'
import { migrate } from '../packages/server/src/postgres/migrate.ts'
import { Reactor } from '../packages/server/src/postgres/reactor/reactor.ts'

export interface BenchDatabase extends AsyncDisposable {
  readonly url: string
  readonly pool: Pool
  /** A reactor on this database; dispose it before the database. */
  startReactor(machines: readonly Machine[]): Promise<Reactor>
}

export interface BenchServer extends AsyncDisposable {
  /** Version of PostgreSQL, in words. */
  readonly version: string
  createDatabase(): Promise<BenchDatabase>
}

export async function startBenchServer(): Promise<BenchServer> {
  const dataDir = await mkdtemp(join(tmpdir(), `lockstep-bench-`))
  const server = await startEmbeddedPostgres({ dataDir })
  return {
    version: await readVersion(server.url),
    createDatabase: () => createDatabase(server.url),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function createDatabase(serverUrl: string): Promise<BenchDatabase> {
  const name = `bench_${randomBytes(4).toString('hex')}`
  await run(serverUrl, `CREATE DATABASE ${name}`)
  const url = serverUrl.replace(/^(postgres(?:ql)?:\/\/[^/]*\/)[^?]*/, `$1${name}`)
  const client = await connect(url)
  await migrate(client)
  await client.end()
  const pool = new Pool({ connectionString: url })
  pool.on('error', () => undefined) // The next query tells.
  return {
    url,
    pool,
    startReactor: (machines) => startReactor(url, machines),
    async [Symbol.asyncDispose]() {
      await pool.end()
      await run(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}

async function startReactor(url: string, machines: readonly Machine[]): Promise<Reactor> {
  const reactor = new Reactor({
    newClient: () => new Client(url),
    machines,
    onIncident: ({ what, cause }) => process.stderr.write(`${what}: ${String(cause)}\n`),
  })
  await reactor.start()
  return reactor
}

async function readVersion(url: string): Promise<string> {
  const client = await connect(url)
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version')
  await client.end()
  return rows[0]?.server_version ?? ''
}

async function run(url: string, sql: string): Promise<void> {
  const client = await connect(url)
  await client.query(sql)
  await client.end()
}

async function connect(url: string): Promise<Client> {
  const client = new Client(url)
  await client.connect()
  return client
}
