// The only timer of this package.

/** Somebody waits, for at most a time, until somebody else rings. A ring that nobody waits for is kept. */
export class Wake {
  #rung = false
  #ring: (() => void) | undefined

  ring(): void {
    this.#rung = true
    this.#ring?.()
  }

  /** True when it was rung, false when the time was over or the signal aborted. */
  async wait(ms: number, signal?: AbortSignal): Promise<boolean> {
    if (!this.#rung && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        const finish = (): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', finish)
          resolve()
        }
        this.#ring = finish
        signal?.addEventListener('abort', finish, { once: true })
      })
    }
    this.#ring = undefined
    const rung = this.#rung
    this.#rung = false
    return rung
  }
}
