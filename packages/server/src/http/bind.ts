// Serves contract routes: identity → cross-site → input → permission → handler → answer, the same way for all of them.

import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import {
  DEVICE_COOKIE,
  IDEMPOTENCY_KEY,
  IDEMPOTENCY_KEY_PATTERN,
  isRaw,
  pathFields,
  refused,
  versionOf,
  type AnyRoute,
  type Refused,
  type RouteRequest,
  type Routes,
} from '@lockstep/contract'
import { can, reach, type Reach } from '@lockstep/domain'
import type { Credentials, People, PlaceOf } from '../ports/people.ts'
import type { CommandKey } from '../ports/reactor.ts'
import { authenticate } from './authenticate.ts'
import { refuseIdentity, refuseObject, type RequestParts } from './authorize.ts'
import { readCookie } from './cookie.ts'
import { refuseCrossSite } from './cross-site.ts'
import { goneSignal } from './gone-signal.ts'
import { actorOf, ANONYMOUS, type Principal } from './principal.ts'
import { readBody, readParams, readQuery } from './read-request.ts'
import { sendAnswer, sendRefusal } from './reply.ts'
import type { RequestContext, ServerHandlers } from './request-context.ts'
import { writeOnce, type WriteDeps } from './write-once.ts'

export interface BindDeps extends WriteDeps {
  readonly credentials: Credentials
  readonly placeOf: PlaceOf
  readonly people: People
  /** Addresses under which the page is opened; the first is the public one. */
  readonly origins: () => readonly string[]
}

/** A handler of any route, as the code that serves all of them calls it. */
export type AnyHandler = (
  request: RouteRequest<AnyRoute>,
  context: RequestContext,
) => Promise<
  | {
      readonly ok: true
      readonly value: unknown
      readonly headers?: Readonly<Record<string, string | readonly string[]>>
    }
  | Refused
>

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal
  }
}

/** Serves these routes with these handlers. Call once per server for all of them. */
export function bindRoutes<R extends Routes>(
  app: FastifyInstance,
  routes: R,
  handlers: ServerHandlers<R>,
  deps: BindDeps,
): void {
  app.decorateRequest('principal')
  const isSetUp = onceTrue(async () => (await deps.people.users.count()) > 0)
  for (const [name, route] of Object.entries(routes)) {
    const handler = anyHandler(handlers, name)
    app.route({
      method: route.method satisfies HTTPMethods,
      url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      bodyLimit: route.bodyLimit,
      // Identity before the body is read: who is nobody cannot make the server read anything.
      onRequest: async (request, reply) => {
        const refusal = await admit(name, route, deps, isSetUp, request)
        if (refusal !== undefined) {
          await sendRefusal(reply, request.id, refusal)
          return reply
        }
      },
      handler: async (request, reply) => {
        await serve(name, route, handler, deps, request, reply)
        return reply
      },
    })
  }
}

