/** A moment: milliseconds since 1970-01-01T00:00Z by the database's clock. The domain never reads a clock. */
export type Instant = number

/** Lengths of time in the units people write. */
export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/** The earlier of two moments; an absent one never comes. */
export function earliest(...moments: readonly (Instant | undefined)[]): Instant | undefined {
  let first: Instant | undefined
  for (const moment of moments) {
    if (moment !== undefined && (first === undefined || moment < first)) first = moment
  }
  return first
}
