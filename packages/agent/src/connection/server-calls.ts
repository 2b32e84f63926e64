// Every call to the server: signed, parsed, and its refusals as values.
import { createHash, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import {
  AGENT_HEADERS,
  agentPaths,
  AgentProblem,
  EnrolAnswer,
  FinishAnswer,
  LogAnswer,
  POLL_HOLD_MS,
  PollAnswer,
  signedText,
  UploadAnswer,
} from '@lockstep/contract/agent'
import type { EnrolRequest, FinishRequest, LogMark, PollRequest } from '@lockstep/contract/agent'
import { ConnectionFault } from './http-exchange.ts'
import type { HttpAnswer, HttpClient, HttpRequest } from './http-exchange.ts'
import { signText } from './identity.ts'

const CALL_MS = 30_000
const AFTER_HOLD_MS = 10_000
const NOTHING = Buffer.alloc(0)

/** The server's no. `code` is one of the protocol's refusals, or a bare status when the answer was not from Lockstep. */
export interface Refused {
  readonly ok: false
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly length: number | undefined
  readonly retryAfterMs: number
}
export type Answer<Value> = { readonly ok: true; readonly value: Value } | Refused

interface Schema<Value> {
  safeParse(value: unknown): { success: true; data: Value } | { success: false; error: unknown }
}

/** The part of the protocol that needs no lease of its own. All calls throw a ConnectionFault when no answer came. */
export class ServerCalls {
  readonly #http: HttpClient
  readonly #key: KeyObject
  readonly #agent: string
  #clockMs = 0

  constructor(http: HttpClient, key: KeyObject, agent: string) {
    this.#http = http
    this.#key = key
    this.#agent = agent
  }

  poll(request: PollRequest, signal: AbortSignal): Promise<Answer<PollAnswer>> {
    const silenceMs = POLL_HOLD_MS.most + AFTER_HOLD_MS
    return this.#askJson('POST', agentPaths.poll(), request, PollAnswer, { silenceMs, signal })
  }

  start(job: string, fence: number): Promise<Answer<unknown>> {
    return this.#askJson('POST', agentPaths.start(job), { fence }, ANYTHING)
  }

  appendLog(chunk: {
    readonly job: string
    readonly fence: number
    readonly offset: number
    readonly bytes: Uint8Array
    readonly marks: readonly LogMark[]
  }): Promise<Answer<LogAnswer>> {
    const { job, fence, offset, bytes, marks } = chunk
    return this.#ask({
      method: 'PUT',
      path: agentPaths.log(job, fence, offset),
      headers: {
        'content-type': 'application/octet-stream',
        [AGENT_HEADERS.marks]: marks.map((mark) => mark.join(':')).join(','),
      },
      body: bytes,
      schema: LogAnswer,
    })
  }

  finish(job: string, request: FinishRequest): Promise<Answer<FinishAnswer>> {
    return this.#askJson('POST', agentPaths.finish(job), request, FinishAnswer)
  }

  beginUpload(
    job: string,
    fence: number,
    digest: string,
    sizeBytes: number,
  ): Promise<Answer<UploadAnswer>> {
    return this.#askJson(
      'POST',
      agentPaths.beginUpload(job, digest),
      { fence, sizeBytes },
      UploadAnswer,
    )
  }

  upload(
    job: string,
    fence: number,
    digest: string,
    offset: number,
    bytes: Uint8Array,
  ): Promise<Answer<UploadAnswer>> {
    return this.#ask({
      method: 'PUT',
      path: agentPaths.upload(job, digest, fence, offset),
      headers: { 'content-type': 'application/octet-stream' },
      body: bytes,
      schema: UploadAnswer,
    })
  }

  /** Appends the bytes from `offset` on to the file. Whether they are right is for the caller to see. */
  download(
    job: string,
    fence: number,
    digest: string,
    offset: number,
    path: string,
    signal: AbortSignal,
  ): Promise<Answer<unknown>> {
    return this.#ask({
      method: 'GET',
      path: agentPaths.download(job, fence, digest),
      headers: offset === 0 ? {} : { range: `bytes=${offset}-` },
      body: NOTHING,
      schema: ANYTHING,
      signal,
      onBody: async (answer) => {
        // A server that knows no ranges sends the whole again.
        const isPart = answer.statusCode === 206
        await pipeline(
          answer,
          createWriteStream(path, { flags: isPart ? 'a' : 'w', mode: 0o600, flush: true }),
        )
      },
    })
  }

  #askJson<Value>(
    method: 'POST',
    path: string,
    body: unknown,
    schema: Schema<Value>,
    options: { readonly silenceMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<Answer<Value>> {
    const headers = { 'content-type': 'application/json' }
    return this.#ask({
      method,
      path,
      headers,
      body: Buffer.from(JSON.stringify(body)),
      schema,
      ...options,
    })
  }

  async #ask<Value>(
    request: Omit<HttpRequest, 'silenceMs'> & {
      readonly silenceMs?: number
      readonly schema: Schema<Value>
    },
  ): Promise<Answer<Value>> {
    const first = await this.#send(request)
    // The server has said what time it is; a clock that is wrong is no reason to stop working.
    const answer =
      first.status === 401 && this.#correctClock(first) ? await this.#send(request) : first
    return readAnswer(request.path, answer, request.schema)
  }

  #send(
    request: Omit<HttpRequest, 'silenceMs'> & { readonly silenceMs?: number },
  ): Promise<HttpAnswer> {
    const { method, path, body } = request
    const agent = this.#agent
    const bodySha256 = createHash('sha256').update(body).digest('hex')
    const time = Date.now() + this.#clockMs
    const nonce = randomBytes(16).toString('base64url')
    const text = signedText({ agent, method, path, bodySha256, time, nonce })
    return this.#http.exchange({
      silenceMs: CALL_MS,
      ...request,
      headers: {
        ...request.headers,
        [AGENT_HEADERS.agent]: agent,
        [AGENT_HEADERS.time]: String(time),
        [AGENT_HEADERS.nonce]: nonce,
        [AGENT_HEADERS.signature]: signText(this.#key, text),
      },
    })
  }

  #correctClock(answer: HttpAnswer): boolean {
    const problem = parseProblem(answer)
    if (problem.code !== 'clock_differs' || problem.serverTime === undefined) return false
    this.#clockMs = problem.serverTime - Date.now()
    return true
  }
}

