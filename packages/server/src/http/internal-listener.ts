// Health and numbers for those who operate the server, on an address of their own.

import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

export interface InternalListenerSettings {
  readonly host: string
  readonly port: number
  /** The numbers of this process, and their media type. */
  readonly metrics: { readonly contentType: string; metrics(): Promise<string> }
  /** Why no requests should be sent here, as a sentence; undefined when they may. */
  readonly notReadyBecause: () => Promise<string | undefined>
}

export interface InternalListener extends AsyncDisposable {
  readonly port: number
}

/** Serves `/healthz` (the process answers), `/readyz` (it can work) and `/metrics`; nothing else, and nothing by name of a person. */
export async function startInternalListener(
  settings: InternalListenerSettings,
): Promise<InternalListener> {
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000 },
    (request, response) => {
      const send = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
        response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text)
      }
      reply(settings, request.method ?? '', request.url ?? '', send).catch((error: unknown) =>
        send(500, `${String(error)}\n`),
      )
    },
  )
  server.listen(settings.port, settings.host)
  await once(server, 'listening')
  return { port: portOf(server), [Symbol.asyncDispose]: () => close(server) }
}

async function reply(
  { metrics, notReadyBecause }: InternalListenerSettings,
  method: string,
  url: string,
  send: (status: number, text: string, type?: string) => void,
): Promise<void> {
  if (method !== 'GET') return send(405, 'Only GET.\n')
  if (url === '/healthz') return send(200, 'ok\n')
  if (url === '/metrics') return send(200, await metrics.metrics(), metrics.contentType)
  if (url !== '/readyz') return send(404, 'There are /healthz, /readyz and /metrics.\n')
  const reason = await notReadyBecause()
  return reason === undefined ? send(200, 'ready\n') : send(503, `${reason}\n`)
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}
