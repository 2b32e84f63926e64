import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 10

/** Returns as soon as the condition holds; throws, naming it, when it does not hold in time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 120_000,
): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`It did not happen within ${withinMs} ms: ${what}`)
    await delay(POLL_MS)
  }
}
