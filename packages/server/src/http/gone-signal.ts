import type { ServerResponse } from 'node:http'

/** Aborts when nobody listens for the answer any more; at once when its caller has already left. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  const leave = (): void => {
    if (!response.writableFinished) gone.abort()
  }
  // Who leaves while the request is still being read or authenticated has closed it before: that is not told again.
  if (response.closed) leave()
  else response.once('close', leave)
  return gone.signal
}
