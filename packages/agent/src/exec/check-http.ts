// Asks an address on or near the host until it answers as it should, or the time is over.
import { setTimeout as delay } from 'node:timers/promises'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { WorkMessage } from '@lockstep/contract/agent'
import { stoppedEnding } from './work-run.ts'
import type { WorkEnding, WorkRun } from './work-run.ts'

type HttpCheck = Extract<WorkMessage, { kind: 'http_check' }>

const ANSWER_WITHIN_MS = 5_000
const ASK_EVERY_MS_MIN = 100

/** Succeeds with the first answer that has the wanted status. Redirects are answers, they are not followed. */
export async function checkHttp(run: WorkRun, work: HttpCheck): Promise<WorkEnding> {
  const { signal } = run.limits
  const deadline = performance.now() + work.withinMs
  let lastAnswer = ''
  while (!signal.aborted) {
    const answer = await ask(work.url, signal)
    if (answer === work.status) {
      await run.spool.note(`${work.url} answers ${answer}`)
      return { outcome: 'succeeded', exitCode: null, reason: null }
    }
    const words = typeof answer === 'number' ? `answers ${answer}` : `does not answer: ${answer}`
    if (words !== lastAnswer) await run.spool.note(`${work.url} ${words}`)
    lastAnswer = words
    if (performance.now() >= deadline) {
      const reason = `${work.url} did not answer ${work.status} within ${work.withinMs / 1_000} s; at last it ${words}.`
      return { outcome: 'failed', exitCode: null, reason }
    }
    await delay(Math.max(work.everyMs, ASK_EVERY_MS_MIN), undefined, { signal }).catch(
      () => undefined,
    )
  }
  return stoppedEnding(run)
}

/** The status of the answer, or why there was none. */
function ask(url: string, signal: AbortSignal): Promise<number | string> {
  return new Promise((resolve) => {
    const request = url.startsWith('https:') ? requestHttps : requestHttp
    const asking = request(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      headers: { connection: 'close' },
    })
    asking.once('response', (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
      answer.once('error', () => undefined)
    })
    asking.once('error', (error) => resolve(error.message))
    asking.end()
  })
}
