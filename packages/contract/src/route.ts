// What a route is. A route is a value; validation, access, client, command line and API description derive from it.

import * as z from 'zod/mini'
import type { Permission } from '@lockstep/domain'
import type { CommonProblem, ProblemCode, ProblemFields } from './problem.ts'

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof METHODS)[number]

/** Fields of a path, query or body, by name. Unknown ones are refused. */
export type Shape = Readonly<Record<string, z.core.$ZodType>>
/** No fields at all. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- that is what it is
type None = Record<never, never>
type Strict<S extends Shape> = z.ZodMiniObject<S, z.core.$strict>

/** A body or an answer that is not JSON: streamed as it is, with this media type. */
export interface Raw {
  readonly raw: string
}

/** Says that a body or answer is bytes of this media type, streamed and never held in memory. */
export function raw(mediaType: string): Raw {
  return { raw: mediaType }
}

/**
 * On what the permission is decided: the whole system; the caller alone; every place that the caller's rights reach (lists);
 * or the thing that a field names by its id. A query field that was left out means every place in reach,
 * a body field that is null means the system.
 */
export type ObjectSource<P extends Shape, Q extends Shape, B> =
  | 'system'
  | 'self'
  | 'reach'
  | `params.${keyof P & string}`
  | `query.${keyof Q & string}`
  | (B extends Shape ? `body.${keyof B & string}` : never)

/** Who may call: a permission on the object; anybody who is signed in; or anybody at all (few, listed in a reviewed test). */
export type RoutePermission = Permission | 'signed_in' | 'public'

export interface RouteInput<
  P extends Shape,
  Q extends Shape,
  B extends Shape | Raw,
  R extends z.core.$ZodType | Raw | null,
  E extends ProblemCode,
> {
  readonly method: Method
  /** `/v1/gates/{gate}`: each `{name}` stands in `params`. */
  readonly path: `/v1/${string}`
  /** An imperative phrase for people: "Pause a run". */
  readonly summary: string
  readonly permission: RoutePermission
  readonly object: ObjectSource<P, Q, B>
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  /** null: nothing (204). */
  readonly response: R
  readonly status?: 200 | 201 | 202
  /** What this route refuses beside `COMMON_PROBLEMS`. */
  readonly errors: readonly E[]
  /** `If-Match` with the version that the caller has seen is needed. Default for PATCH. */
  readonly conditional?: boolean
  /** The answer holds a secret: a repetition with the same idempotency key is told that it was done, and no more. */
  readonly secretAnswer?: boolean
  /** The body holds a secret: nothing of it is kept under an idempotency key, not even a digest. */
  readonly secretBody?: boolean
  /** Needs a person in a browser or terminal session; a token of theirs is not enough. */
  readonly personOnly?: boolean
  /** Bytes of body at most; 1 MiB when absent. */
  readonly bodyLimit?: number
}

export interface Route<
  P extends Shape = Shape,
  Q extends Shape = Shape,
  B extends Shape | Raw = Shape | Raw,
  R extends z.core.$ZodType | Raw | null = z.core.$ZodType | Raw | null,
  E extends ProblemCode = ProblemCode,
> {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly permission: RoutePermission
  readonly object: string
  readonly params: Strict<P>
  readonly query: Strict<Q>
  readonly body: B extends Shape ? Strict<B> : B
  readonly response: R
  readonly status: number
  readonly errors: readonly E[]
  readonly conditional: boolean
  readonly secretAnswer: boolean
  readonly secretBody: boolean
  readonly personOnly: boolean
  readonly bodyLimit: number
}

export const BODY_LIMIT = 1024 * 1024

/**
 * Declares a route. To add one: (1) declare it in `routes/<noun>.ts`: `export const pauseRun = route({ method: 'POST',
 * path: '/v1/runs/{run}/pause', summary: 'Pause a run', permission: 'run.control', object: 'params.run',
 * params: { run: idSchema('run') }, response: Run, errors: ['wrong_state'] })`; (2) add its file to `routes.ts`;
 * (3) write the handler in the server under the same name, or it does not compile; (4) add its row to `access-matrix.ts`, or that
 * test fails; (5) new refusals get a line in `problem.ts`. Fields of path, query and body have different names, because
 * a client passes them as one object; a route that breaks one of these rules does not start.
 */
export function route<
  const P extends Shape = None,
  const Q extends Shape = None,
  const B extends Shape | Raw = None,
  R extends z.core.$ZodType | Raw | null = null,
  const E extends ProblemCode = never,
>(input: RouteInput<P, Q, B, R, E>): Route<P, Q, B, R, E> {
  const params = z.strictObject(input.params ?? {})
  const query = z.strictObject(input.query ?? {})
  const body = isRaw(input.body) ? input.body : z.strictObject(input.body ?? {})
  assertConsistent(input, Object.keys(input.params ?? {}), [
    ...Object.keys(input.query ?? {}),
    ...(isRaw(input.body) ? ['content'] : Object.keys(input.body ?? {})),
  ])
  const made = {
    ...input,
    params,
    query,
    body,
    status: input.status ?? (input.response === null ? 204 : 200),
    conditional: input.conditional ?? input.method === 'PATCH',
    secretAnswer: input.secretAnswer ?? false,
    secretBody: input.secretBody ?? false,
    personOnly: input.personOnly ?? false,
    bodyLimit: input.bodyLimit ?? BODY_LIMIT,
  }
  // The defaults above fill absent shapes with `{}`, which is what their type parameters then are.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return made as unknown as Route<P, Q, B, R, E>
}

