import type { Database, Queryable } from '../queryable.ts'

/** Runs several queries on one state of the database, so that what they read fits together. Writes nothing. */
export async function readAtOnce<Value>(
  pool: Database,
  read: (db: Queryable) => Promise<Value>,
): Promise<Value> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const value = await read(client)
    await client.query('COMMIT')
    return value
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: unknown) => {
      broken = lost instanceof Error ? lost : new Error(String(lost))
    })
    throw error
  } finally {
    client.release(broken)
  }
}
