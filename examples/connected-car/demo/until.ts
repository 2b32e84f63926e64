import { setTimeout as delay } from 'node:timers/promises'

/** The story cannot go on by itself: asking again changes nothing. */
export class Stuck extends Error {
  override readonly name = 'Stuck'
}

/** A quiet machine needs a tenth of it; a busy one is no reason to fail. */
export const WAITS_MS_MAX = 600_000

/** Asks again and again until there is an answer; after `withinMs` it says what it waited for. `Stuck` ends it at once. */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
  withinMs = WAITS_MS_MAX,
  everyMs = 200,
): Promise<Answer> {
  const end = performance.now() + withinMs
  let last: unknown
  do {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
      last = undefined
    } catch (error) {
      if (error instanceof Stuck) throw error
      last = error
    }
    await delay(everyMs)
  } while (performance.now() < end)
  throw new Error(`waited ${withinMs / 1000} s in vain for ${what}`, { cause: last })
}
