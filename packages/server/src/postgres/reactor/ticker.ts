// Something that is done again and again, one at a time, and sooner when there is a reason.

export interface TickerOptions {
  readonly everyMs: number
  /** What is done; it may say in how many milliseconds to come again, if sooner than usual. */
  readonly tick: () => Promise<number | undefined>
  readonly onError: (cause: unknown) => void
}

/** Runs `tick` at once after `start`, then every `everyMs` after it has ended, until disposed. */
export class Ticker implements AsyncDisposable {
  readonly #options: TickerOptions
  #timer: NodeJS.Timeout | undefined
  #dueAt = 0
  #running: Promise<void> | undefined
  #isStopped = false

  constructor(options: TickerOptions) {
    this.#options = options
  }

  start(): void {
    this.nudge(0)
  }

  /** Makes the next tick come in so many milliseconds at the latest. */
  nudge(inMs: number): void {
    if (this.#isStopped) return
    const dueAt = performance.now() + Math.max(0, inMs)
    if (this.#timer !== undefined && this.#dueAt <= dueAt) return
    clearTimeout(this.#timer)
    this.#dueAt = dueAt
    this.#timer = setTimeout(() => this.#begin(), Math.max(0, inMs))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#running
  }

  #begin(): void {
    this.#timer = undefined
    // A nudge while a tick is under way: once more, right after it.
    if (this.#running !== undefined) return void this.#running.then(() => this.nudge(0))
    this.#running = this.#tick().finally(() => {
      this.#running = undefined
    })
  }

  async #tick(): Promise<void> {
    let againMs: number | undefined
    try {
      againMs = await this.#options.tick()
    } catch (cause) {
      this.#options.onError(cause)
    }
    this.nudge(Math.min(againMs ?? this.#options.everyMs, this.#options.everyMs))
  }
}
