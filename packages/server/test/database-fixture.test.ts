import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { migrate } from '../src/postgres/migrate.ts'
import { createTestDatabase } from '../testing/database.ts'

suite('createTestDatabase', () => {
  test('each caller gets a database of its own with every migration applied', async () => {
    await using one = await createTestDatabase()
    await using other = await createTestDatabase()
    await one.pool.query('CREATE TABLE only_here (id text)')
    await assert.rejects(other.pool.query('SELECT FROM only_here'), { code: '42P01' })
    const client = await other.pool.connect()
    assert.deepEqual(await migrate(client), [])
    client.release()
  })

  test('a database is gone after its disposal, also when it is disposed twice', async () => {
    await using observer = await createTestDatabase({ isMigrated: false })
    const database = await createTestDatabase({ isMigrated: false })
    await database[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
    const { rows } = await observer.pool.query('SELECT FROM pg_database WHERE datname = $1', [
      database.name,
    ])
    assert.deepEqual(rows, [])
  })
})
