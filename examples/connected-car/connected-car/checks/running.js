// The product as it runs in Staging, and how to ask it.
import { setTimeout as wait } from 'node:timers/promises'

const WITHIN_MS = 20_000
const EVERY_MS = 100

function addressOf(name) {
  const value = process.env[name]
  if (!value)
    throw new Error(`${name} is not set; see the README of the connected car for what it means.`)
  return value
}

export const BACKEND = addressOf('BACKEND_URL')
export const DASHBOARD = addressOf('DASHBOARD_URL')

export async function read(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5000) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status} ${await answer.text()}`)
  return answer.json()
}

/** Asks until the answer is right; gives the last answer when the time is over, for the assertion to show. */
export async function readUntil(url, isRight) {
  const deadline = Date.now() + WITHIN_MS
  for (;;) {
    const answer = await read(url)
    if (isRight(answer) || Date.now() > deadline) return answer
    await wait(EVERY_MS)
  }
}
