// Who reads a log while it grows is told when there is more; what there is comes from the database.

import type { JobId } from '@lockstep/domain'

/** Waiting readers of logs on this node. Hints only: a reader looks by itself as well, for logs that grow through another node. */
export class LogFollowers {
  readonly #waiting = new Map<JobId, Set<() => void>>()

  /** More of this log is stored. */
  noteLength(job: JobId, length: number): void {
    if (length > 0) for (const wake of this.#waiting.get(job) ?? []) wake()
  }

  /** Waits until there is more, the time is over, or the signal aborts. */
  wait(job: JobId, mostMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const readers = this.#waiting.get(job) ?? new Set()
      const wake = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        readers.delete(wake)
        if (readers.size === 0) this.#waiting.delete(job)
        resolve()
      }
      const timer = setTimeout(wake, mostMs)
      signal.addEventListener('abort', wake, { once: true })
      readers.add(wake)
      this.#waiting.set(job, readers)
    })
  }
}
