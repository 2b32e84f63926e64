import { randomUUIDv7 } from 'node:crypto'
import { HOUR_MS, idOf, type Instant, type SessionId, type UserId } from '@lockstep/domain'
import type { Write } from '../../ports/write.ts'
import { hashSecret, makeSecret } from '../account/one-time-code.ts'

/** A session ends this long after signing in, however busy it is. */
export const SESSION_LIFE_MS = 12 * HOUR_MS
/** And after this long without a request. */
export const SESSION_IDLE_MS = HOUR_MS

/** What the browser is given. Only hashes of the secrets are kept. */
export interface OpenedSession {
  readonly id: SessionId
  readonly user: UserId
  readonly secret: string
  readonly deviceSecret: string
  readonly expiresAt: Instant
}

/** Opens a session with a secret that was never used before, and remembers the browser. */
export async function openSession(
  { people, origin }: Write,
  input: { readonly user: UserId; readonly deviceSecret: string | undefined },
): Promise<OpenedSession> {
  const secret = makeSecret()
  const deviceSecret = input.deviceSecret ?? makeSecret()
  const id = idOf('ses', randomUUIDv7())
  const session = await people.sessions.insert({
    id,
    user: input.user,
    secretHash: hashSecret(secret),
    address: origin.address,
    client: origin.client,
    lifeMs: SESSION_LIFE_MS,
  })
  await people.sessions.rememberDevice(input.user, hashSecret(deviceSecret))
  return { id, user: input.user, secret, deviceSecret, expiresAt: session.expiresAt }
}

/** The token that goes along with each change of a session; made from its secret, so nobody who has not got that can make it. */
export function csrfOf(sessionSecret: string): string {
  return hashSecret(`csrf ${sessionSecret}`).toString('base64url')
}
