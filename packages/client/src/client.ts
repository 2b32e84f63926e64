// A method per route, typed by the contract: what the server declares is what can be called.

import {
  encodeQuery,
  etagOf,
  IDEMPOTENCY_KEY,
  type AnyRoute,
  type ClientInput,
  type Raw,
  type RouteResult,
  type Routes,
  type routes,
} from '@lockstep/contract'
import { refusalFrom, Refused, Unreachable } from './refused.ts'
import { sessionIdentity, tokenIdentity, type Identity, type KeptSession } from './session.ts'
import { backoffMs, wait } from './wait.ts'
import type { WireRoute, WireRoutes } from './wire-routes.ts'

const ATTEMPTS_MAX = 4
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000
/** Refusals that say "not now": the same request may succeed in a moment. */
const PASSING: readonly string[] = [
  'busy',
  'stopping',
  'storage_unavailable',
  'too_many_requests',
  'outside_fault',
]

export interface ClientSettings {
  /** `https://lockstep.example.test`. */
  readonly server: string
  /** An API token; without one the client signs in and keeps its session. */
  readonly token?: string
  readonly session?: KeptSession
  readonly fetch?: typeof globalThis.fetch
  /** How to wait between attempts; tests do not. */
  readonly wait?: typeof wait
}

export interface CallOptions {
  /** The version that was read, where a change needs it. */
  readonly ifMatch?: number
  /** One of the caller's own, when the request may be repeated by another process. */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
}

/** What a call gives: the answer, or for bytes the response with its stream. Rejects with `Refused` or `Unreachable`. */
export type CallResult<R extends AnyRoute> = R['response'] extends Raw ? Response : RouteResult<R>

// oxlint-disable-next-line typescript/no-generated-empty-object-type -- that is what it is
type None = Record<never, never>

/** Without input when no field is needed. */
type Call<R extends AnyRoute> =
  None extends ClientInput<R>
    ? (input?: ClientInput<R>, options?: CallOptions) => Promise<CallResult<R>>
    : (input: ClientInput<R>, options?: CallOptions) => Promise<CallResult<R>>

/** One method per route, under the route's name. */
export type Calls<R extends Routes> = { readonly [Name in keyof R]: Call<R[Name]> }

export interface Client extends Calls<typeof routes> {
  readonly server: string
  /** The session to keep for the next process; undefined with a token or in a browser. */
  session(): KeptSession | undefined
}

/**
 * A client of one server. Requests that may be repeated are, with growing pauses and as the server asks for; a POST carries an
 * idempotency key, so that its repetition has no second effect. Signing in is never repeated. `table` is what it knows of the
 * routes; `createClient` takes it from the contract.
 */
export function createClientOver(table: WireRoutes, settings: ClientSettings): Client {
  const server = settings.server.replace(/\/$/, '')
  const identity =
    settings.token === undefined
      ? sessionIdentity(server, settings.session)
      : tokenIdentity(settings.token)
  const wire: Wire = {
    server,
    identity,
    // In a function: a browser's `fetch` refuses to be called as a method of something else.
    fetch: settings.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    wait: settings.wait ?? wait,
  }
  const calls = Object.fromEntries(
    Object.entries(table).map(([name, route]) => [
      name,
      (input: Fields = {}, options: CallOptions = {}) => call(wire, route, input, options),
    ]),
  )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one method per route, made from the very routes that type them
  return { ...calls, server, session: () => identity.kept() } as Client
}

type Fields = Readonly<Record<string, unknown>>

interface Wire {
  readonly server: string
  readonly identity: Identity
  readonly fetch: typeof globalThis.fetch
  readonly wait: typeof wait
}

async function call(
  wire: Wire,
  route: WireRoute,
  input: Fields,
  options: CallOptions,
): Promise<unknown> {
  const request = requestOf(route, input, options)
  // A stream can be read once, and a wrong password must not be counted twice.
  const isRepeatable = !route.isPublic && typeof route.body !== 'string'
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await send(wire, route, request, options)
    if (outcome.ok) return outcome.value
    const { error } = outcome
    const mayPass =
      error instanceof Unreachable || (error instanceof Refused && PASSING.includes(error.code))
    if (!isRepeatable || !mayPass || attempt === ATTEMPTS_MAX) throw error
    const asked = error instanceof Refused ? (error.retryAfterS ?? 0) * 1000 : 0
    await wire.wait(asked + backoffMs(attempt, FIRST_WAIT_MS, LONGEST_WAIT_MS), options.signal)
  }
}

interface PreparedRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | ReadableStream | Uint8Array<ArrayBuffer> | undefined
}

/** The fields of the input, each in the part of the request in which the route has it. */
function requestOf(route: WireRoute, input: Fields, options: CallOptions): PreparedRequest {
  const { body } = route
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, field]) => field ?? '')
  const path = inPath.reduce(
    (text, field) => text.replace(`{${field}}`, encodeURIComponent(String(input[field]))),
    route.path,
  )
  const query = encodeQuery(pick(input, route.query)).toString()
  const rest = Object.entries(input).filter(
    ([name]) => !inPath.includes(name) && !route.query.includes(name),
  )
  const isRaw = typeof body === 'string'
  const hasBody = !isRaw && (rest.length > 0 || body)
  const isChange = route.method === 'POST' && !route.isPublic
  return {
    path: query === '' ? path : `${path}?${query}`,
    headers: {
      ...(isRaw ? { 'content-type': body } : {}),
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
      ...(isChange ? { [IDEMPOTENCY_KEY]: options.idempotencyKey ?? crypto.randomUUID() } : {}),
      ...(options.ifMatch === undefined ? {} : { 'if-match': etagOf(options.ifMatch) }),
      ...options.headers,
    },
    body: isRaw ? rawBodyOf(input) : hasBody ? JSON.stringify(Object.fromEntries(rest)) : undefined,
  }
}

function rawBodyOf({ content }: Fields): PreparedRequest['body'] {
  if (content instanceof Uint8Array) return new Uint8Array(content)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the type of the call asks for bytes or an iterable of them
  return streamOf(content as AsyncIterable<Uint8Array>)
}

/** By hand, because not every browser makes a stream of an iterable. */
function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await iterator.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await iterator.return?.()
    },
  })
}

type Sent =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: Refused | Unreachable }

async function send(
  wire: Wire,
  route: WireRoute,
  request: PreparedRequest,
  options: CallOptions,
): Promise<Sent> {
  const { method } = route
  const { path, headers, body } = request
  let response: Response
  try {
    response = await wire.fetch(`${wire.server}${path}`, {
      method,
      headers: { ...headers, ...wire.identity.headers(method) },
      credentials: 'same-origin',
      redirect: route.answer === 'bytes' ? 'follow' : 'error',
      ...(body === undefined ? {} : { body }),
      ...(body instanceof ReadableStream ? { duplex: 'half' as const } : {}),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    if (!response.ok) return { ok: false, error: await refusalFrom(response, wire.server) }
    if (route.answer === 'bytes') return { ok: true, value: response }
    // Not checked again: the server checks its answers, and a newer one may say more than this client knows.
    const value: unknown = route.answer === 'nothing' ? null : await response.json()
    wire.identity.learn(response, value)
    return { ok: true, value }
  } catch (cause) {
    options.signal?.throwIfAborted()
    return {
      ok: false,
      error: new Unreachable(`${wire.server} cannot be reached: ${reasonOf(cause)}.`, { cause }),
    }
  }
}

/** `fetch` hides the reason one level down. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message !== ''
    ? error.cause.message
    : error.message
}

function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, fields[name]]))
}
