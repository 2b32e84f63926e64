// The calls of the agent protocol as a simulated agent makes them: signed, and again until there is an answer.

import { hash, randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { AGENT_HEADERS, agentPaths, AgentProblem, signedText } from '@lockstep/contract/agent'
import type { EnrolRequest, FinishRequest, PollRequest } from '@lockstep/contract/agent'
import type { AgentKey } from './agent-key.ts'
import { NoAnswer } from './connection.ts'
import type { Answered, Connection, Exchange } from './connection.ts'

/** The server's word, or its no with the code that decides what to do. */
export type Answer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly code: string; readonly length: number | undefined }

export interface CallSettings {
  readonly connection: Connection
  readonly key: AgentKey
  /** Ends the repetitions. */
  readonly killed: AbortSignal
  /** A number from 0 up to 1, anew each time: spreads the repetitions, and decides which answers are lost. */
  readonly chance: () => number
  /** This share of the answers does not arrive. */
  readonly losesAnswers: number
  /** A call has to be made once more. */
  readonly repeated: () => void
}

const PAUSE_MS_MIN = 20
const PAUSE_MS_MAX = 1_000

export class AgentCalls {
  readonly #settings: CallSettings
  #agent = ''
  #clockMs = 0

  constructor(settings: CallSettings) {
    this.#settings = settings
  }

  /** Who this is, from enrolment on. */
  identify(agent: string): void {
    this.#agent = agent
  }

  enrol(request: EnrolRequest): Promise<Answer> {
    const exchange = jsonExchange(agentPaths.enrol(), request)
    return this.#insist(() => exchange)
  }

  poll(request: PollRequest): Promise<Answer> {
    return this.#insistSigned(jsonExchange(agentPaths.poll(), request))
  }

  start(job: string, fence: number): Promise<Answer> {
    return this.#insistSigned(jsonExchange(agentPaths.start(job), { fence }))
  }

  /** `ms`: since the job began. */
  appendLog(
    job: string,
    { fence, offset, ms }: { readonly fence: number; readonly offset: number; readonly ms: number },
    body: Uint8Array,
  ): Promise<Answer> {
    return this.#insistSigned({
      method: 'PUT',
      path: agentPaths.log(job, fence, offset),
      headers: { 'content-type': 'application/octet-stream', [AGENT_HEADERS.marks]: `0:${ms}` },
      body,
    })
  }

  finish(job: string, request: FinishRequest): Promise<Answer> {
    return this.#insistSigned(jsonExchange(agentPaths.finish(job), request))
  }

  #insistSigned(exchange: Exchange): Promise<Answer> {
    const bodySha256 = hash('sha256', exchange.body)
    // Each repetition is signed anew: a request counts once.
    return this.#insist(() => this.#sign(exchange, bodySha256))
  }

  async #insist(next: () => Exchange): Promise<Answer> {
    const { killed, chance, repeated } = this.#settings
    let pauseMs = PAUSE_MS_MIN
    for (;;) {
      killed.throwIfAborted()
      const answered = await this.#exchange(next())
      killed.throwIfAborted()
      if (answered !== undefined && !isPassing(answered)) {
        const answer = readAnswer(answered)
        if (answer.ok || !this.#correctClock(answer.code, answered)) return answer
      } else {
        const leastMs = answered?.retryAfterMs ?? 0
        await delay(leastMs + pauseMs * chance(), undefined, { signal: killed })
        pauseMs = Math.min(PAUSE_MS_MAX, 2 * pauseMs)
      }
      repeated()
    }
  }

  async #exchange(exchange: Exchange): Promise<Answered | undefined> {
    const { connection, chance, losesAnswers } = this.#settings
    try {
      const answered = await connection.exchange(exchange)
      return losesAnswers > 0 && chance() < losesAnswers ? undefined : answered
    } catch (error) {
      if (error instanceof NoAnswer) return undefined
      throw error
    }
  }

  /** True when the server has said what time it is: the same request may succeed now. */
  #correctClock(code: string, { body }: Answered): boolean {
    if (code !== 'clock_differs') return false
    const { serverTime } = AgentProblem.parse(body)
    if (serverTime === undefined) return false
    this.#clockMs = serverTime - Date.now()
    return true
  }

  #sign(exchange: Exchange, bodySha256: string): Exchange {
    const { method, path, headers } = exchange
    const agent = this.#agent
    const time = Date.now() + this.#clockMs
    const nonce = randomBytes(16).toString('base64url')
    const text = signedText({ agent, method, path, bodySha256, time, nonce })
    return {
      ...exchange,
      headers: {
        ...headers,
        [AGENT_HEADERS.agent]: agent,
        [AGENT_HEADERS.time]: String(time),
        [AGENT_HEADERS.nonce]: nonce,
        [AGENT_HEADERS.signature]: this.#settings.key.sign(text),
      },
    }
  }
}

function jsonExchange(path: string, body: unknown): Exchange {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  }
}

/** The server cannot do it now; the same again may succeed. */
function isPassing({ status }: Answered): boolean {
  return status >= 500 || status === 429
}

function readAnswer({ status, body }: Answered): Answer {
  if (status === 200) return { ok: true, body }
  const read = AgentProblem.safeParse(body)
  if (!read.success) return { ok: false, code: `http_${status}`, length: undefined }
  return { ok: false, code: read.data.code, length: read.data.length }
}
