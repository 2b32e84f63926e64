// How a client shows who it is. In a browser the cookie travels by itself; elsewhere it is kept here.

import { CSRF_HEADER } from '@lockstep/contract'

/** A session that can be kept and used again by another process of the same person. */
export interface KeptSession {
  readonly cookies: Readonly<Record<string, string>>
  readonly csrf: string | undefined
}

export interface Identity {
  headers(method: string): Readonly<Record<string, string>>
  /** Learns cookies and the token against other sites from an answer. */
  learn(response: Response, body: unknown): void
  /** The session as it is now; undefined when there is none, or when the browser keeps it. */
  kept(): KeptSession | undefined
}

/** Sends this API token with every request. */
export function tokenIdentity(token: string): Identity {
  const headers = { authorization: `Bearer ${token}` }
  return { headers: () => headers, learn: () => undefined, kept: () => undefined }
}

/** Keeps the session that signing in opens, or goes on with a kept one. */
export function sessionIdentity(server: string, kept?: KeptSession): Identity {
  const cookies = new Map(Object.entries(kept?.cookies ?? {}))
  let { csrf } = kept ?? {}
  const inBrowser = 'document' in globalThis
  return {
    headers(method) {
      const changing =
        method === 'GET'
          ? {}
          : {
              ...(csrf === undefined ? {} : { [CSRF_HEADER]: csrf }),
              ...(inBrowser ? {} : { origin: new URL(server).origin }),
            }
      if (inBrowser || cookies.size === 0) return changing
      return {
        ...changing,
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      }
    },
    learn(response, body) {
      for (const text of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? []
        if (value === '') cookies.delete(name)
        else cookies.set(name, value)
      }
      if (
        typeof body === 'object' &&
        body !== null &&
        'csrf' in body &&
        typeof body.csrf === 'string'
      )
        csrf = body.csrf
    },
    kept() {
      return cookies.size === 0 ? undefined : { cookies: Object.fromEntries(cookies), csrf }
    },
  }
}
