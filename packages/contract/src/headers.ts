// Names, forms and times that client and server agree on beside the routes.

/** Repeating a POST with the same key gives the first answer again, for seven days. */
export const IDEMPOTENCY_KEY = 'idempotency-key'
export const IDEMPOTENCY_KEY_PATTERN = /^[A-Za-z0-9_-]{8,100}$/
export const IDEMPOTENCY_KEPT_DAYS = 7

/** Goes with each change that a browser session makes. */
export const CSRF_HEADER = 'lockstep-csrf'
export const SESSION_COOKIE = '__Host-lockstep'
/** Names the browser that a person has signed in with before; gives no right. */
export const DEVICE_COOKIE = '__Host-lockstep-device'
export const REQUEST_ID_HEADER = 'lockstep-request-id'

/** `"v12"`: the version of a thing as its `ETag`, and in `If-Match`. */
export function etagOf(version: number): string {
  return `"v${version}"`
}

/** The version in an `ETag` or `If-Match`, undefined when it has another form. */
export function versionOf(etag: string): number | undefined {
  const digits = /^"v([1-9]\d{0,8})"$/.exec(etag)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** An event stream writes at least a comment this often; a reader that hears nothing for two and a half of these reconnects. */
export const HEARTBEAT_MS = 2_000
