// Why work is stopped before it ends by itself: its time is over, it has fallen silent, or somebody asked.

export type Stop =
  | { readonly reason: 'timed_out'; readonly afterMs: number }
  | { readonly reason: 'no_output'; readonly afterMs: number }
  | { readonly reason: 'cancelled'; readonly graceMs: number }

/** What is given to a command that is over its time before it is killed. */
const TIMEOUT_GRACE_MS = 10_000
const LOOK_EVERY_MS = 100

/** Watches one job's limits by the monotonic clock. `signal` aborts with a `Stop` when the first is crossed. */
export class Limits implements Disposable {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #now: () => number
  #outputAt: number
  #why: Stop | undefined

  constructor(options: {
    readonly timeoutMs: number
    /** What of the time is over before this begins. */
    readonly spentMs: number
    readonly noOutputMs: number | null
    /** While true silence does not count: the output waits for us. */
    readonly isWaitingForUs: () => boolean
    /** A clock that nobody sets. */
    readonly now?: () => number
  }) {
    const { timeoutMs, noOutputMs } = options
    this.#now = options.now ?? (() => performance.now())
    this.#outputAt = this.#now()
    const began = this.#outputAt - options.spentMs
    // One coarse timer for both: no timer is moved for each chunk of output.
    this.#timer = setInterval(() => {
      const now = this.#now()
      if (options.isWaitingForUs()) this.#outputAt = now
      if (now - began >= timeoutMs) this.#stop({ reason: 'timed_out', afterMs: timeoutMs })
      if (noOutputMs !== null && now - this.#outputAt >= noOutputMs) {
        this.#stop({ reason: 'no_output', afterMs: noOutputMs })
      }
    }, LOOK_EVERY_MS)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Why the work was stopped; undefined while it may go on. */
  get stop(): Stop | undefined {
    return this.#why
  }

  /** Silence counts from now. */
  noteOutput(): void {
    this.#outputAt = this.#now()
  }

  /** Stops the work on request, unless it is being stopped already. */
  cancel(graceMs: number): void {
    this.#stop({ reason: 'cancelled', graceMs })
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #stop(stop: Stop): void {
    clearInterval(this.#timer)
    if (this.#why !== undefined) return
    this.#why = stop
    this.#controller.abort(stop)
  }
}

/** How long the tree may take to end by itself. */
export function graceOf(stop: Stop): number {
  return stop.reason === 'cancelled' ? stop.graceMs : TIMEOUT_GRACE_MS
}

/** Why the work was stopped, as a sentence. */
export function explainStop(stop: Stop): string {
  switch (stop.reason) {
    case 'timed_out':
      return `It was ended because it took longer than ${inWords(stop.afterMs)}.`
    case 'no_output':
      return `It was ended because it wrote nothing for ${inWords(stop.afterMs)}.`
    case 'cancelled':
      return 'It was ended on request.'
  }
}

function inWords(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000} min`
  return `${ms / 1_000} s`
}
