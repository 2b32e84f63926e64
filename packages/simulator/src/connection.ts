// One life's connection to the server. When the agent is killed every call under way ends without an answer.

import { Agent, request } from 'node:http'
import type { IncomingMessage } from 'node:http'

const SILENCE_MS = 40_000

export interface Exchange {
  readonly method: 'POST' | 'PUT'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface Answered {
  readonly status: number
  readonly retryAfterMs: number
  readonly body: unknown
}

/** No answer came: whether the server did what was asked is not known. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

export class Connection implements Disposable {
  readonly #origin: URL
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 })
  #isClosed = false

  constructor(server: string) {
    this.#origin = new URL(server)
  }

  /** Rejects with `NoAnswer` when none came. */
  async exchange(asked: Exchange): Promise<Answered> {
    if (this.#isClosed) throw new NoAnswer('the agent was killed')
    try {
      return await this.#send(asked)
    } catch (cause) {
      throw new NoAnswer(`${asked.method} ${asked.path}`, { cause })
    }
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#agent.destroy()
  }

  #send({ method, path, headers, body }: Exchange): Promise<Answered> {
    const { hostname, port } = this.#origin
    return new Promise((resolve, reject) => {
      const asking = request({
        agent: this.#agent,
        hostname,
        port,
        method,
        path,
        headers: { ...headers, 'content-length': String(body.length) },
        timeout: SILENCE_MS,
      })
      asking.once('timeout', () => asking.destroy(new Error('no answer in time')))
      asking.once('error', reject)
      asking.once('response', (answer) => receive(answer, resolve, reject))
      asking.end(body)
    })
  }
}

function receive(
  answer: IncomingMessage,
  resolve: (answered: Answered) => void,
  reject: (cause: unknown) => void,
): void {
  const chunks: Buffer[] = []
  answer.on('data', (chunk: Buffer) => chunks.push(chunk))
  answer.once('error', reject)
  // A connection that breaks off in the middle of an answer is closed without an end.
  answer.once('close', () => reject(new Error('half an answer')))
  answer.once('end', () => {
    const retryAfterS = Number(answer.headers['retry-after'] ?? 0)
    resolve({
      status: answer.statusCode ?? 0,
      retryAfterMs: retryAfterS > 0 ? retryAfterS * 1_000 : 0,
      body: parseJson(Buffer.concat(chunks).toString('utf8')),
    })
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
