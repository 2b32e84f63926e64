// The agents' side door: `/agent/v1`, signed requests only, bytes as they are.

import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  AGENT_HEADERS,
  AGENT_PATH,
  AGENT_REFUSALS,
  BeginUploadRequest,
  EnrolRequest,
  FinishRequest,
  JobIdText,
  PollRequest,
  Sha256Text,
  StartRequest,
  UPLOAD_CHUNK_BYTES_MAX,
} from '@lockstep/contract'
import type { FinishAnswer } from '@lockstep/contract'
import type { Digest, JobId } from '@lockstep/domain'
import { answerAgent, refuseAgent } from '../agents/answer.ts'
import type { AgentAnswer, RefusedAgent } from '../agents/answer.ts'
import { authenticateAgent } from '../agents/authenticate-agent.ts'
import { enrol } from '../agents/enrol.ts'
import { finish } from '../agents/finish.ts'
import type { LogFollowers } from '../agents/follow-log.ts'
import { poll } from '../agents/poll.ts'
import type { PollDeps } from '../agents/poll.ts'
import { appendLog, beginUpload, download, start, upload } from '../agents/progress.ts'
import type { PublicKeys } from '../agents/public-keys.ts'
import type { TryLimit } from '../agents/try-limit.ts'
import type { AgentRecord } from '../postgres/agents/agents.ts'
import type { StoredBlob } from '../ports/blobs.ts'
import { goneSignal } from './gone-signal.ts'
import { MalformedJson, parseStrictJson } from './strict-json.ts'

export interface AgentRouteDeps extends PollDeps {
  readonly followers: LogFollowers
  readonly tries: TryLimit
  readonly keys: PublicKeys
}

const BODY_BYTES_MAX = UPLOAD_CHUNK_BYTES_MAX + 1024

/** A request by an agent that proved who it is. */
interface Call {
  readonly agent: AgentRecord
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly body: Buffer
}

/** Binds the agent protocol to the server. Nothing else takes agents' signatures, and this takes nothing else. */
export async function registerAgentRoutes(
  app: FastifyInstance,
  deps: AgentRouteDeps,
): Promise<void> {
  await app.register(
    async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser(
        // What agents send by its name: anything else is looked up anew for each request.
        ['application/json', 'application/octet-stream', '*'],
        { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
        (_request, body, done) => done(null, body),
      )
      scope.post('/enrol', (request, reply) => answerEnrol(deps, request, reply))
      const bind = (
        method: 'GET' | 'POST' | 'PUT',
        url: string,
        answer: (call: Call) => Promise<AgentAnswer<object>>,
      ): void => {
        scope.route({
          method,
          url,
          bodyLimit: BODY_BYTES_MAX,
          handler: (request, reply) => answerCall(deps, request, reply, answer),
        })
      }
      bind('POST', '/poll', (call) => answerPoll(deps, call))
      bindJob(bind, deps)
    },
    { prefix: AGENT_PATH },
  )
}

type Bind = (
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  answer: (call: Call) => Promise<AgentAnswer<object>>,
) => void

function bindJob(bind: Bind, deps: AgentRouteDeps): void {
  bind('POST', '/jobs/:job/start', (call) =>
    withJob(call, (job) =>
      withBody(StartRequest, call, ({ fence }) => start(deps, call.agent, job, fence)),
    ),
  )
  bind('PUT', '/jobs/:job/log', (call) =>
    withJob(call, (job) => {
      const marks = call.request.headers[AGENT_HEADERS.marks]
      return withPlace(call, (fence, offset) =>
        appendLog(deps, call.agent, job, {
          fence,
          offset,
          bytes: call.body,
          marks: typeof marks === 'string' ? marks : '',
        }),
      )
    }),
  )
  bind('POST', '/jobs/:job/finish', (call) =>
    withJob(call, (job) =>
      withBody(FinishRequest, call, (request) => finishAndGoOn(deps, call, job, request)),
    ),
  )
  bind('GET', '/jobs/:job/blobs/:digest', (call) =>
    withBlob(call, (job, digest) =>
      withPlace(call, async (fence) => {
        const from = rangeOf(call.request)
        const found = await download(deps, call.agent, job, { fence, digest, from })
        return found.ok ? sendBlob(call.reply, found.value, from) : found
      }),
    ),
  )
  bind('POST', '/jobs/:job/blobs/:digest', (call) =>
    withBlob(call, (job, digest) =>
      withBody(BeginUploadRequest, call, (file) =>
        beginUpload(deps, call.agent, job, { ...file, digest }),
      ),
    ),
  )
  bind('PUT', '/jobs/:job/blobs/:digest', (call) =>
    withBlob(call, (job, digest) =>
      withPlace(call, (fence, offset) =>
        upload(deps, call.agent, job, { fence, digest, offset, bytes: call.body }),
      ),
    ),
  )
}

async function answerEnrol(
  deps: AgentRouteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const parsed = parseBody(EnrolRequest, bodyOf(request))
  const answer = parsed.ok ? await enrol(deps, parsed.value, request.ip) : parsed
  await send(reply, answer)
}

function answerPoll(deps: AgentRouteDeps, call: Call): Promise<AgentAnswer<object>> {
  return withBody(PollRequest, call, (body) =>
    poll(deps, call.agent, body, goneSignal(call.reply.raw)),
  )
}

