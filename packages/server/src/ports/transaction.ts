// What ordinary writes need of a database: statements in one transaction.

/** Runs statements. Inside a transaction all of them or none happen. */
export interface Tx {
  query<Row extends object>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: readonly Row[]; readonly rowCount: number }>
}
