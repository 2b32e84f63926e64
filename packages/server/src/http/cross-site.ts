// Keeps other sites from using a browser's session.

import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { CSRF_HEADER, refused, type Refused } from '@lockstep/contract'
import type { Principal } from './principal.ts'

/**
 * Refuses a change that another site could have made a browser send. A session needs this server's own `Origin` and
 * the token that only its page has been told; without a session (signing in) a foreign `Origin` is enough to refuse.
 */
export function refuseCrossSite(
  request: IncomingMessage,
  principal: Principal,
  origins: readonly string[],
): Refused<'cross_site'> | undefined {
  if (principal.kind === 'token') return undefined // Browsers do not send tokens by themselves.
  const { origin, 'sec-fetch-site': site } = request.headers
  const isForeign = site === 'cross-site' || site === 'same-site'
  if (isForeign || (origin !== undefined && !origins.includes(origin))) {
    return refused(
      'cross_site',
      `Changes come from ${origins[0] ?? 'this server'} only. Open Lockstep under that address.`,
    )
  }
  if (principal.kind === 'anonymous') return undefined
  if (origin === undefined)
    return refused('cross_site', 'A change in a session carries the header Origin.')
  if (!equal(String(request.headers[CSRF_HEADER] ?? ''), principal.csrf)) {
    return refused(
      'cross_site',
      `A change in a session carries the header ${CSRF_HEADER} with the value that signing in answered.`,
    )
  }
  return undefined
}

function equal(sent: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(sent), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}