function anyHandler(handlers: object, name: string): AnyHandler {
  const handler: unknown = new Map<string, unknown>(Object.entries(handlers)).get(name)
  if (typeof handler !== 'function') throw new Error(`Route ${name} has no handler.`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked by the type of `bindRoutes`; each handler gets the input of its own route
  return handler as AnyHandler
}

/** What is for whoever holds the link of the first start, before there is anybody. */
const BEFORE_SETUP: ReadonlySet<string> = new Set(['setUp', 'showOneTimeLink'])

async function admit(
  name: string,
  route: AnyRoute,
  deps: BindDeps,
  isSetUp: () => Promise<boolean>,
  request: FastifyRequest,
): Promise<Refused | undefined> {
  if (!BEFORE_SETUP.has(name) && !(await isSetUp())) {
    return refused(
      'not_set_up',
      'Make the first administrator first: the server printed a one-time link when it started.',
    )
  }
  const authenticated = await authenticate(deps.credentials, request.raw, request.ip)
  if (!authenticated.ok) return authenticated
  request.principal = authenticated.principal
  return (
    refuseIdentity(route, request.principal) ??
    (route.method === 'GET'
      ? undefined
      : refuseCrossSite(request.raw, request.principal, deps.origins())) ??
    refuseBodyKind(route, request)
  )
}

/** Exactly one content type, written as it is meant: what is read otherwise by somebody in between is not taken. */
function refuseBodyKind(route: AnyRoute, request: FastifyRequest): Refused | undefined {
  if (Number(request.headers['content-length'] ?? 0) > route.bodyLimit) {
    return refused(
      'request_too_large',
      `The body of this request has at most ${route.bodyLimit} bytes.`,
    )
  }
  const types = request.raw.rawHeaders.filter(
    (_, at, all) => at % 2 === 1 && all[at - 1]?.toLowerCase() === 'content-type',
  )
  const wanted = isRaw(route.body) ? route.body.raw : 'application/json'
  const isEmpty =
    request.headers['content-length'] === undefined &&
    request.headers['transfer-encoding'] === undefined
  if (types.length === 0 && (isEmpty || request.headers['content-length'] === '0')) return undefined
  const [type] = types
  const isWanted =
    type === wanted || (wanted === 'application/json' && type === 'application/json; charset=utf-8')
  if (types.length === 1 && isWanted && request.headers['content-encoding'] === undefined)
    return undefined
  return refused(
    'unsupported_media_type',
    `This takes Content-Type: ${wanted}, once and without an encoding.`,
  )
}

async function serve(
  name: string,
  route: AnyRoute,
  handler: AnyHandler,
  deps: BindDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const parts = await readAllowed(route, deps, request)
  if (!parts.ok) return sendRefusal(reply, request.id, parts)
  const frame = frameOf(name, route, request)
  if (!frame.ok) return sendRefusal(reply, request.id, frame)
  const answer = await handler(
    parts, // read by the schemas of this very route
    contextOf(route, deps, request, reply, frame),
  )
  return answer.ok
    ? sendAnswer(reply, request.id, route, answer)
    : sendRefusal(reply, request.id, answer)
}

/** Reads path and query, decides where that is enough, then reads the body, and decides where the object stands in it. */
async function readAllowed(
  route: AnyRoute,
  deps: BindDeps,
  request: FastifyRequest,
): Promise<({ readonly ok: true } & RequestParts) | Refused> {
  const given: unknown = request.params
  const params = readParams(route, typeof given === 'object' && given !== null ? { ...given } : {})
  if (!params.ok) return params
  const query = readQuery(route, request.raw.url ?? '')
  if (!query.ok) return query
  const isInBody = route.object.startsWith('body.')
  const early = { params: params.value, query: query.value, body: {} }
  const refusal = isInBody
    ? undefined
    : await refuseObject(route, request.principal, early, deps.placeOf)
  if (refusal !== undefined) return refusal
  const body = readBody(route, request.body)
  if (!body.ok) return body
  const parts = { ...early, body: body.value }
  const late = isInBody
    ? await refuseObject(route, request.principal, parts, deps.placeOf)
    : undefined
  return late ?? { ok: true, ...parts }
}

interface Frame {
  readonly ok: true
  readonly command: CommandKey | undefined
  readonly ifMatch: number
}

/** What the headers say about repeating and about versions. */
function frameOf(name: string, route: AnyRoute, request: FastifyRequest): Frame | Refused {
  const key = request.headers[IDEMPOTENCY_KEY]
  if (key !== undefined && (typeof key !== 'string' || !IDEMPOTENCY_KEY_PATTERN.test(key))) {
    return refused(
      'malformed_request',
      'An Idempotency-Key is 8 to 100 letters, digits, hyphens or underscores.',
    )
  }
  const ifMatch = request.headers['if-match']
  if (route.conditional && ifMatch === undefined) {
    return refused(
      'condition_missing',
      'A change says which version it was made from: the header If-Match with the ETag that was read.',
    )
  }
  const version = ifMatch === undefined ? 0 : versionOf(ifMatch)
  if (version === undefined)
    return refused('malformed_request', 'If-Match has the form "v12", as ETag gave it.')
  const repeatable = key !== undefined && route.method === 'POST' && route.permission !== 'public'
  return {
    ok: true,
    command: repeatable
      ? {
          key: `${actorOf(request.principal)}/${name}/${key}`,
          bodyDigest: digestOf(route, request),
        }
      : undefined,
    ifMatch: version,
  }
}

function digestOf(route: AnyRoute, request: FastifyRequest): string {
  const body = typeof request.body === 'string' && !route.secretBody ? request.body : ''
  return createHash('sha256')
    .update(`${request.raw.url ?? ''}\n${body}`)
    .digest('hex')
}

function contextOf(
  route: AnyRoute,
  deps: BindDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  frame: Frame,
): RequestContext {
  const { principal } = request
  const origin = {
    address: request.ip,
    client: cleaned(request.headers['user-agent']),
    session: principal.kind === 'person' ? principal.session : null,
  }
  return {
    principal,
    requestId: request.id,
    origin,
    reach: reachOf(route, principal),
    async can(permission, id) {
      const place = await deps.placeOf(id)
      return place === undefined
        ? { allowed: false, why: 'unseen' }
        : can(principal.rights, permission, place)
    },
    placeOf: deps.placeOf,
    command: frame.command,
    ifMatch: frame.ifMatch,
    deviceSecret: readCookie(request.headers.cookie, DEVICE_COOKIE),
    lastEventId: headerText(request.headers['last-event-id']),
    upload: request.raw,
    signal: goneSignal(reply.raw),
    async isStillAllowed() {
      const again = await authenticate(deps.credentials, request.raw, request.ip)
      return again.ok && isSame(again.principal, principal)
    },
    inTransaction: writeOnce(deps, {
      route,
      actor: actorOf(principal),
      origin,
      command: frame.command,
    }),
  }
}

function reachOf(route: AnyRoute, principal: Principal): Reach {
  if (route.permission === 'public' || route.permission === 'signed_in') {
    return { everywhere: false, projects: [], environments: [] }
  }
  return reach(principal.rights, route.permission)
}

function isSame(now: Principal, before: Principal): boolean {
  return (
    now.kind === before.kind &&
    JSON.stringify(now.rights) === JSON.stringify(before.rights) &&
    now !== ANONYMOUS
  )
}

/** What a client calls itself, fit to be kept. */
function cleaned(text: string | undefined): string {
  return (text ?? '').replaceAll(/[^\x20-\x7e]/g, '').slice(0, 200)
}

function headerText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Asks until the answer is yes, and never again. */
function onceTrue(ask: () => Promise<boolean>): () => Promise<boolean> {
  let known = false
  return async () => {
    known ||= await ask()
    return known
  }
}

/** Whether an address without its query is that of a route, with which methods. For 405. */
export function methodsOf(routes: Routes, path: string): readonly string[] {
  return Object.values(routes)
    .filter((route) => patternOf(route).test(path))
    .map((route) => route.method)
}

function patternOf(route: AnyRoute): RegExp {
  const source = pathFields(route.path).reduce(
    (path, field) => path.replace(`{${field}}`, '[^/]+'),
    route.path,
  )
  return new RegExp(`^${source}$`)
}