/** An end that was taken is answered, whatever becomes of the poll that came with it. */
async function finishAndGoOn(
  deps: AgentRouteDeps,
  call: Call,
  job: JobId,
  { next, ...request }: FinishRequest,
): Promise<AgentAnswer<FinishAnswer>> {
  const finished = await finish(deps, call.agent, job, request)
  if (!finished.ok || next === undefined) return finished
  const asked = { ...next, hurry: true }
  const answer = await poll(deps, call.agent, asked, goneSignal(call.reply.raw)).catch(
    () => undefined,
  )
  if (answer?.ok !== true) return finished
  return answerAgent({ acknowledged: true, next: answer.value })
}

async function answerCall(
  deps: AgentRouteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: (call: Call) => Promise<AgentAnswer<object>>,
): Promise<void> {
  const body = bodyOf(request)
  const { method, url: path = '', headers } = request.raw
  const caller = await authenticateAgent(deps, { method: method ?? '', path, headers, body })
  if (!caller.ok) {
    await send(reply, caller)
    return
  }
  const answered = await answer({ agent: caller.value, request, reply, body })
  // A stream was sent already.
  if (!reply.sent) await send(reply, answered)
}

async function send(reply: FastifyReply, answer: AgentAnswer<object>): Promise<void> {
  reply.header('cache-control', 'no-store')
  if (answer.ok) {
    await reply.header('content-type', 'application/json').send(JSON.stringify(answer.value))
    return
  }
  await sendRefused(reply, answer)
}

async function sendRefused(reply: FastifyReply, refused: RefusedAgent): Promise<void> {
  const { code, detail, length, serverTime, retryAfterS } = refused
  const status = AGENT_REFUSALS[code]
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS))
  const problem = {
    type: `urn:lockstep:problem:${code}`,
    title: code.replaceAll('_', ' '),
    status,
    code,
    detail,
    ...(length === undefined ? {} : { length }),
    ...(serverTime === undefined ? {} : { serverTime }),
  }
  await reply
    .code(status)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(problem))
}

/** Sends the bytes as they are read; when they turn out to be damaged, the connection breaks off before their end. */
async function sendBlob(
  reply: FastifyReply,
  blob: StoredBlob,
  from: number,
): Promise<AgentAnswer<object>> {
  const { sizeBytes, stream } = blob
  if (from > 0) reply.header('content-range', `bytes ${from}-${sizeBytes - 1}/${sizeBytes}`)
  await reply
    .code(from > 0 ? 206 : 200)
    .header('content-type', 'application/octet-stream')
    .header('content-length', String(Math.max(0, sizeBytes - from)))
    .header('cache-control', 'no-store')
    .send(Readable.from(stream, { objectMode: false }))
  return answerAgent({})
}

interface BodySchema<Value> {
  safeParse(value: unknown): { success: true; data: Value } | { success: false; error: Error }
}

function withBody<Value>(
  schema: BodySchema<Value>,
  call: Call,
  answer: (body: Value) => Promise<AgentAnswer<object>>,
): Promise<AgentAnswer<object>> {
  const parsed = parseBody(schema, call.body)
  return parsed.ok ? answer(parsed.value) : Promise.resolve(parsed)
}

function parseBody<Value>(schema: BodySchema<Value>, body: Buffer): AgentAnswer<Value> {
  try {
    const parsed = schema.safeParse(parseStrictJson(body.toString('utf8')))
    if (parsed.success) return answerAgent(parsed.data)
    return refuseAgent('malformed', parsed.error.message.slice(0, 500))
  } catch (error) {
    if (error instanceof MalformedJson) return refuseAgent('malformed', error.message)
    throw error
  }
}

function withJob(
  call: Call,
  answer: (job: JobId) => Promise<AgentAnswer<object>>,
): Promise<AgentAnswer<object>> {
  const job = JobIdText.safeParse(paramOf(call.request, 'job'))
  if (job.success) return answer(job.data)
  return Promise.resolve(refuseAgent('not_found', 'There is no such job.'))
}

function withBlob(
  call: Call,
  answer: (job: JobId, digest: Digest) => Promise<AgentAnswer<object>>,
): Promise<AgentAnswer<object>> {
  return withJob(call, (job) => {
    const digest = Sha256Text.safeParse(paramOf(call.request, 'digest'))
    if (digest.success) return answer(job, digest.data)
    return Promise.resolve(refuseAgent('not_found', 'There is nothing stored under this name.'))
  })
}

/** Reads `fence` and `offset` of the address, as plain numbers. */
function withPlace(
  call: Call,
  answer: (fence: number, offset: number) => Promise<AgentAnswer<object>>,
): Promise<AgentAnswer<object>> {
  const query = new URLSearchParams((call.request.raw.url ?? '').split('?')[1] ?? '')
  const fence = numberOf(query.get('fence'))
  const offset = numberOf(query.get('offset') ?? '0')
  if (fence !== undefined && offset !== undefined) return answer(fence, offset)
  return Promise.resolve(refuseAgent('malformed', 'fence and offset are whole numbers.'))
}

function numberOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function rangeOf(request: FastifyRequest): number {
  return Number(/^bytes=(\d{1,15})-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
}

function paramOf(request: FastifyRequest, name: string): unknown {
  const { params } = request
  return typeof params === 'object' && params !== null && name in params
    ? Object.entries(params).find(([key]) => key === name)?.[1]
    : undefined
}

function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}
