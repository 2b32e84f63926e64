// Fetches again what a change has touched, at most twice a second for each thing.

const EVERY_MS = 500

export interface RefresherDeps {
  /** Fetches one thing again; settles when that has ended, well or not. */
  readonly refresh: (key: string) => Promise<void>
  readonly now: () => number
  readonly later: (ms: number, run: () => void) => void
}

/**
 * Calls `refresh` for a key at once, and again after it has ended for what was touched meanwhile; a fetch under way is never cut
 * off, so that a busy run is shown too.
 */
export function createRefresher({ refresh, now, later }: RefresherDeps): (key: string) => void {
  const busy = new Map<string, { isTouched: boolean }>()
  const begin = (key: string): void => {
    const startedAt = now()
    busy.set(key, { isTouched: false })
    void refresh(key).finally(() => {
      later(Math.max(0, startedAt + EVERY_MS - now()), () => {
        const wasTouched = busy.get(key)?.isTouched === true
        busy.delete(key)
        if (wasTouched) begin(key)
      })
    })
  }
  return (key) => {
    const running = busy.get(key)
    if (running === undefined) begin(key)
    else running.isTouched = true
  }
}
