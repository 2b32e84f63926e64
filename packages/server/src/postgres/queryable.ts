import type { Pool } from 'pg'
import type { Tx } from '../ports/transaction.ts'

/** Something that queries are sent to: a pool, or the client of a transaction. */
export type Queryable = Pick<Pool, 'query'>

/** The transaction of an ordinary write as stores see it. They send text and values only, which is all that a `Tx` takes. */
export function queryableOn(tx: Tx): Queryable {
  return tx as unknown as Queryable
}

/** A database that transactions are opened on. */
export type Database = Pool

/** The only row, or undefined. */
export async function findRow<Row extends object>(
  db: Queryable,
  sql: string,
  values: readonly unknown[],
): Promise<Row | undefined> {
  const { rows } = await db.query<Row>(sql, [...values])
  return rows[0]
}

/** All rows. Every query that can find many has its own limit. */
export async function listRows<Row extends object>(
  db: Queryable,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const { rows } = await db.query<Row>(sql, [...values])
  return rows
}
