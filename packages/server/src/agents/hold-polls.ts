// Agents that wait in a poll, woken when something may be for them. Hints only: whoever waits looks by itself as well.

/** Polls that are held at this moment, by the pools that they serve. */
export class HeldPolls {
  readonly #waiting = new Set<{ readonly pools: ReadonlySet<string>; readonly wake: () => void }>()

  /** How many agents wait. */
  get size(): number {
    return this.#waiting.size
  }

  /** Waits until a pool is named, the time is over, or the signal aborts. */
  wait(pools: readonly string[], mostMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || mostMs <= 0) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        this.#waiting.delete(entry)
        resolve()
      }
      const entry = { pools: new Set(pools), wake }
      const timer = setTimeout(wake, mostMs)
      signal.addEventListener('abort', wake, { once: true })
      this.#waiting.add(entry)
    })
  }

  /** Wakes who serves one of these pools; `*` wakes all. */
  wake(pools: readonly string[]): void {
    const isForAll = pools.includes('*')
    for (const entry of this.#waiting) {
      if (isForAll || pools.some((pool) => entry.pools.has(pool))) entry.wake()
    }
  }
}
