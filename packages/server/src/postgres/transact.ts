// Transactions of ordinary writes over the pool.

import type { Pool, PoolClient } from 'pg'
import type { Tx } from '../ports/transaction.ts'

/** Runs statements one by one on any connection of the pool. */
export function poolAsTx(pool: Pool): Tx {
  return {
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as the port has it
    async query<Row extends object>(text: string, values: readonly unknown[] = []) {
      const { rows, rowCount } = await pool.query<Row>(text, [...values])
      return { rows, rowCount: rowCount ?? 0 }
    },
  }
}

/**
 * Runs the work in one transaction and commits when `keep` says so of its result; otherwise, and when it throws,
 * everything is taken back. A connection that broke is thrown away.
 */
export async function transact<Result>(
  pool: Pool,
  work: (tx: Tx) => Promise<Result>,
  keep: (result: Result) => boolean,
): Promise<Result> {
  const client = await pool.connect()
  const broken: Error[] = []
  const onError = (error: Error): void => void broken.push(error)
  client.on('error', onError)
  try {
    return await runIn(client, work, keep)
  } catch (error) {
    await client
      .query('ROLLBACK')
      .catch((lost: unknown) => onError(lost instanceof Error ? lost : new Error(String(lost))))
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken[0])
  }
}

async function runIn<Result>(
  client: PoolClient,
  work: (tx: Tx) => Promise<Result>,
  keep: (result: Result) => boolean,
): Promise<Result> {
  await client.query('BEGIN')
  const result = await work({
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as the port has it
    async query<Row extends object>(text: string, values: readonly unknown[] = []) {
      const { rows, rowCount } = await client.query<Row>(text, [...values])
      return { rows, rowCount: rowCount ?? 0 }
    },
  })
  await client.query(keep(result) ? 'COMMIT' : 'ROLLBACK')
  return result
}
