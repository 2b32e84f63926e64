/** Waits, or rejects as soon as the signal is aborted. The only timer of this package. */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/** Doubles from `firstMs`, at most `longestMs`, and takes a random part of it, so that many clients do not come back together. */
export function backoffMs(
  attempt: number,
  firstMs: number,
  longestMs: number,
  random: () => number = Math.random,
): number {
  return random() * Math.min(longestMs, firstMs * 2 ** attempt)
}
