// Fetches again what a change has touched: the sooner, the sooner the last answer came.

const EVERY_MS_MIN = 100
const EVERY_MS_MAX = 500
/** At the most a third of the time is spent on fetching one thing again and again, up to twice a second. */
const PART = 3

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
      const took = now() - startedAt
      const every = Math.min(Math.max(EVERY_MS_MIN, PART * took), EVERY_MS_MAX)
      later(Math.max(0, every - took), () => {
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
