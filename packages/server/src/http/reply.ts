// How answers and refusals are written.

import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import {
  etagOf,
  isRaw,
  problem,
  PROBLEM_MEDIA_TYPE,
  PROBLEMS,
  REQUEST_ID_HEADER,
  type AnyRoute,
  type RawAnswer,
  type Refused,
} from '@lockstep/contract'
import { assertInvariant, shortenWords } from '@lockstep/domain'
import * as z from 'zod/mini'

/** Refuses with the problem document of the code. */
export async function sendRefusal(
  reply: FastifyReply,
  requestId: string,
  refusal: Refused,
): Promise<void> {
  const { code, detail, fields, retryAfterS } = refusal
  const { status } = PROBLEMS[code]
  const waitS = retryAfterS ?? (status === 429 || status === 503 ? 1 : undefined)
  if (waitS !== undefined) reply.header('retry-after', String(waitS))
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  await reply
    .code(status)
    .header('content-type', PROBLEM_MEDIA_TYPE)
    .header('cache-control', 'no-store')
    .header(REQUEST_ID_HEADER, requestId)
    // What somebody sent is told back so far as it is known again by it.
    .send(JSON.stringify(problem(code, shortenWords(detail), requestId, fields)))
}

/** Sends what a handler answered. A value that is not what the route promises is a bug, and does not leave the house. */
export async function sendAnswer(
  reply: FastifyReply,
  requestId: string,
  route: AnyRoute,
  answer: {
    readonly value: unknown
    readonly headers?: Readonly<Record<string, string | readonly string[]>>
  },
): Promise<void> {
  reply.header(REQUEST_ID_HEADER, requestId)
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value)
  if (route.response === null) {
    await reply.code(route.status).send()
    return
  }
  if (isRaw(route.response)) {
    await sendRaw(reply, route.response.raw, answer.value)
    return
  }
  const checked = z.safeParse(route.response, answer.value)
  assertInvariant(
    checked.success,
    `the answer of ${route.method} ${route.path} is what the route promises: ${checked.error?.message ?? ''}`,
  )
  const version = versionIn(checked.data)
  if (version !== undefined) reply.header('etag', etagOf(version))
  await reply
    .code(route.status)
    .header('content-type', 'application/json')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(checked.data))
}

async function sendRaw(reply: FastifyReply, mediaType: string, value: unknown): Promise<void> {
  assertInvariant(isRawAnswer(value), 'a raw answer is a stream')
  for (const [name, text] of Object.entries(value.headers ?? {})) reply.header(name, text)
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  if (!reply.hasHeader('content-type')) reply.header('content-type', mediaType)
  await reply.code(value.status ?? 200).send(Readable.from(value.stream, { objectMode: false }))
}

function isRawAnswer(value: unknown): value is RawAnswer {
  return typeof value === 'object' && value !== null && 'stream' in value
}

function versionIn(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('version' in value)) return undefined
  return typeof value.version === 'number' ? value.version : undefined
}
