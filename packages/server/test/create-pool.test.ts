import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createPool } from '../src/postgres/create-pool.ts'
import { createTestDatabase } from '../testing/database.ts'

suite('a pool', () => {
  test('outlives a connection that breaks while it is handed out', async () => {
    await using database = await createTestDatabase({ isMigrated: false })
    const pool = createPool({ connectionString: database.url }, () => undefined)
    const client = await pool.connect()
    const broken = new Promise<void>((resolve) => client.once('end', () => resolve()))
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
    await broken
    await assert.rejects(client.query('SELECT 1'))
    client.release()
    assert.equal((await pool.query('SELECT 1')).rowCount, 1)
    await pool.end()
  })

  test('tells of a connection that breaks while nobody uses it', async () => {
    await using database = await createTestDatabase({ isMigrated: false })
    const told = Promise.withResolvers<Error>()
    const pool = createPool({ connectionString: database.url }, told.resolve)
    const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
    assert.match((await told.promise).message, /terminat/)
    await pool.end()
  })
})
