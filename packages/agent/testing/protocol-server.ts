// The server's side of the agent protocol, small and in memory: leases with fences, logs by offset, files by digest.
import { createHash, createPublicKey, randomInt, verify } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import {
  AGENT_HEADERS,
  AgentIdText,
  AGENT_REFUSALS,
  BeginUploadRequest,
  EnrolRequest,
  EnvironmentIdText,
  FinishRequest,
  JobIdText,
  PollAnswer,
  PollRequest,
  signedText,
  StartRequest,
} from '@lockstep/contract/agent'
import type { AgentRefusal, JobEnvelope, WorkMessage } from '@lockstep/contract/agent'

const AGENT = AgentIdText.parse('agt_01JD0000000000000000000002')
const ENVIRONMENT = EnvironmentIdText.parse('env_01JD0000000000000000000003')
export const ENROL_TOKEN = 'lse_a-token-for-the-tests'

/** A job as the test sees it: what was asked, and all that came back. */
export class TestJob {
  readonly id: JobEnvelope['job']
  readonly envelope: Omit<JobEnvelope, 'fence'>
  readonly marks: string[] = []
  fence = 0
  status: 'ready' | 'leased' | 'running' | 'finished' = 'ready'
  finish: FinishRequest | undefined
  cancelGraceMs: number | undefined
  logLength = 0
  #logParts: Buffer[] = []

  constructor(envelope: Omit<JobEnvelope, 'fence'>) {
    this.id = envelope.job
    this.envelope = envelope
  }

  /** What has come of the log; put together when somebody reads it, since it comes in many parts. */
  get log(): Buffer {
    if (this.#logParts.length > 1) this.#logParts = [Buffer.concat(this.#logParts)]
    return this.#logParts[0] ?? Buffer.alloc(0)
  }

  appendLog(bytes: Buffer): void {
    this.#logParts.push(bytes)
    this.logLength += bytes.length
  }
}

export class ProtocolServer implements AsyncDisposable {
  readonly jobs: TestJob[] = []
  readonly blobs = new Map<string, Buffer>()
  readonly uploads = new Map<string, Buffer>()
  readonly polls: PollRequest[] = []
  readonly refusals: string[] = []
  readonly seenNonces = new Set<string>()
  readonly setAside: FinishRequest[] = []
  readonly #server: Server
  readonly #held = new Set<() => void>()
  /** Agents find the processes of a job by its id, also those that another test file started just then. */
  readonly #idPrefix = `job_01JD${String(randomInt(2 ** 47)).padStart(17, '0')}`
  #publicKey: string | undefined
  #port = 0
  #isDown = false
  /** Requests whose effect happens and whose answer is dropped, by a part of their path. */
  readonly dropAnswersTo: string[] = []
  /** The next part of an upload finds that nothing was begun, as after a server that was killed while it kept the file. */
  forgetUpload = false
  isDraining = false
  askToVerify = false
  clockAheadMs = 0

  constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.refusals.push(`bug: ${String(error)}`)
        response.destroy()
      })
    })
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
    const address = this.#server.address()
    if (typeof address === 'object') this.#port = address?.port ?? 0
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Cuts every connection and refuses new ones until `up`. What was stored stays. */
  down(): void {
    this.#isDown = true
    this.#server.closeAllConnections()
  }

  up(): void {
    this.#isDown = false
  }

  /** Makes a job ready, and wakes the agent that waits. */
  give(work: WorkMessage, more: Partial<JobEnvelope> = {}): TestJob {
    const id = JobIdText.parse(`${this.#idPrefix}${String(this.jobs.length + 10001)}`)
    const job = new TestJob({
      v: 1,
      instance: 'test',
      agent: AGENT,
      job: id,
      attempt: 1,
      cause: null,
      always: false,
      environment: { id: ENVIRONMENT, name: 'dev' },
      lockToken: 1,
      component: null,
      removes: false,
      from: null,
      to: null,
      work,
      parameters: {},
      secrets: [],
      timeoutMs: 60_000,
      noOutputMs: null,
      logBytesMax: 1024 ** 3,
      address: { run: 'r/1', step: 's', link: 'l', resource: 'host' },
      ...more,
    })
    this.jobs.push(job)
    this.nudge()
    return job
  }

  cancel(job: TestJob, graceMs: number): void {
    job.cancelGraceMs = graceMs
    this.nudge()
  }

  /** Gives the lease to somebody else: what the agent has is of the past. */
  supersede(job: TestJob): void {
    job.fence += 1
    job.status = 'finished'
  }

  store(bytes: Buffer): `sha256:${string}` {
    const digest = digestOf(bytes)
    this.blobs.set(digest, bytes)
    return digest
  }

  nudge(): void {
    for (const answer of this.#held) answer()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.nudge()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#isDown) return void request.socket.destroy()
    const chunks: Buffer[] = []
    for await (const chunk of request) {
      const bytes: Buffer = chunk
      chunks.push(bytes)
    }
    const body = Buffer.concat(chunks)
    const url = new URL(request.url ?? '/', this.url)
    const answer = await this.#answer(request, url, body)
    const dropped = this.dropAnswersTo.findIndex((part) => url.pathname.includes(part))
    if (dropped >= 0) {
      this.dropAnswersTo.splice(dropped, 1)
      return void request.socket.destroy()
    }
    if (this.#isDown) return void request.socket.destroy()
    response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/json' })
    response.end(answer.body)
  }

  async #answer(request: IncomingMessage, url: URL, body: Buffer): Promise<Reply> {
    const { pathname } = url
    if (pathname === '/agent/v1/enrol') return this.#enrol(body)
    const unsigned = this.#checkSignature(request, body)
    if (unsigned !== undefined) return unsigned
    if (pathname === '/agent/v1/poll') return this.#poll(request, body)
    const [, id = '', part = '', digest = ''] =
      /^\/agent\/v1\/jobs\/(job_\w+)\/(start|log|finish|blobs)(?:\/(.*))?$/.exec(pathname) ?? []
    const job = this.jobs.find((each) => each.id === id)
    if (job === undefined) return this.#refuse('not_found')
    switch (`${request.method} ${part}`) {
      case 'POST start':
        return this.#start(job, StartRequest.parse(parse(body)).fence)
      case 'PUT log':
        return this.#log(job, url, body, String(request.headers[AGENT_HEADERS.marks]))
      case 'POST finish':
        return this.#finish(job, FinishRequest.parse(parse(body)))
      case 'GET blobs':
        return this.#download(digest, request.headers.range)
      case 'POST blobs':
        return this.#beginUpload(digest, BeginUploadRequest.parse(parse(body)).sizeBytes)
      case 'PUT blobs':
        return this.#upload(digest, Number(url.searchParams.get('offset')), body)
      default:
        return this.#refuse('not_found')
    }
  }

  #enrol(body: Buffer): Reply {
    const { token, name, labels, publicKey } = EnrolRequest.parse(parse(body))
    const isFirst = this.#publicKey === undefined || this.#publicKey === publicKey
    if (token !== ENROL_TOKEN || !isFirst) return this.#refuse('token_refused')
    this.#publicKey = publicKey
    return ok({ agent: AGENT, name, labels, serverTime: Date.now() })
  }

  #checkSignature(request: IncomingMessage, body: Buffer): Reply | undefined {
    const header = (name: string) => String(request.headers[name] ?? '')
    const time = Number(header(AGENT_HEADERS.time))
    const serverTime = Date.now() + this.clockAheadMs
    const text = signedText({
      agent: header(AGENT_HEADERS.agent),
      method: request.method ?? '',
      path: request.url ?? '',
      bodySha256: createHash('sha256').update(body).digest('hex'),
      time,
      nonce: header(AGENT_HEADERS.nonce),
    })
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: this.#publicKey ?? '' },
      format: 'jwk',
    })
    const signature = Buffer.from(header(AGENT_HEADERS.signature), 'base64url')
    if (!verify(null, Buffer.from(text), key, signature)) return this.#refuse('not_authentic')
    if (Math.abs(time - serverTime) > 120_000) return this.#refuse('clock_differs', { serverTime })
    if (this.seenNonces.has(header(AGENT_HEADERS.nonce))) return this.#refuse('repeated')
    this.seenNonces.add(header(AGENT_HEADERS.nonce))
    return undefined
  }

  async #poll(request: IncomingMessage, body: Buffer): Promise<Reply> {
    const poll = PollRequest.parse(parse(body))
    this.polls.push(poll)
    const first = this.#pollAnswer(poll)
    if (hasNews(first)) return ok(first)
    await new Promise<void>((resolve) => {
      const answer = (): void => {
        clearTimeout(timer)
        this.#held.delete(answer)
        resolve()
      }
      const timer = setTimeout(answer, 20_000)
      this.#held.add(answer)
      request.socket.once('close', answer)
    })
    if (request.socket.destroyed || this.#isDown) return ok({})
    return ok(this.#pollAnswer(poll))
  }

  #pollAnswer(poll: PollRequest): PollAnswer {
    const running = new Set(poll.running.map(({ job, fence }) => `${job}.${fence}`))
    const offered = this.jobs.filter(
      (job) => job.status === 'leased' && !running.has(`${job.id}.${job.fence}`),
    )
    const free = Math.max(0, poll.freeSlots - offered.length)
    const fresh = this.jobs.filter((job) => job.status === 'ready').slice(0, free)
    for (const job of fresh) {
      job.status = 'leased'
      job.fence += 1
    }
    const cancel = this.jobs
      .filter((job) => job.cancelGraceMs !== undefined && running.has(`${job.id}.${job.fence}`))
      .map((job) => ({ job: job.id, fence: job.fence, graceMs: job.cancelGraceMs ?? 0 }))
    for (const { job } of cancel) {
      const found = this.jobs.find(({ id }) => id === job)
      if (found !== undefined) found.cancelGraceMs = undefined
    }
    const verify = this.askToVerify
    this.askToVerify = false
    return PollAnswer.parse({
      jobs: [...offered, ...fresh].map((job) => ({
        envelope: { ...job.envelope, fence: job.fence },
        signature: null,
      })),
      cancel,
      drain: this.isDraining,
      verify,
      labels: poll.labels,
      serverTime: Date.now(),
    })
  }

  #start(job: TestJob, fence: number): Reply {
    if (fence !== job.fence || job.status === 'finished') return this.#refuse('stale_fence')
    job.status = 'running'
    return ok({ started: true })
  }

  #log(job: TestJob, url: URL, body: Buffer, marks: string): Reply {
    if (Number(url.searchParams.get('fence')) !== job.fence) return this.#refuse('lease_lost')
    if (Number(url.searchParams.get('offset')) !== job.logLength) {
      return this.#refuse('wrong_offset', { length: job.logLength })
    }
    job.appendLog(body)
    job.marks.push(marks)
    return ok({ length: job.logLength })
  }

  #finish(job: TestJob, finish: FinishRequest): Reply {
    if (finish.fence !== job.fence) {
      this.setAside.push(finish)
      return this.#refuse('stale_fence')
    }
    if (finish.logLength !== job.logLength) {
      return this.#refuse('log_incomplete', { length: job.logLength })
    }
    job.finish ??= finish
    job.status = 'finished'
    const { next } = finish
    return ok({
      acknowledged: true,
      ...(next === undefined ? {} : { next: this.#pollAnswer(next) }),
    })
  }

  #download(digest: string, range: string | undefined): Reply {
    const bytes = this.blobs.get(digest)
    if (bytes === undefined) return this.#refuse('not_found')
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    return {
      status: from === 0 ? 200 : 206,
      type: 'application/octet-stream',
      body: bytes.subarray(from),
    }
  }

  #beginUpload(digest: string, sizeBytes: number): Reply {
    const have = this.uploads.get(digest)?.length ?? 0
    if (!this.uploads.has(digest)) this.uploads.set(digest, Buffer.alloc(0))
    return ok({ length: have, complete: this.blobs.has(digest) || sizeBytes < 0 })
  }

  #upload(digest: string, offset: number, body: Buffer): Reply {
    if (this.forgetUpload) this.uploads.delete(digest)
    this.forgetUpload = false
    const have = this.uploads.get(digest)
    if (have === undefined) return this.#refuse('wrong_offset', { length: 0 })
    if (offset !== have.length) return this.#refuse('wrong_offset', { length: have.length })
    const bytes = Buffer.concat([have, body])
    this.uploads.set(digest, bytes)
    const isComplete = digestOf(bytes) === digest
    if (isComplete) this.blobs.set(digest, bytes)
    return ok({ length: bytes.length, complete: isComplete })
  }

  #refuse(code: AgentRefusal, more: object = {}): Reply {
    this.refusals.push(code)
    const body = JSON.stringify({ code, title: code, status: AGENT_REFUSALS[code], ...more })
    return { status: AGENT_REFUSALS[code], type: 'application/problem+json', body }
  }
}

interface Reply {
  readonly status: number
  readonly type?: string
  readonly body: string | Buffer
}

function ok(value: object): Reply {
  return { status: 200, body: JSON.stringify(value) }
}

function hasNews(answer: PollAnswer): boolean {
  return answer.jobs.length > 0 || answer.cancel.length > 0 || answer.verify
}

function parse(body: Buffer): unknown {
  return JSON.parse(body.toString('utf8'))
}

export function digestOf(bytes: Buffer): `sha256:${string}` {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
