// How adapters tell what happens, without knowing where it goes.

/** Writes one line per event, with fields; never given a secret. */
export interface Log {
  debug(fields: object, what: string): void
  info(fields: object, what: string): void
  warn(fields: object, what: string): void
  error(fields: object, what: string): void
}

/** Numbers about this process. Labels are routes and statuses, never ids or names. */
export interface Meter {
  request(method: string, route: string, status: number, seconds: number): void
  /** Changes the number of open event streams. */
  streams(change: 1 | -1): void
}
