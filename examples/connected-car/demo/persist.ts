// A caller that goes on through what passes: a server or a program that is down for a moment.

import { setTimeout as delay } from 'node:timers/promises'

const TRIES_MAX = 40
const EVERY_MS = 250

/** Repeats the attempt while nobody answers, at most ten seconds long; a refusal is an answer. */
export async function persist<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
  let last: unknown
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      last = error
      if (error instanceof Error && error.name === 'Refused' && !isPassing(error)) throw error
      await delay(EVERY_MS)
    }
  }
  throw last
}

function isPassing(error: Error): boolean {
  return 'status' in error && typeof error.status === 'number' && error.status >= 500
}
