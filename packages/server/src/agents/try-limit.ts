// How often somebody may try what only chance could make succeed.

const TRIES_MAX = 10
const WINDOW_MS = 60_000
const ADDRESSES_MAX = 10_000

/** Counts failures by address, in memory: a restart forgives. */
export class TryLimit {
  readonly #failures = new Map<string, { count: number; since: number }>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Seconds that this address has to wait; 0: it may try. */
  waitS(address: string): number {
    const failures = this.#failures.get(address)
    if (failures === undefined || failures.count < TRIES_MAX) return 0
    const leftMs = failures.since + WINDOW_MS - this.#now()
    if (leftMs <= 0) this.#failures.delete(address)
    return leftMs <= 0 ? 0 : Math.ceil(leftMs / 1_000)
  }

  noteFailure(address: string): void {
    const now = this.#now()
    const known = this.#failures.get(address)
    const isOld = known === undefined || now - known.since > WINDOW_MS
    this.#failures.set(
      address,
      isOld ? { count: 1, since: now } : { ...known, count: known.count + 1 },
    )
    const [oldest] = this.#failures.keys()
    if (this.#failures.size > ADDRESSES_MAX && oldest !== undefined) this.#failures.delete(oldest)
  }

  noteSuccess(address: string): void {
    this.#failures.delete(address)
  }
}
