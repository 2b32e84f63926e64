// One HTTP request and its whole answer, with a time for each part. Node's own client: it costs less memory than `fetch`.
import { Agent as HttpAgent, request as requestHttp } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'

const CONNECT_WITHIN_MS = 10_000
const ANSWER_BYTES_MAX = 16 * 1024 * 1024

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** How long the server may stay silent. */
  readonly silenceMs: number
  readonly signal?: AbortSignal
  /** Takes the body of a 200 or 206 as it comes, instead of the answer. */
  readonly onBody?: (answer: IncomingMessage) => Promise<void>
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** No answer came, or only half of one: whether the server did what was asked is not known. */
export class ConnectionFault extends Error {
  override readonly name = 'ConnectionFault'
}

export interface HttpClient {
  exchange(request: HttpRequest): Promise<HttpAnswer>
  close(): void
}

/** A client for one origin that keeps connections, and honours the proxy variables it is given. */
export function createHttpClient(
  origin: string,
  proxyEnv: Readonly<Record<string, string>>,
): HttpClient {
  const isHttps = origin.startsWith('https:')
  const options = { keepAlive: true, maxSockets: 10, proxyEnv }
  const agent = isHttps
    ? new HttpsAgent({ ...options, minVersion: 'TLSv1.2' })
    : new HttpAgent(options)
  const begin = isHttps ? requestHttps : requestHttp
  return {
    async exchange(request) {
      const { method, path, headers, body, signal } = request
      try {
        const asking = begin(new URL(path, origin), {
          method,
          agent,
          headers: { ...headers, 'content-length': String(body.length) },
          ...(signal === undefined ? {} : { signal }),
        })
        const answer = await send(asking, request)
        return await receive(answer, request)
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause)
        throw new ConnectionFault(`${method} ${path}: ${why}`, { cause })
      }
    },
    close: () => agent.destroy(),
  }
}

function send(asking: ClientRequest, request: HttpRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const connecting = setTimeout(() => {
      asking.destroy(new Error(`no connection within ${CONNECT_WITHIN_MS / 1_000} s`))
    }, CONNECT_WITHIN_MS)
    const connected = (): void => clearTimeout(connecting)
    asking.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', connected)
      else connected()
    })
    asking.setTimeout(request.silenceMs, () => {
      asking.destroy(new Error(`no answer within ${request.silenceMs / 1_000} s`))
    })
    asking.once('error', (error) => {
      connected()
      reject(error)
    })
    asking.once('response', resolve)
    asking.end(request.body)
  })
}

async function receive(answer: IncomingMessage, request: HttpRequest): Promise<HttpAnswer> {
  const { statusCode: status = 0, headers } = answer
  if (request.onBody !== undefined && (status === 200 || status === 206)) {
    await request.onBody(answer)
    return { status, headers, body: Buffer.alloc(0) }
  }
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer) {
    const bytes: Buffer = chunk
    length += bytes.length
    if (length > ANSWER_BYTES_MAX) throw new Error('the answer is too large')
    chunks.push(bytes)
  }
  return { status, headers, body: Buffer.concat(chunks) }
}
