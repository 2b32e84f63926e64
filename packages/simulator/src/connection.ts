// One life's connections to the server. When the agent is killed every call under way ends without an answer.
//
// Hundreds of agents in one process must not cost more than the server that they try: this speaks the little HTTP that the
// agent protocol needs, over sockets that are kept, for a third of what a general client takes.

import { connect } from 'node:net'
import type { Socket } from 'node:net'

const SILENCE_MS = 40_000
const END_OF_HEAD = '\r\n\r\n'
const HEAD_BYTES_MAX = 16 * 1024

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
  readonly #lines = new Set<Line>()
  readonly #idle: Line[] = []
  #isClosed = false

  constructor(server: string) {
    this.#origin = new URL(server)
  }

  /** Rejects with `NoAnswer` when none came. */
  async exchange(asked: Exchange): Promise<Answered> {
    if (this.#isClosed) throw new NoAnswer('the agent was killed')
    const line = this.#takeLine()
    try {
      const { answered, isKept } = await line.exchange(bytesOf(asked, this.#origin.host))
      if (isKept) this.#idle.push(line)
      else line.close()
      return answered
    } catch (cause) {
      throw new NoAnswer(`${asked.method} ${asked.path}`, { cause })
    }
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    for (const line of this.#lines) line.close()
  }

  /** One that waits, or another one. */
  #takeLine(): Line {
    for (let line = this.#idle.pop(); line !== undefined; line = this.#idle.pop()) {
      if (line.isOpen) return line
    }
    const { hostname, port } = this.#origin
    const line = new Line(hostname, Number(port === '' ? 80 : port), () => this.#lines.delete(line))
    this.#lines.add(line)
    return line
  }
}

interface Received {
  readonly answered: Answered
  /** The next request may use the same socket. */
  readonly isKept: boolean
}

/** One socket with one call at a time. */
class Line {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #call: PromiseWithResolvers<Received> | undefined

  constructor(host: string, port: number, closed: () => void) {
    this.#socket = connect({ host, port, noDelay: true })
    this.#socket.setTimeout(SILENCE_MS, () => this.#socket.destroy(new Error('no answer in time')))
    this.#socket.on('data', (bytes: Buffer) => this.#receive(bytes))
    let cause: Error | undefined
    this.#socket.on('error', (error) => {
      cause = error
    })
    this.#socket.once('close', () => {
      closed()
      this.#call?.reject(cause ?? new Error('the connection broke off'))
    })
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable
  }

  exchange(bytes: Buffer): Promise<Received> {
    const call = Promise.withResolvers<Received>()
    if (!this.isOpen) call.reject(new Error('the connection is closed'))
    this.#call = call
    this.#received = Buffer.alloc(0)
    this.#socket.write(bytes)
    return call.promise
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    const headLength = this.#received.indexOf(END_OF_HEAD)
    if (headLength < 0) {
      if (this.#received.length > HEAD_BYTES_MAX) this.#socket.destroy(new Error('no HTTP'))
      return
    }
    const head = this.#received.toString('latin1', 0, headLength)
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
    if (length === undefined) {
      this.#socket.destroy(new Error('an answer without content-length'))
      return
    }
    const start = headLength + END_OF_HEAD.length
    const end = start + Number(length)
    if (this.#received.length < end) return
    const call = this.#call
    this.#call = undefined
    call?.resolve({
      answered: {
        status: Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)),
        retryAfterMs: 1_000 * Number(/\r\nretry-after: (\d+)/i.exec(head)?.[1] ?? 0),
        body: parseJson(this.#received.toString('utf8', start, end)),
      },
      isKept: !/\r\nconnection: close/i.test(head),
    })
  }
}

function bytesOf({ method, path, headers, body }: Exchange, host: string): Buffer {
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${body.length}\r\n`
  for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`
  return Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), body])
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
