// Requests that nobody would write, at random but the same each time: none ends in a fault, and the server goes on.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, suite, test } from 'node:test'
import { isRaw, routes, shapeOf, type AnyRoute } from '@lockstep/contract'
import * as fc from 'fast-check'
import { createHttpServer } from '../src/http/server.ts'
import { startTestApi, type Caller, type TestApi } from '../testing/api.ts'
import { sendRaw } from '../testing/raw-http.ts'
import { until } from '../testing/until.ts'

const SEED = 20261125
/** As long as a name may be. */
const LONG_NAME = 'a-name-of-forty-letters-and-not-one-more'

let server: TestApi
let admin: Caller
before(async () => {
  server = await startTestApi()
  admin = await server.setUp()
})
after(() => server[Symbol.asyncDispose]())

async function assertAlive(): Promise<void> {
  assert.equal((await server.call('GET', '/v1/me', { as: admin })).status, 200)
}

const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '\0',
    '../../etc/passwd',
    "' OR 1=1 --",
    '$(id)',
    '${{ 7*7 }}',
    'x'.repeat(5_000),
  ),
  fc.constantFrom('run_01KA5XQ2000000000000000000', 'prj_01KA5XQ2000000000000000000', 'name'),
)
const values: fc.Arbitrary<unknown> = fc.oneof(
  words,
  fc.constantFrom(null, true, -1, 0, 1e308, 2 ** 53, [], {}, [[]], { name: 1 }),
  fc.array(words, { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 3 }),
)

/** A body with some of the fields of its route, and values that may be anything. */
function bodyFor(route: AnyRoute): fc.Arbitrary<Record<string, unknown>> {
  const fields = isRaw(route.body) ? [] : Object.keys(shapeOf(route.body))
  const known = Object.fromEntries(fields.map((field) => [field, values]))
  return fc.record(known, { requiredKeys: [] })
}

suite('odd requests', () => {
  const changing = Object.entries(routes).filter(
    // Signing out would make all that follows the requests of a stranger.
    ([, { method, path }]) => method !== 'GET' && path !== '/v1/sessions/current',
  )
  for (const [name, route] of changing) {
    test(`to ${name} are answered below 500`, async () => {
      for (const body of fc.sample(bodyFor(route), { seed: SEED, numRuns: 6 })) {
        const path = route.path.replaceAll(/\{\w+\}/g, 'run_01KA5XQ2000000000000000000')
        const text = JSON.stringify(body)
        const as = admin
        const headers = { 'if-match': '"v1"' }
        const input = route.method === 'DELETE' ? { as } : { as, headers, body: text }
        const answered = await server.call(route.method, path, input)
        assert.ok(answered.status < 500, `${text} was answered with ${answered.text}`)
      }
    })
  }

  test('are not told back whole', async () => {
    const body = { name: 'car', title: 'Car', ['a'.repeat(10_000)]: 1 }
    const refused = await server.call('POST', '/v1/projects', { as: admin, body })
    assert.equal(refused.body.code, 'unknown_field')
    assert.match(refused.body.detail, /^"a{99}…" \(of 10002 characters\) is not known in the body/)
  })

  test('in addresses and in queries are answered below 500', async () => {
    const odd = fc.sample(words, { seed: SEED, numRuns: 40 }).map(encodeSafely)
    const paths = odd.flatMap((word) => [
      `/v1/projects/${word}`,
      `/v1/runs?name=${word}`,
      `/${word}`,
    ])
    for (const path of [...paths, '/v1/projects/%00', '/v1/runs?after=%00', '/v1/%ff%fe']) {
      const { statuses } = await sendRaw(
        server.url,
        `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: ${admin.headers['cookie']}\r\n\r\n`,
      )
      assert.ok(statuses.length === 1 && (statuses[0] ?? 500) < 500, `${path}: ${statuses.join()}`)
    }
    await assertAlive()
  })

  test('of bytes that are no HTTP are answered with 400, or not at all', async () => {
    for (const bytes of fc.sample(fc.uint8Array({ minLength: 1, maxLength: 300 }), {
      seed: SEED,
      numRuns: 25,
    })) {
      const { statuses } = await sendRaw(server.url, bytes, '\r\n\r\n')
      assert.ok(
        statuses.every((status) => status === 400 || status === 431),
        statuses.join(),
      )
    }
    await assertAlive()
  })

  test('that never end keep nobody waiting', async () => {
    const heads = [
      'GET /v1/me HTTP/1.1\r\nhost: x\r\nx-slow: ',
      'POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"na',
    ]
    const { hostname, port } = new URL(server.url)
    const slow: Socket[] = []
    for (let n = 0; n < 200; n += 1) {
      const socket = connect({ host: hostname, port: Number(port) })
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      socket.write(heads[n % heads.length] ?? '')
      slow.push(socket)
    }
    for (let n = 0; n < 20; n += 1) await assertAlive()
    for (const socket of slow) socket.destroy()
  })
})