/** Shows the token once; not signed, since the server does not know the key yet. */
export async function enrol(http: HttpClient, request: EnrolRequest): Promise<Answer<EnrolAnswer>> {
  const answer = await http.exchange({
    method: 'POST',
    path: agentPaths.enrol(),
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(request)),
    silenceMs: CALL_MS,
  })
  return readAnswer(agentPaths.enrol(), answer, EnrolAnswer)
}

const ANYTHING: Schema<unknown> = { safeParse: (data) => ({ success: true, data }) }

function readAnswer<Value>(path: string, answer: HttpAnswer, schema: Schema<Value>): Answer<Value> {
  const { status, headers } = answer
  if (status === 200 || status === 206) {
    const parsed = schema.safeParse(answer.body.length === 0 ? undefined : parseJson(answer.body))
    if (parsed.success) return { ok: true, value: parsed.data }
    throw new ConnectionFault(`${path}: the answer is not in the form of the protocol`, {
      cause: parsed.error,
    })
  }
  const problem = parseProblem(answer)
  const retryAfter = Number(headers['retry-after'])
  return {
    ok: false,
    status,
    code: problem.code,
    detail: problem.detail ?? problem.title ?? `HTTP ${status}`,
    length: problem.length,
    retryAfterMs:
      Number.isFinite(retryAfter) && retryAfter > 0 ? Math.min(retryAfter, 600) * 1_000 : 0,
  }
}

function parseProblem(answer: HttpAnswer): AgentProblem {
  const read = AgentProblem.safeParse(parseJson(answer.body))
  return read.success ? read.data : { code: `http_${answer.status}` }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
