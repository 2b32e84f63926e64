// Turns a credential into a principal. A bearer token and a cookie never mix: whoever sends a token is judged by it alone.

import type { IncomingMessage } from 'node:http'
import { SESSION_COOKIE, refused, type Refused } from '@lockstep/contract'
import type { Credentials } from '../ports/people.ts'
import { hashSecret } from '../usecases/account/one-time-code.ts'
import { csrfOf } from '../usecases/session/open-session.ts'
import { parseTokenText } from '../usecases/token/token-text.ts'
import { readCookie } from './cookie.ts'
import { ANONYMOUS, type Principal } from './principal.ts'

type Authenticated =
  | { readonly ok: true; readonly principal: Principal }
  | Refused<'not_signed_in' | 'token_expired' | 'token_not_from_here'>

const SIGN_IN = refused(
  'not_signed_in',
  'This needs a session or an API token. Sign in first: lockstep login',
)

/**
 * Who sends this request. Without any credential: nobody, which only public routes take. `address` is that of the connection,
 * or what a proxy that is trusted by the settings says; nothing else in the request names one.
 */
export async function authenticate(
  credentials: Credentials,
  request: IncomingMessage,
  address: string,
): Promise<Authenticated> {
  const bearers = valuesOf(request, 'authorization')
  if (bearers.length > 0) return byToken(credentials, bearers, address)
  const secret = readCookie(request.headers.cookie, SESSION_COOKIE)
  if (secret === undefined) return { ok: true, principal: ANONYMOUS }
  const found = await credentials.bySession(hashSecret(secret))
  if (found === undefined) return { ok: true, principal: ANONYMOUS } // An ended session is no session.
  const { user, name, session, grants, waiting } = found
  return {
    ok: true,
    principal: {
      kind: 'person',
      user,
      name,
      session,
      csrf: csrfOf(secret),
      rights: { grants, token: null },
      waiting,
    },
  }
}

async function byToken(
  credentials: Credentials,
  headers: readonly string[],
  address: string,
): Promise<Authenticated> {
  const text =
    headers.length === 1 ? /^Bearer ([A-Za-z0-9_]{1,200})$/.exec(headers[0] ?? '')?.[1] : undefined
  const parsed = text === undefined ? undefined : parseTokenText(text)
  if (text === undefined || parsed === undefined) return SIGN_IN
  const found = await credentials.byToken(parsed.id, hashSecret(text), address)
  if (found === undefined) {
    return refused(
      'token_expired',
      'This token has expired, was revoked, or its owner is disabled. Make a new one: lockstep token create',
    )
  }
  if (found === 'not_from_here') {
    return refused(
      'token_not_from_here',
      `This token does not work from ${address}. Its owner sees from where it does: lockstep token list`,
      { address },
    )
  }
  const { token, owner, ownerName, grants, permissions, project, environment } = found
  const rights = { grants, token: { permissions, project, environment } }
  return {
    ok: true,
    principal: {
      kind: 'token',
      token,
      owner,
      name: ownerName,
      limits: found,
      rights,
    },
  }
}

/** All values of a header as they were sent; Node keeps only the first of some. */
export function valuesOf(request: IncomingMessage, name: string): readonly string[] {
  const { rawHeaders } = request
  return rawHeaders.flatMap((text, at) =>
    at % 2 === 0 && text.toLowerCase() === name ? [rawHeaders[at + 1] ?? ''] : [],
  )
}
