import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { Client } from 'pg'
import { migrate } from '../src/postgres/migrate.ts'
import { createTestDatabase } from '../testing/database.ts'

suite('migrate', () => {
  test('an empty database gets every migration in order, and nothing the second time', async () => {
    await using place = await arrange({
      '0001_hosts.sql': 'CREATE TABLE hosts (id text PRIMARY KEY)',
      '0002_zone.sql': 'ALTER TABLE hosts ADD COLUMN zone text',
    })
    assert.deepEqual(await migrate(place.client, place.folder), ['0001_hosts.sql', '0002_zone.sql'])
    assert.deepEqual(await migrate(place.client, place.folder), [])
    await place.client.query("INSERT INTO hosts (id, zone) VALUES ('a', 'b')")
  })

  test('a migration that fails leaves nothing of itself and names its file', async () => {
    await using place = await arrange({
      '0001_hosts.sql': 'CREATE TABLE hosts (id text)',
      '0002_broken.sql': 'CREATE TABLE zones (id text); SELECT nonsense;',
    })
    await assert.rejects(migrate(place.client, place.folder), {
      code: 'migration_failed',
      message: /0002_broken\.sql failed and was taken back: column "nonsense" does not exist/,
    })
    assert.deepEqual(await listTables(place.client), ['hosts', 'migrations'])
  })

  test('a migration that was edited after it was applied is refused', async () => {
    await using place = await arrange({ '0001_hosts.sql': 'CREATE TABLE hosts (id text)' })
    await migrate(place.client, place.folder)
    await place.write({ '0001_hosts.sql': 'CREATE TABLE hosts (id uuid)' })
    await assert.rejects(migrate(place.client, place.folder), { code: 'migration_edited' })
  })

  test('a database of a newer program is refused', async () => {
    await using place = await arrange({ '0001_hosts.sql': 'CREATE TABLE hosts (id text)' })
    await migrate(place.client, place.folder)
    await place.client.query("INSERT INTO migrations VALUES (2, '0002_future.sql', 'x')")
    await assert.rejects(migrate(place.client, place.folder), {
      code: 'database_newer_than_program',
      message: /0002_future\.sql/,
    })
  })

  test('a new migration with a number below the last applied one is refused', async () => {
    await using place = await arrange({ '0002_hosts.sql': 'CREATE TABLE hosts (id text)' })
    await migrate(place.client, place.folder)
    await place.write({ '0001_late.sql': 'CREATE TABLE late (id text)' })
    await assert.rejects(migrate(place.client, place.folder), { code: 'migration_out_of_order' })
  })

  test('two files with one number, and a name without a number, are refused', async () => {
    await using twice = await arrange({ '0001_a.sql': 'SELECT 1', '0001_b.sql': 'SELECT 1' })
    await assert.rejects(migrate(twice.client, twice.folder), { code: 'migration_file_misnamed' })
    await using nameless = await arrange({ 'hosts.sql': 'SELECT 1' })
    await assert.rejects(migrate(nameless.client, nameless.folder), {
      code: 'migration_file_misnamed',
    })
  })

  test('programs that start at once apply each migration once', async () => {
    await using place = await arrange({
      '0001_hosts.sql': 'CREATE TABLE hosts (id text)',
      '0002_zones.sql': 'CREATE TABLE zones (id text)',
    })
    const clients = await Promise.all([place.connect(), place.connect(), place.connect()])
    const applied = await Promise.all(clients.map((client) => migrate(client, place.folder)))
    assert.deepEqual(applied.flat().toSorted(), ['0001_hosts.sql', '0002_zones.sql'])
  })

  test('a migration waits for a table that another session holds', async () => {
    await using place = await arrange({ '0001_hosts.sql': 'CREATE TABLE hosts (id text)' })
    await migrate(place.client, place.folder)
    await place.write({ '0002_zone.sql': 'ALTER TABLE hosts ADD COLUMN zone text' })
    const holder = await place.connect()
    await holder.query('BEGIN; LOCK TABLE hosts')
    const migrating = migrate(place.client, place.folder)
    await untilOneWaits(holder)
    await holder.query('COMMIT')
    assert.deepEqual(await migrating, ['0002_zone.sql'])
  })
})

/** Returns when another session of this database waits for a lock. */
async function untilOneWaits(client: Client): Promise<void> {
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline) {
    const { rowCount } = await client.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
    if (rowCount !== 0) return
  }
  assert.fail('no session waits for a lock')
}

async function listTables(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ tablename: string }>(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  )
  return rows.map(({ tablename }) => tablename)
}

async function arrange(files: Readonly<Record<string, string>>) {
  const stack = new AsyncDisposableStack()
  const database = stack.use(await createTestDatabase({ isMigrated: false }))
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-migrations-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const connect = async (): Promise<Client> => {
    const client = new Client(database.url)
    await client.connect()
    stack.defer(() => client.end())
    return client
  }
  const write = async (texts: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, sql] of Object.entries(texts)) await writeFile(join(folder, name), sql)
  }
  await write(files)
  const client = await connect()
  return {
    client,
    connect,
    write,
    folder: pathToFileURL(`${folder}/`),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
