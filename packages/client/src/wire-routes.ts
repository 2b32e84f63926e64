// What a client has to know of a route to call it: less than the contract says, and without its schemas. The page carries only this.

import { isRaw, shapeOf, type AnyRoute, type Method, type Routes } from '@lockstep/contract'

export interface WireRoute {
  readonly method: Method
  readonly path: string
  /** Needs nobody who is signed in. */
  readonly isPublic: boolean
  /** Fields that stand in the address. */
  readonly query: readonly string[]
  /** The media type of bytes, or whether JSON is always sent. */
  readonly body: string | boolean
  readonly answer: 'json' | 'bytes' | 'nothing'
}

export type WireRoutes = Readonly<Record<string, WireRoute>>

/** The routes as a client needs them; JSON, so that it can be made before the page is. */
export function wireRoutes(routes: Routes): WireRoutes {
  return Object.fromEntries(Object.entries(routes).map(([name, route]) => [name, wireRoute(route)]))
}

function wireRoute({ method, path, permission, query, body, response }: AnyRoute): WireRoute {
  return {
    method,
    path,
    isPublic: permission === 'public',
    query: Object.keys(shapeOf(query)),
    body: isRaw(body) ? body.raw : Object.keys(shapeOf(body)).length > 0,
    answer: isRaw(response) ? 'bytes' : response === null ? 'nothing' : 'json',
  }
}
