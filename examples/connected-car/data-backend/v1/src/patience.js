// Patience with a database that is starting anew: what was asked is asked again until it answers, not refused.

const WITHIN_MS = 10_000
const EVERY_MS = 200

/** The database is away or going away; no answer was given, not even a no. */
function isAway({ code }) {
  return code === undefined || /^(08|57P0|E[A-Z])/.test(code)
}

/**
 * The answer of `ask`, which may be asked again: after each failure to reach the database, until ten seconds are
 * over. Any other failure is the answer.
 */
export async function askPatiently(ask, { withinMs = WITHIN_MS, everyMs = EVERY_MS } = {}) {
  const deadline = performance.now() + withinMs
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!isAway(error) || performance.now() > deadline) throw error
    }
    await new Promise((wake) => setTimeout(wake, everyMs))
  }
}