/** What the server answers when its patience ends with a connection on which this was sent. */
async function sendLate(sent: string): Promise<string> {
  const quiet = (): void => undefined
  const app = createHttpServer({
    routes: {},
    page: undefined,
    isHttps: false,
    trustedProxies: [],
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    metrics: { request: quiet, streams: quiet },
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
  app.server.once('connection', (socket: Socket) => {
    void until('it has come', () => socket.bytesRead === sent.length).then(() =>
      app.server.emit('clientError', late, socket),
    )
  })
  try {
    return (await sendRaw(url, sent)).text
  } finally {
    await app.close()
  }
}

suite('a connection that is too slow', () => {
  test('ends without a word when nothing was asked on it: a browser would take one for the answer to what it asks next', async () => {
    assert.equal(await sendLate(''), '')
  })

  test('is told so when its request has begun, and may send it again', async () => {
    const answered = await sendLate('GET /v1/me HTTP/1.1\r\nhost: x\r\n')
    assert.match(answered, /^HTTP\/1\.1 408 .*"code":"request_too_slow"/s)
  })
})

suite('names and titles', () => {
  test('of forty letters and of all scripts are kept letter by letter', async () => {
    const title = 'Wägelchen 🚗 «№ 1» 東京 مرحبا 👩‍🚀'
    const made = await server.call('POST', '/v1/projects', {
      as: admin,
      body: { name: LONG_NAME, title },
    })
    assert.equal(made.status, 201, made.text)
    const read = await server.call('GET', `/v1/projects/${made.body.id}`, { as: admin })
    assert.deepEqual([read.body.name, read.body.title], [LONG_NAME, title])
    const longer = { name: `${LONG_NAME}x`, title }
    const refused = await server.call('POST', '/v1/projects', { as: admin, body: longer })
    assert.deepEqual([refused.status, refused.body.code], [400, 'invalid_field'])
    assert.match(refused.text, /\\"name\\" in the body is not acceptable: 40 characters at most\./)
  })

  test('lose the blanks at their ends', async () => {
    const made = await server.call('POST', '/v1/projects', {
      as: admin,
      body: { name: 'shop-of-blanks', title: '  Shop of  blanks \u00a0' },
    })
    assert.deepEqual([made.status, made.body.title], [201, 'Shop of  blanks'])
  })

  test('are refused with the form that is wanted', async () => {
    const cases = [
      ['/v1/projects', { name: 'Big Shop', title: 'x' }, /use lower-case letters and digits/],
      ['/v1/agents/enrolments', { name: 'a b', labels: [] }, /single dots or hyphens/],
      ['/v1/agents/enrolments', { name: 'a', labels: ['B!'] }, /single hyphens between/],
      ['/v1/users', { name: 'qa', title: 'x', email: 'nobody' }, /an address such as/],
      [
        '/v1/projects',
        { name: 'shop', title: 'Shop \u202epohs' },
        /use signs that are seen; one turns/,
      ],
      ['/v1/projects', { name: 'shop', title: 'Shop\u200b' }, /use signs that are seen; one turns/],
      ['/v1/projects', { name: 'shop', title: ' ' }, /use signs that are seen, not blanks alone/],
      ['/v1/tokens', { name: ' ', permissions: ['run.read'] }, /not blanks alone/],
      ['/v1/grants', { subject: 'usr_x', role: 'viewer' }, /use an id as lists show it, usr_ and/],
      [
        '/v1/tokens',
        { name: 'x', permissions: ['run.strat'] },
        /"run.strat\\" is none of the \d+ that there are\. Did you mean \\"run\.start/,
      ],
      ['/v1/tokens', { name: 'x', permissions: [] }, /1 entry at least/],
      ['/v1/projects', { name: 7, title: 'x' }, /a value of the type string is needed/],
    ] as const
    for (const [path, body, form] of cases) {
      const refused = await server.call('POST', path, { as: admin, body })
      assert.deepEqual([refused.status, refused.body.code], [400, 'invalid_field'], path)
      assert.match(refused.text, form)
    }
  })
})

/** Lone surrogates cannot be escaped; they cannot be sent either. */
function encodeSafely(word: string): string {
  return encodeURIComponent(word.toWellFormed())
}
