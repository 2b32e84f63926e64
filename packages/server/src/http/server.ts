// The HTTP server: limits, strict reading, and problem documents for everything that goes wrong.

import { maxHeaderSize } from 'node:http'
import type { Socket } from 'node:net'
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import {
  BODY_LIMIT,
  PROBLEMS,
  refused,
  REQUEST_ID_HEADER,
  type Refused,
  type Routes,
} from '@lockstep/contract'
import { PasswordsBusy } from '../usecases/account/passwords.ts'
import type { Log, Meter } from '../ports/observe.ts'
import { NOT_FOUND } from './authorize.ts'
import { methodsOf } from './bind.ts'
import type { PageFiles } from './page-files.ts'
import { sendRefusal } from './reply.ts'
import { securityHeaders } from './security-headers.ts'
import { answerWithPage } from './serve-page.ts'
import { MalformedJson, readUtf8 } from './strict-json.ts'
import { newRequestId } from './write-once.ts'

export const LIMITS = {
  requestMs: 30_000,
  headersMs: 10_000,
  checkEveryMs: 2_000,
  keepAliveMs: 65_000,
  requestsPerSocket: 10_000,
  connections: 10_000,
  url: 8_192,
  headers: 100,
} as const

export interface HttpSettings {
  readonly routes: Routes
  /** The built web page; without it a plain one says so. */
  readonly page: PageFiles | undefined
  readonly isHttps: boolean
  /** Addresses and ranges of proxies whose `X-Forwarded-For` counts; none by default. */
  readonly trustedProxies: readonly string[]
  readonly logger: Log
  readonly metrics: Meter
}

/** A server without routes; bind them and listen. Closing it ends open streams at once and waits for answers under way. */
export function createHttpServer(settings: HttpSettings): FastifyInstance {
  const { logger, metrics } = settings
  const app = fastify({
    logger: false,
    genReqId: newRequestId,
    trustProxy: settings.trustedProxies.length === 0 ? false : [...settings.trustedProxies],
    bodyLimit: BODY_LIMIT,
    requestTimeout: LIMITS.requestMs,
    keepAliveTimeout: LIMITS.keepAliveMs,
    maxRequestsPerSocket: LIMITS.requestsPerSocket,
    connectionTimeout: 0,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    return503OnClosing: true,
    http: {
      headersTimeout: LIMITS.headersMs,
      connectionsCheckingInterval: LIMITS.checkEveryMs,
      maxHeaderSize,
    },
    frameworkErrors: (_error, request, reply) => {
      void sendRefusal(
        reply,
        request.id,
        refused('malformed_request', 'The address of this request cannot be read.'),
      )
    },
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket),
  })
  app.server.maxConnections = LIMITS.connections
  app.server.maxHeadersCount = LIMITS.headers
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) => {
    try {
      done(null, readUtf8(Buffer.from(bytes)))
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
    }
  })
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))

  const always = securityHeaders(settings.isHttps)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(always)
    const refusal = refuseAddress(request.raw.url ?? '')
    if (refusal !== undefined) {
      await sendRefusal(reply, request.id, refusal)
      return reply
    }
  })
  app.addHook('onResponse', async (request, reply) => {
    metrics.request(
      request.method,
      request.routeOptions.url ?? 'unknown',
      reply.statusCode,
      reply.elapsedTime / 1000,
    )
    logger.debug(
      {
        request: request.id,
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'answered',
    )
  })
  app.setErrorHandler((error: FastifyError, request, reply) =>
    refuseError(error, request, reply, logger),
  )
  app.setNotFoundHandler(async (request, reply) => {
    if (!answerWithPage(settings.page, request, reply)) {
      await sendRefusal(reply, request.id, notFound(settings.routes, request, reply))
    }
    return reply
  })
  return app
}

/** Addresses of the API consist of plain characters; everything else is some other way of writing one, and there is one way. */
function refuseAddress(url: string): Refused | undefined {
  if (url.length > LIMITS.url)
    return refused('address_too_long', `An address has at most ${LIMITS.url} characters.`)
  const path = url.split('?', 1)[0] ?? ''
  return /^\/v1(\/|$)/.test(path) && !/^[A-Za-z0-9/._~-]*$/.test(path) ? NOT_FOUND : undefined
}

function notFound(routes: Routes, request: FastifyRequest, reply: FastifyReply): Refused {
  const methods = methodsOf(routes, (request.raw.url ?? '').split('?', 1)[0] ?? '')
  if (methods.length === 0 || methods.includes(request.method)) return NOT_FOUND
  reply.header('allow', methods.join(', '))
  return refused('method_not_allowed', `This address takes ${methods.join(', ')}.`)
}

async function refuseError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Log,
): Promise<void> {
  const refusal = refusalFor(error)
  if (refusal.code === 'fault' || refusal.code === 'storage_unavailable') {
    logger.error(
      { err: error, request: request.id, method: request.method, route: request.routeOptions.url },
      'a request failed',
    )
  }
  if (reply.raw.headersSent) {
    reply.raw.destroy() // An answer that began cannot turn into a problem; the reader must see that it is not complete.
    return
  }
  await sendRefusal(reply, request.id, refusal)
}

function refusalFor(error: FastifyError): Refused {
  if (error instanceof PasswordsBusy) {
    return refused(
      'too_many_requests',
      'Too many people are signing in at this moment. Try again in a second.',
    )
  }
  if (error instanceof MalformedJson) return refused('malformed_request', error.message)
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refused(
        'request_too_large',
        'The body of this request is larger than this address takes.',
      )
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refused('unsupported_media_type', 'This takes Content-Type: application/json.')
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return refused('malformed_request', 'The body is not as long as Content-Length says.')
    default:
      return isDatabaseGone(error)
        ? refused(
            'storage_unavailable',
            'The database does not answer. Nothing was changed unless an answer says so; try again.',
          )
        : refused(
            'fault',
            'Something went wrong here, not with your request. Tell an administrator the request id.',
          )
  }
}

/** Connections that cannot be made or were cut: classes 08 and 57P of SQLSTATE, and what the socket says. */
function isDatabaseGone(error: Error & { readonly code?: string }): boolean {
  const code = error.code ?? ''
  return (
    /^(08|57P|53)/.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'].includes(code) ||
    /Connection terminated|timeout exceeded when trying to connect/.test(error.message)
  )
}

/** What cannot be read as HTTP is answered once, and the connection ends. */
function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  if (isLate && socket.bytesRead === 0) {
    // Browsers open connections ahead. Nobody has asked here yet: an answer would be taken for that of the first request, which a
    // browser sends again when the connection just ends.
    socket.destroy()
    return
  }
  const code =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'headers_too_large'
      : isLate
        ? 'request_too_slow'
        : 'malformed_request'
  const { status, title } = PROBLEMS[code]
  const requestId = newRequestId()
  const body = JSON.stringify({
    type: `urn:lockstep:problem:${code}`,
    status,
    code,
    title,
    detail: `${title}.`,
    requestId,
  })
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\n${REQUEST_ID_HEADER}: ${requestId}\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
