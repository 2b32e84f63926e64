// The database's time without asking it for every event.

import type { Instant } from '@lockstep/domain'

const WINDOW_MS = 10_000
/** A step back of the database's clock beyond this is followed; smaller ones are waited out, so that time does not run backwards. */
const STEP_BACK_MS = 1_000

/**
 * Each answer of the database carries its clock. The difference to our own monotonic clock at the moment the answer
 * arrives is never more than the true difference, so the greatest of the last 10–20 seconds is the best estimate and
 * never ahead of the database: no timer fires early. It does not run backwards, unless the database's clock was set back.
 */
export class DatabaseClock {
  readonly #monotonic: () => number
  #previous = Number.NEGATIVE_INFINITY
  #current = Number.NEGATIVE_INFINITY
  #windowEnd = 0
  #last = 0

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic
  }

  /** Takes in the database's clock, in milliseconds, from an answer that has just arrived. */
  observe(databaseMs: number): void {
    const here = this.#monotonic()
    if (here >= this.#windowEnd) {
      this.#previous = this.#current
      this.#current = Number.NEGATIVE_INFINITY
      this.#windowEnd = here + WINDOW_MS
    }
    this.#current = Math.max(this.#current, databaseMs - here)
  }

  /** Now, by the database. Before the first observation there is no time, and it throws. */
  now(): Instant {
    const offset = Math.max(this.#previous, this.#current)
    if (offset === Number.NEGATIVE_INFINITY) throw new Error('the database clock was not read yet')
    const estimate = Math.floor(this.#monotonic() + offset)
    if (estimate > this.#last || this.#last - estimate > STEP_BACK_MS) this.#last = estimate
    return this.#last
  }
}
