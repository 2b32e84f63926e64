// Calls that are repeated until the server answers: it may be down for as long as it likes.
import { setTimeout as delay } from 'node:timers/promises'
import { BackOff } from '../connection/back-off.ts'
import { ConnectionFault } from '../connection/http-exchange.ts'
import type { Answer } from '../connection/server-calls.ts'

/**
 * Repeats the call until there is an answer that repeating would not change. Rejects only when the signal aborts.
 */
export async function repeatCall<Value>(
  retryMs: number,
  signal: AbortSignal,
  call: () => Promise<Answer<Value>>,
): Promise<Answer<Value>> {
  const backOff = new BackOff(retryMs)
  for (;;) {
    signal.throwIfAborted()
    let retryAfterMs = 0
    try {
      const answer = await call()
      if (answer.ok || !isPassing(answer.status, answer.code)) return answer
      retryAfterMs = answer.retryAfterMs
    } catch (error) {
      if (!(error instanceof ConnectionFault)) throw error
    }
    await delay(backOff.nextMs(retryAfterMs), undefined, { signal })
  }
}

/** Answers of a server, or of something before it, that cannot answer now. */
function isPassing(status: number, code: string): boolean {
  if (status >= 500 || status === 429 || status === 408) return true
  // A 404 of a proxy or of a server that is just starting is not the protocol's own.
  return code.startsWith('http_') || code === 'not_authentic' || code === 'clock_differs'
}
