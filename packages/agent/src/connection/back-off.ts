// How long to wait after a call that failed: longer each time, never in step with others.

const MOST_MS = 60_000

/** Full jitter between nothing and a bound that doubles from `leastMs` to a minute; what the server asks for counts as least. */
export class BackOff {
  readonly #leastMs: number
  readonly #random: () => number
  #failures = 0

  constructor(leastMs: number, random: () => number = Math.random) {
    this.#leastMs = leastMs
    this.#random = random
  }

  /** The pause after another failure. */
  nextMs(retryAfterMs = 0): number {
    const bound = Math.min(MOST_MS, this.#leastMs * 2 ** this.#failures)
    this.#failures = Math.min(this.#failures + 1, 30)
    return retryAfterMs + Math.round(bound * this.#random())
  }

  reset(): void {
    this.#failures = 0
  }
}
