// The only reader of the environment among the test fixtures.

/** A PostgreSQL that somebody else runs for the tests, with the right to make databases; undefined to start one. */
export function readTestDatabaseUrl(): string | undefined {
  const url = process.env['LOCKSTEP_TEST_DATABASE_URL']
  return url === undefined || url === '' ? undefined : url
}

/** Where golden logs are to be recorded; undefined to keep none. */
export function readGoldenFolder(): string | undefined {
  const folder = process.env['LOCKSTEP_GOLDEN']
  return folder === undefined || folder === '' ? undefined : folder
}
