// Ctrl-C and its like: the story is left where it is, and everything that it started is ended in order.

import { constants } from 'node:os'

/** Which signal has ended the program, and the exit status that says so. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  readonly exitCode: number

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`)
    this.exitCode = 128 + constants.signals[signal]
  }
}

/** Aborted with an `Interruption` by the first signal that asks this process to end. Later ones change nothing. */
export function hearInterruption(): AbortSignal {
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interruption.abort(new Interruption(signal)))
  }
  return interruption.signal
}

/** What the work gives, unless the signal comes first: then its reason is thrown, whatever the work still waits for. */
export async function unlessAborted<Result>(
  signal: AbortSignal,
  work: Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const hear = (): void => reject(signal.reason)
  signal.addEventListener('abort', hear, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', hear)
  }
}
