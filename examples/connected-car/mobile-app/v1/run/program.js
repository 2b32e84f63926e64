// The outside of every program of the product: one HTTP port that also says which bits are running.
import { createServer } from 'node:http'
import { COMPONENT_FOLDER, locate } from './host.js'
import { treeDigest } from './tree-digest.js'

const BODY_BYTES_MAX = 64 * 1024
const HEARTBEAT_MS = 15_000
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"

/** An answer of "no" with its HTTP status; its message is shown to the caller. */
export class Refused extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/** The request's body as JSON. Refuses what is too long or is not JSON. */
export async function readJson(request) {
  const chunks = []
  let sizeBytes = 0
  for await (const chunk of request) {
    sizeBytes += chunk.length
    if (sizeBytes > BODY_BYTES_MAX)
      throw new Refused(413, `At most ${BODY_BYTES_MAX} bytes are taken.`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new Refused(400, 'The body is not JSON.')
  }
}

/**
 * An HTTP server of `'METHOD /path/:name'` → answer. An answer gets `{ request, url, params }` and gives
 * `{ json, status? }`, `{ html }`, or `{ follow: (send) => stop }` for server-sent events.
 */
export function createProgramServer(routes) {
  const table = Object.entries(routes).map(([route, answer]) => {
    const [method, pathname] = route.split(' ')
    return { method, pattern: new URLPattern({ pathname }), answer }
  })
  return createServer(async (request, response) => {
    try {
      const url = new URL(request.url, 'http://program')
      const here = table.filter(({ pattern }) => pattern.test(url.href))
      if (here.length === 0) throw new Refused(404, `There is nothing at ${url.pathname}.`)
      const route = here.find(({ method }) => method === request.method)
      if (route === undefined)
        throw new Refused(405, `${request.method} is not for ${url.pathname}.`)
      const params = route.pattern.exec(url.href).pathname.groups
      write(request, response, await route.answer({ request, url, params }))
    } catch (error) {
      if (!(error instanceof Refused)) process.stderr.write(`${error.stack}\n`)
      const status = error.status ?? 500
      write(request, response, {
        status,
        json: { error: status === 500 ? 'The program failed; see its log.' : error.message },
      })
    }
  })
}

function write(request, response, answer) {
  if (answer.follow !== undefined) return writeEvents(request, response, answer.follow)
  if (answer.html !== undefined) {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_POLICY,
    })
    response.end(answer.html)
    return
  }
  response.writeHead(answer.status ?? 200, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
  })
  response.end(`${JSON.stringify(answer.json)}\n`)
}

function writeEvents(request, response, follow) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write(': hello\n\n')
  const stop = follow((value) => response.write(`data: ${JSON.stringify(value)}\n\n`))
  const heartbeat = setInterval(() => response.write(': alive\n\n'), HEARTBEAT_MS)
  request.once('close', () => {
    clearInterval(heartbeat)
    stop()
  })
}

/**
 * Runs the program of this folder until TERM: `compose` is given `{ env, identity }` and gives
 * `{ routes, isHealthy?, close? }`. `/version` proves which bits run: the digest is taken from the
 * program's own files when it starts.
 */
export async function runProgram(compose) {
  const place = locate()
  const identity = {
    component: place.name,
    version: place.version,
    sha256: treeDigest(COMPONENT_FOLDER),
    pid: process.pid,
    startedAt: new Date().toISOString(),
  }
  const {
    routes,
    isHealthy = () => true,
    close = () => {},
  } = await compose({
    env: process.env,
    identity,
    state: place.state,
  })
  const server = createProgramServer({
    ...routes,
    'GET /version': () => ({ json: identity }),
    'GET /healthz': async () => {
      const healthy = await isHealthy()
      return { status: healthy ? 200 : 503, json: { healthy } }
    },
  })
  const end = async () => {
    server.close()
    server.closeAllConnections()
    await close()
    process.exit()
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  await new Promise((listening, failed) => {
    server.once('error', failed)
    server.listen(place.port, place.address, listening)
  })
  process.stdout.write(`${place.name} ${place.version} ${identity.sha256} on port ${place.port}\n`)
}
