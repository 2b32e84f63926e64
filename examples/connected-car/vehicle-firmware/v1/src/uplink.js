const WAITING_MAX = 600
const SEND_WITHIN_MS = 3000

/**
 * The way to the backend. What cannot be sent now waits, the oldest is given up beyond ten minutes of
 * readings; what the backend refuses is counted and not sent again.
 */
export function createUplink(backendUrl) {
  const waiting = []
  const counts = { sent: 0, refused: 0, givenUp: 0 }
  let lastProblem = null
  let sending

  async function sendOne(message) {
    const answer = await fetch(`${backendUrl}/telemetry`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(SEND_WITHIN_MS),
    })
    const text = await answer.text()
    if (answer.status >= 500) throw new Error(`${answer.status} ${text.trim()}`)
    counts[answer.ok ? 'sent' : 'refused'] += 1
    lastProblem = answer.ok ? null : `${answer.status} ${text.trim()}`
  }

  async function sendAll() {
    try {
      while (waiting.length > 0) {
        await sendOne(waiting[0])
        waiting.shift()
      }
    } catch (error) {
      lastProblem = error.cause?.code ?? error.message
    }
  }

  return {
    /** Takes a message and sends what waits, one after the other, one sender at a time. */
    send(message) {
      waiting.push(message)
      if (waiting.length > WAITING_MAX && waiting.splice(sending ? 1 : 0, 1).length > 0)
        counts.givenUp += 1
      sending ??= sendAll().finally(() => (sending = undefined))
      return sending
    },
    present: () => ({ ...counts, waiting: waiting.length, lastProblem }),
  }
}