export function isRaw(part: unknown): part is Raw {
  return typeof part === 'object' && part !== null && 'raw' in part && typeof part.raw === 'string'
}

/** The names in braces of a path, in order. */
export function pathFields(path: string): readonly string[] {
  return [...path.matchAll(/\{([a-zA-Z]+)\}/g)].map(([, name]) => name ?? '')
}

function assertConsistent(
  {
    method,
    path,
    permission,
    object,
  }: { method: Method; path: string; permission: string; object: string },
  params: readonly string[],
  others: readonly string[],
): void {
  const fail = (rule: string): never => {
    throw new Error(`Route ${method} ${path}: ${rule}`)
  }
  if (pathFields(path).toSorted().join() !== params.toSorted().join()) {
    fail('`params` and the braces of the path name different fields')
  }
  if (new Set([...params, ...others]).size < params.length + others.length) {
    fail('a field name stands in two of path, query and body')
  }
  if (permission === 'public' || permission === 'signed_in') {
    if (object !== 'self') fail('without a permission the object is `self`')
    return
  }
  if (object === 'self') fail('a permission needs an object')
  const field = /^(params|query|body)\.(.+)$/.exec(object)?.[2]
  if (field !== undefined && !params.includes(field) && !others.includes(field)) {
    fail(`the object field ${object} is not declared`)
  }
}

/** A route of any shape, as code that serves all of them sees it. */
export interface AnyRoute {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly permission: RoutePermission
  readonly object: string
  readonly params: z.core.$ZodType
  readonly query: z.core.$ZodType
  readonly body: z.core.$ZodType | Raw
  readonly response: z.core.$ZodType | Raw | null
  readonly status: number
  readonly errors: readonly ProblemCode[]
  readonly conditional: boolean
  readonly secretAnswer: boolean
  readonly secretBody: boolean
  readonly personOnly: boolean
  readonly bodyLimit: number
}
export type Routes = Readonly<Record<string, AnyRoute>>

type OutputOf<S> = S extends z.core.$ZodType ? z.output<S> : unknown
/** An object without fields would allow no other part's fields beside it. */
type InputOf<S> = S extends z.core.$ZodType
  ? string extends keyof z.input<S>
    ? unknown
    : z.input<S>
  : unknown

/** What a handler is given, already validated. A raw body arrives as a stream in the server's context. */
export interface RouteRequest<R extends AnyRoute> {
  readonly params: OutputOf<R['params']>
  readonly query: OutputOf<R['query']>
  readonly body: R['body'] extends Raw ? undefined : OutputOf<R['body']>
}

/** What a route answers when it does not refuse. */
export type RouteResult<R extends AnyRoute> = R['response'] extends null
  ? null
  : R['response'] extends Raw
    ? RawAnswer
    : OutputOf<R['response']>

/** Bytes as an answer; how they are made is the server's affair. */
export interface RawAnswer {
  readonly stream: AsyncIterable<Uint8Array>
  /** 200 when absent; 206 for a range. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Which problems a handler of this route may refuse with. */
export type RouteProblem<R extends AnyRoute> = R['errors'][number] | CommonProblem

export interface Refused<Code extends ProblemCode = ProblemCode> {
  readonly ok: false
  readonly code: Code
  /** For people: names the thing, the rule and the way out. */
  readonly detail: string
  readonly fields?: ProblemFields
  readonly retryAfterS?: number
}

export type Answer<R extends AnyRoute> =
  | {
      readonly ok: true
      readonly value: RouteResult<R>
      readonly headers?: Readonly<Record<string, string | readonly string[]>>
    }
  | Refused<RouteProblem<R>>

/** Answers with a value; headers are for cookies and the like. */
export function answer<Value>(
  value: Value,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): {
  readonly ok: true
  readonly value: Value
  readonly headers: Readonly<Record<string, string | readonly string[]>>
} {
  return { ok: true, value, headers }
}

/** Says no, with a sentence that names the thing, the rule and the way out. */
export function refused<Code extends ProblemCode>(
  code: Code,
  detail: string,
  fields: ProblemFields = {},
): Refused<Code> {
  return { ok: false, code, detail, fields }
}

/** One handler per route, under the route's name: a route without a handler does not compile. */
export type Handlers<R extends Routes, Context> = {
  readonly [Name in keyof R]: (
    request: RouteRequest<R[Name]>,
    context: Context,
  ) => Promise<Answer<R[Name]>>
}

/** What a client passes: the fields of path, query and body in one object. A raw body is `content`. */
export type ClientInput<R extends AnyRoute> = InputOf<R['params']> &
  InputOf<R['query']> &
  (R['body'] extends Raw
    ? { readonly content: AsyncIterable<Uint8Array> | Uint8Array }
    : InputOf<R['body']>)
