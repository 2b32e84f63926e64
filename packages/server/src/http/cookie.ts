import { DEVICE_COOKIE, SESSION_COOKIE } from '@lockstep/contract'

const SECRET = /^[A-Za-z0-9_-]{43}$/
const DEVICE_LIFE_S = 365 * 24 * 3600

/** The secret in a cookie of this name; undefined when there is none, more than one, or something else. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  const values = header
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1))
  const [value] = values
  return values.length === 1 && value !== undefined && SECRET.test(value) ? value : undefined
}

/** Cookies of a session that was just opened. `__Host-`: this host only, https or loopback only, not for scripts. */
export function sessionCookies(session: {
  readonly secret: string
  readonly deviceSecret: string
}): readonly string[] {
  return [
    `${SESSION_COOKIE}=${session.secret}; Path=/; Secure; HttpOnly; SameSite=Lax`,
    `${DEVICE_COOKIE}=${session.deviceSecret}; Path=/; Max-Age=${DEVICE_LIFE_S}; Secure; HttpOnly; SameSite=Strict`,
  ]
}

/** Makes the browser forget the session; it still knows that the person has signed in here. */
export function endedSessionCookie(): string {
  return `${SESSION_COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax`
}
