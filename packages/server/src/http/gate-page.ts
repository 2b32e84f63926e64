// Where the link of a mail leads until the web page is there: a plain page that names the command. It decides nothing.

import { parseId } from '@lockstep/domain'
import type { FastifyInstance } from 'fastify'

/** Serves `/gates/{gate}` to everybody: it shows nothing of the gate, so a mail scanner may open it as often as it likes. */
export function registerGatePage(app: FastifyInstance): void {
  app.get<{ Params: { gate: string } }>('/gates/:gate', (request, reply) => {
    const gate = parseId('gat', request.params.gate)
    void reply
      .status(gate === undefined ? 404 : 200)
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(pageOf(gate))
    return reply
  })
}

function pageOf(gate: string | undefined): string {
  const words =
    gate === undefined
      ? '<h1>There is no such gate</h1>'
      : `<h1>A gate waits</h1>
<p>Look at what it lets through, and decide, on the command line:</p>
<pre>lockstep gate show ${gate}
lockstep gate approve ${gate}</pre>
<p>Opening this page decides nothing.</p>`
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lockstep</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>
<body>${words}</body></html>`
}
