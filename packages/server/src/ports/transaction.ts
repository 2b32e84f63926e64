// What ordinary writes need of a database: statements in one transaction.

/** Runs statements. Inside a transaction all of them or none happen. */
export interface Tx {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the statement says what its rows are; nobody else can
  query<Row extends object>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: readonly Row[]; readonly rowCount: number }>
}
