// Somebody with every right on the database, who is not stopped by its triggers.

import type { Pool } from 'pg'

/** Changes what the database lets nobody change. */
export async function tamper(pool: Pool, sql: string): Promise<void> {
  const client = await pool.connect()
  let isSpoilt = true
  try {
    await client.query(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`)
    isSpoilt = false
  } finally {
    // One whose transaction has failed is closed: whoever got it next would find it aborted.
    client.release(isSpoilt)
  }
}
