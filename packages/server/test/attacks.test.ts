import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { isRaw, pathFields, routes, shapeOf } from '@lockstep/contract'
import { startTestApi, type Caller, type TestApi } from '../testing/api.ts'
import { FIXTURES } from '../testing/fixtures.ts'
import { request, sendRaw } from '../testing/raw-http.ts'
import { until } from '../testing/until.ts'

let server: TestApi
let admin: Caller & { readonly id: string }
let project: string

before(async () => {
  server = await startTestApi()
  admin = await server.setUp()
  project = (
    await server.call('POST', '/v1/projects', {
      as: admin,
      body: { name: 'embedded', title: 'Embedded' },
    })
  ).body.id
  const group = await server.call('POST', '/v1/groups', {
    as: admin,
    body: { name: 'qa', title: 'QA' },
  })
  const second = await server.person(admin, 'second-owner')
  const account = await server.call('POST', '/v1/service-accounts', {
    as: admin,
    body: { project, name: 'builds', title: 'Builds', owners: [admin.id, second.id] },
  })
  there
    .set('project', project)
    .set('user', admin.id)
    .set('group', group.body.id)
    .set('account', account.body.id)
    // Not there; but any id has the form of one, so it is looked for when the body is in order.
    .set('fault', admin.id)
})
after(() => server[Symbol.asyncDispose]())

/** Things that are there, by the names of path fields; others get an id of a thing that is not. */
const there = new Map<string, string>()

/** Where a route is. */
function addressOf(path: string): string {
  return path.replaceAll(
    /\{(\w+)\}/g,
    (_, field: string) => there.get(field) ?? 'run_01KA5XQ2000000000000000000',
  )
}

const protectedRoutes = Object.values(routes).filter(({ permission }) => permission !== 'public')

suite('without a credential (ATK-01)', () => {
  for (const { method, path } of protectedRoutes) {
    test(`${method} ${path} answers 401`, async () => {
      const { status, body } = await server.call(
        method,
        addressOf(path),
        method === 'GET' || method === 'DELETE' ? {} : { body: {} },
      )
      assert.deepEqual([status, body.code], [401, 'not_signed_in'])
    })
  }
})

suite('another way of writing an address (ATK-02)', () => {
  const ways: readonly ((path: string) => string)[] = [
    (path) => `/${path}`,
    (path) => path.replace('/v1/', '//v1//'),
    (path) => `${path}/`,
    (path) => path.replace('/v1/u', '/v1/%75'),
    (path) => path.replaceAll('/', '%2f'),
    (path) => `${path}/%2e%2e/`,
    (path) => `/x/..${path}`,
    (path) => `/v1/setup/..${path.slice(3)}`,
    (path) => `${path};.jsp`,
    (path) => `${path};a=b`,
    (path) => path.toUpperCase(),
    (path) => `/nowhere?path=${path};.jsp`,
    (path) => `${path}#setup`,
    (path) => `${path}%00`,
    (path) => `${path}%20`,
    (path) => `http://x${path}`,
  ]
  for (const way of ways) {
    test(`${way('/v1/users')} opens nothing`, async () => {
      for (const method of ['GET', 'POST']) {
        const { statuses } = await sendRaw(
          server.url,
          request(
            method,
            way('/v1/users'),
            ['content-type: application/json'],
            method === 'POST' ? '{}' : '',
          ),
        )
        assert.ok(
          statuses.length === 1 && [400, 401, 404].includes(statuses[0] ?? 0),
          `${method}: ${statuses.join()}`,
        )
      }
    })
  }
  for (const header of [
    'x-original-url: /v1/setup',
    'x-rewrite-url: /v1/setup',
    'x-http-method-override: POST',
    'x-forwarded-prefix: /v1/setup',
    'x-forwarded-user: admin',
  ]) {
    test(`the header ${header} changes nothing`, async () => {
      const { statuses } = await sendRaw(server.url, request('GET', '/v1/users', [header]))
      assert.deepEqual(statuses, [401])
    })
  }
})

suite('credentials that are none (ATK-03, ATK-04)', () => {
  const rsa = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.'
  const wrong: readonly (readonly string[])[] = [
    ['Bearer nothing'],
    ['Bearer '],
    ['Bearer null'],
    ['bearer'],
    ['Basic OnB3'],
    ['Bearer a', 'Bearer b'],
    [`Bearer ${rsa}`],
    [
      'Bearer lsk_usr_01KA5XQ2000000000000000000_0000000000000000000000000000000000000000000_00000000',
    ],
  ]
  for (const values of wrong) {
    test(`Authorization: ${values.join(' and ')} answers 401`, async () => {
      const { statuses } = await sendRaw(
        server.url,
        request(
          'GET',
          '/v1/me',
          values.map((value) => `authorization: ${value}`),
        ),
      )
      assert.deepEqual(statuses, [401])
    })
  }

  test('a good session beside a bad token counts for nothing', async () => {
    const { status } = await server.call('GET', '/v1/me', {
      as: admin,
      headers: { authorization: 'Bearer nothing' },
    })
    assert.equal(status, 401)
  })

  test('a token in the cookie and a session secret as token are neither', async () => {
    const made = await server.call('POST', '/v1/tokens', {
      as: admin,
      body: { name: 'x', permissions: ['project.read'] },
    })
    const secret: string = made.body.secret
    assert.equal(
      (await server.call('GET', '/v1/me', { headers: { authorization: `Bearer ${secret}` } }))
        .status,
      200,
    )
    assert.equal(
      (await server.call('GET', '/v1/me', { headers: { cookie: `__Host-lockstep=${secret}` } }))
        .status,
      401,
    )
    const session = /__Host-lockstep=([^;]+)/.exec(admin.headers['cookie'] ?? '')?.[1]
    assert.equal(
      (await server.call('GET', '/v1/me', { headers: { authorization: `Bearer ${session}` } }))
        .status,
      401,
    )
    assert.equal(
      (
        await server.call('GET', '/v1/me', {
          headers: { cookie: `__Host-lockstep=${session}; __Host-lockstep=${session}x` },
        })
      ).status,
      401,
    )
  })

  test('a token is dead with its revocation, its expiry and its owner', async () => {
    const ada = await server.person(admin, 'token-ada')
    const make = async () =>
      (
        await server.call('POST', '/v1/tokens', {
          as: ada,
          body: { name: 'x', permissions: ['project.read'] },
        })
      ).body
    const use = async ({ secret }: { secret: string }) =>
      (await server.call('GET', '/v1/me', { headers: { authorization: `Bearer ${secret}` } }))
        .status
    const [revoked, expired, left] = [await make(), await make(), await make()]
    assert.equal(await use(revoked), 200)
    await server.call('DELETE', `/v1/tokens/${revoked.token.id}`, { as: ada })
    assert.equal(await use(revoked), 401)
    await server.database.pool.query(
      `UPDATE tokens SET expires_at = now() - interval '1 second' WHERE name = 'x' AND revoked_at IS NULL AND id = (SELECT max(id::text)::uuid FROM tokens WHERE user_id = (SELECT id FROM users WHERE name = 'token-ada') AND id::text < (SELECT max(id::text) FROM tokens WHERE user_id = (SELECT id FROM users WHERE name = 'token-ada')))`,
    )
    assert.equal(await use(expired), 401)
    assert.equal(await use(left), 200)
    await server.call('PATCH', `/v1/users/${ada.id}`, {
      as: admin,
      headers: { 'if-match': '"v1"' },
      body: { disabled: true },
    })
    assert.equal(await use(left), 401)
    assert.equal((await server.call('GET', '/v1/me', { as: ada })).status, 401)
  })
})

suite('after the setup (ATK-05)', () => {
  const code = 'fs_0000000000000000000000000000000000000000000000000000'
  for (const [method, path] of [
    ['POST', '/v1/setup'],
    ['POST', '/v1/setup/admin'],
    ['PUT', '/v1/setup/complete=false'],
    ['GET', '/setup/admin'],
  ] as const) {
    test(`${method} ${path} is not there`, async () => {
      const body = {
        code,
        name: 'eve',
        email: 'eve@example.test',
        password: 'seven kettles under a bridge',
      }
      assert.equal((await server.call(method, path, method === 'GET' ? {} : { body })).status, 404)
    })
  }
})

suite('saying it in two places (ATK-07)', () => {
  const bodies = [
    '{"title":"T","project":"x"}',
    '{"title":"T","title":"U"}',
    '{"title":"T","tit\\u006ce":"U"}',
  ]
  for (const body of bodies) {
    test(`${body} is refused`, async () => {
      const { status } = await server.call('PATCH', `/v1/projects/${project}`, {
        as: admin,
        headers: { 'if-match': '"v1"' },
        body,
      })
      assert.equal(status, 400)
      assert.equal(
        (await server.call('GET', `/v1/projects/${project}`, { as: admin })).body.title,
        'Embedded',
      )
    })
  }
  for (const query of ['?project=x', '?limit=1&limit=2', '?name=a&name=b', '?__proto__=1']) {
    test(`${query} is refused`, async () => {
      assert.equal((await server.call('GET', `/v1/projects${query}`, { as: admin })).status, 400)
    })
  }
})

suite('more than was asked (ATK-09)', () => {
  const extras = [
    'role',
    'isAdmin',
    'status',
    'createdBy',
    'approvedBy',
    'approvals',
    'epoch',
    'digest',
    'id',
    'projectId',
    'version',
  ]
  const changing = protectedRoutes.filter(
    ({ method, body }) => (method === 'POST' || method === 'PATCH') && !isRaw(body),
  )
  for (const field of extras) {
    test(`${field} is an unknown property everywhere it is not asked for`, async () => {
      let asked = 0
      for (const { path, method, body } of changing) {
        if (isRaw(body) || field in shapeOf(body)) continue
        const answered = await server.call(method, addressOf(path), {
          as: admin,
          headers: { 'if-match': '"v1"' },
          body: { [field]: 'x' },
        })
        const isThere = pathFields(path).every((name) => there.has(name))
        const expected = isThere ? 'unknown_field' : 'not_found'
        assert.equal(answered.body.code, expected, `${method} ${path}`)
        asked += 1
      }
      assert.ok(asked > 8)
    })
  }
})

/** A caller who shows this token. */
function bearer({ secret }: { readonly secret: string }): Caller {
  return { headers: { authorization: `Bearer ${secret}` } }
}

/** An environment of the project. */
async function newEnvironment(): Promise<string> {
  const make = FIXTURES['environment']
  assert.ok(make)
  return make({ server, project, made: new Map() })
}

suite('a token with limits (CTL-09)', () => {
  const make = async (on: TestApi, as: Caller, body: object) =>
    on.call('POST', '/v1/tokens', {
      as,
      body: { name: 'limited', permissions: ['environment.read'], ...body },
    })

  test('it works from its addresses only, and no header moves it there', async () => {
    const here = (await make(server, admin, { from: ['::1', '127.0.0.0/8'] })).body
    const elsewhere = (await make(server, admin, { from: ['10.0.0.0/8', '2001:db8::/32'] })).body
    assert.equal((await server.call('GET', '/v1/me', { as: bearer(here) })).status, 200)
    for (const headers of [
      {},
      { 'x-forwarded-for': '10.0.0.1' },
      { 'x-real-ip': '10.0.0.1' },
      { forwarded: 'for=10.0.0.1' },
    ]) {
      const refused = await server.call('GET', '/v1/me', { as: bearer(elsewhere), headers })
      assert.deepEqual([refused.status, refused.body.code], [403, 'token_not_from_here'])
      assert.match(refused.body.detail, /^This token does not work from 127\.0\.0\.1\. /)
      assert.doesNotMatch(refused.text, /10\.0\.0/)
    }
    const { items } = (await server.call('GET', '/v1/tokens?limit=200', { as: admin })).body
    const used = (id: string) => items.find((one: { id: string }) => one.id === id).lastUsedAt
    assert.deepEqual([used(elsewhere.token.id), used(here.token.id) === null], [null, false])
  })

  test('behind a proxy that is trusted the address counts that the proxy has seen', async () => {
    await using behind = await startTestApi({ trustedProxies: ['127.0.0.1'] })
    const as = bearer((await make(behind, await behind.setUp(), { from: ['10.0.0.0/8'] })).body)
    const from = async (seen: string) =>
      (await behind.call('GET', '/v1/me', { as, headers: { 'x-forwarded-for': seen } })).status
    assert.equal(await from('10.1.2.3'), 200)
    assert.equal(await from('::ffff:10.1.2.3'), 200)
    assert.equal(await from('192.0.2.9'), 403)
    assert.equal(await from('10.1.2.3, 192.0.2.9'), 403) // The first one is what the client said of itself.
    assert.equal(await from('unknown'), 403)
    assert.equal((await behind.call('GET', '/v1/me', { as })).status, 403)
  })

  test('a range that is none is refused with what is wanted', async () => {
    for (const range of ['10.0.0.0/33', '10.0.0.1/8', '10.0.0', 'office', '010.0.0.1', '']) {
      const made = await make(server, admin, { from: [range] })
      assert.deepEqual([made.status, made.body.code], [400, 'invalid_field'])
      assert.match(made.body.detail, /use an address or a range, such as 10\.0\.0\.0\/8/)
    }
  })

  test('one for an environment sees nothing else of the project', async () => {
    const line = await newEnvironment()
    const other = await newEnvironment()
    const as = bearer((await make(server, admin, { environment: line })).body)
    const status = async (path: string) => (await server.call('GET', path, { as })).status
    assert.equal(await status(`/v1/environments/${other}`), 404)
    assert.equal(await status(`/v1/environments/${line}`), 200)
    assert.equal(await status(`/v1/projects/${project}`), 404)
    const made = await server.call('POST', '/v1/projects', {
      as: admin,
      body: { name: 'not-that-one', title: 'Not that one' },
    })
    const otherProject = made.body.id
    const foreign = await make(server, admin, { environment: line, project: otherProject })
    assert.equal(foreign.status, 404)
  })
})

suite('a token that makes tokens (ATK-10)', () => {
  test('it gives at most what it has', async () => {
    const parent = (
      await server.call('POST', '/v1/tokens', {
        as: admin,
        body: { name: 'parent', permissions: ['run.read', 'log.read'], project, days: 1 },
      })
    ).body
    const as: Caller = { headers: { authorization: `Bearer ${parent.secret}` } }
    const make = (body: object) =>
      server.call('POST', '/v1/tokens', { as, body: { name: 'child', ...body } })
    const other = (
      await server.call('POST', '/v1/projects', {
        as: admin,
        body: { name: 'other', title: 'Other' },
      })
    ).body.id
    const table: readonly (readonly [object, number])[] = [
      [{ permissions: ['run.read'], project, days: 1 }, 403], // a moment later than its parent
      [{ permissions: ['run.read', 'run.start'], project, days: 1 }, 403],
      [{ permissions: ['run.read'], project, days: 365 }, 403],
      [{ permissions: ['run.read'], project: other, days: 1 }, 403],
      [{ permissions: ['run.read'], days: 1 }, 403],
      [{ permissions: ['gate.approve'], project, days: 1 }, 403],
      [{ permissions: ['run.read'], project, days: 366 }, 400],
    ]
    for (const [body, expected] of table)
      assert.equal((await make(body)).status, expected, JSON.stringify(body))
  })

  test('what it makes works from the same addresses at most, and in the same environment', async () => {
    const environment = await newEnvironment()
    const parent = (
      await server.call('POST', '/v1/tokens', {
        as: admin,
        body: {
          name: 'line',
          permissions: ['environment.read'],
          environment,
          from: ['127.0.0.0/8', '10.0.0.0/8'],
          days: 2,
        },
      })
    ).body
    assert.deepEqual(
      [parent.token.project, parent.token.environment, parent.token.from],
      [project, environment, ['127.0.0.0/8', '10.0.0.0/8']],
    )
    const make = (body: object) =>
      server.call('POST', '/v1/tokens', {
        as: bearer(parent),
        body: { name: 'child', permissions: ['environment.read'], environment, days: 1, ...body },
      })
    const wider = await make({ from: ['10.0.0.0/7'] })
    assert.deepEqual([wider.status, wider.body.code], [403, 'token_exceeds_parent'])
    assert.match(wider.body.detail, /does not work from all of 10\.0\.0\.0\/7/)
    assert.equal((await make({ environment: null, project })).status, 403)
    assert.deepEqual((await make({ from: ['10.9.0.0/16'] })).body.token.from, ['10.9.0.0/16'])
    assert.deepEqual((await make({})).body.token.from, ['127.0.0.0/8', '10.0.0.0/8'])
  })

  test('what it made goes with it', async () => {
    const parent = (
      await server.call('POST', '/v1/tokens', {
        as: admin,
        body: { name: 'parent', permissions: ['run.read'], days: 2 },
      })
    ).body
    const as: Caller = { headers: { authorization: `Bearer ${parent.secret}` } }
    const child = (
      await server.call('POST', '/v1/tokens', {
        as,
        body: { name: 'child', permissions: ['run.read'], days: 1 },
      })
    ).body
    const use = async () =>
      (await server.call('GET', '/v1/me', { headers: { authorization: `Bearer ${child.secret}` } }))
        .status
    assert.equal(await use(), 200)
    await server.call('DELETE', `/v1/tokens/${parent.token.id}`, { as: admin })
    assert.equal(await use(), 401)
  })

  test('no token has what needs a person', async () => {
    const made = await server.call('POST', '/v1/tokens', {
      as: admin,
      body: { name: 'x', permissions: ['gate.approve'] },
    })
    assert.deepEqual([made.status, made.body.code], [403, 'token_exceeds_parent'])
  })
})

suite('another site (ATK-61)', () => {
  const forged: readonly (readonly [string, Record<string, string>])[] = [
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['Origin null', { origin: 'null' }],
    ['the same host with another port', { origin: 'http://127.0.0.1:1' }],
    ['Sec-Fetch-Site cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site same-site', { 'sec-fetch-site': 'same-site' }],
    ['no token of the page', { 'lockstep-csrf': '' }],
    ['a wrong token of the page', { 'lockstep-csrf': 'A'.repeat(43) }],
  ]
  const changing = protectedRoutes.filter(({ method }) => method !== 'GET')
  for (const [what, headers] of forged) {
    test(`${what} with a valid cookie changes nothing`, async () => {
      for (const { method, path } of changing) {
        const { status, body } = await server.call(method, addressOf(path), {
          as: admin,
          headers,
          ...(method === 'DELETE' ? {} : { body: {} }),
        })
        assert.deepEqual([status, body.code], [403, 'cross_site'], `${method} ${path}`)
      }
    })
  }

  test('without any Origin a session changes nothing', async () => {
    const { cookie = '', 'lockstep-csrf': csrf = '' } = admin.headers
    const headers = { cookie, 'lockstep-csrf': csrf }
    const { status } = await server.call('POST', '/v1/projects', {
      headers,
      body: { name: 'forged', title: 'F' },
    })
    assert.equal(status, 403)
  })

  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ]) {
    test(`a form of ${type} is not read`, async () => {
      const { status } = await server.call('POST', '/v1/projects', {
        as: admin,
        headers: { 'content-type': type },
        body: '{"name":"forged","title":"F"}',
      })
      assert.equal(status, 415)
    })
  }

  test('signing somebody in from another site is refused', async () => {
    const { status } = await server.call('POST', '/v1/sessions', {
      headers: { origin: 'https://evil.example' },
      body: { name: 'admin', password: 'x' },
    })
    assert.equal(status, 403)
  })
})

suite('content types (ATK-73)', () => {
  const refused = [
    'application/json\ta',
    'APPLICATION/JSON',
    'application/json;x',
    'text/json',
    'application/json, application/json',
    'application/json; charset=utf-16',
    'application/jsonp',
  ]
  for (const type of refused) {
    test(`${JSON.stringify(type)} answers 415`, async () => {
      const { statuses } = await sendRaw(
        server.url,
        request('POST', '/v1/sessions', [`content-type: ${type}`], '{"name":"a","password":"b"}'),
      )
      assert.deepEqual(statuses, [415])
    })
  }
  test('two content types answer 415', async () => {
    const { statuses } = await sendRaw(
      server.url,
      request(
        'POST',
        '/v1/sessions',
        ['content-type: application/json', 'content-type: text/plain'],
        '{"name":"a","password":"b"}',
      ),
    )
    assert.deepEqual(statuses, [415])
  })
  test('none, with a body, answers 415', async () => {
    const { statuses } = await sendRaw(
      server.url,
      request('POST', '/v1/sessions', [], '{"name":"a","password":"b"}'),
    )
    assert.deepEqual(statuses, [415])
  })
  test('a body in an encoding answers 415', async () => {
    const { statuses } = await sendRaw(
      server.url,
      request(
        'POST',
        '/v1/sessions',
        ['content-type: application/json', 'content-encoding: gzip'],
        '{"name":"a","password":"b"}',
      ),
    )
    assert.deepEqual(statuses, [415])
  })
})

suite('JSON that is not plain (ATK-74, ATK-76)', () => {
  const nested = (depth: number, inside: string): string =>
    `${'{"a":'.repeat(depth)}${inside}${'}'.repeat(depth)}`
  const texts: readonly (readonly [string, string])[] = [
    ...['__proto__', 'constructor', 'prototype'].flatMap((key) =>
      [0, 1, 5, 20].map(
        (depth) =>
          [`${key} at depth ${depth}`, nested(depth, `{"${key}":{"isAdmin":true}}`)] as const,
      ),
    ),
    ['nesting 100,000', nested(100_000, '1')],
    ['brackets 100,000', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['1e400', '{"name":"a","title":1e400}'],
    ['-0', '{"limit":-0}'],
    ['2^53+1', '{"limit":9007199254740993}'],
    ['a lone surrogate', '{"name":"a","title":"\\ud800"}'],
    ['a NUL in a text', '{"name":"a","title":"a\\u0000b"}'],
    ['a NUL in a key', '{"na\\u0000me":"a"}'],
    ['a duplicate key', '{"name":"a","name":"a"}'],
    ['a duplicate key in another spelling', '{"name":"a","nam\\u0065":"a"}'],
    ['a duplicate key below', '{"name":{"a":1,"b":[{"c":1,"c":2}]}}'],
    ['very many keys', `{${Array.from({ length: 60_000 }, (_, n) => `"k${n}":1`).join()}}`],
    ['a trailing comma', '{"name":"a",}'],
    ['nothing', ' '],
    ['half', '{"name":'],
    ['a comment', '{"name":"a"/*x*/}'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a byte order mark', '\ufeff{"name":"a","title":"b"}'],
  ]
  for (const [what, text] of texts) {
    test(`${what} answers 400`, async () => {
      const { status } = await server.call('POST', '/v1/projects', { as: admin, body: text })
      assert.equal(status, 400)
    })
  }

  test('invalid UTF-8 answers 400', async () => {
    const body = Buffer.concat([
      Buffer.from('{"name":"a","password":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ])
    const head = `POST /v1/sessions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
    const { statuses } = await sendRaw(server.url, head, body)
    assert.deepEqual(statuses, [400])
  })

  test('ordinary requests go on as before', async () => {
    assert.equal(Reflect.has({}, 'isAdmin'), false)
    for (let round = 0; round < 50; round += 1) {
      const { status, body } = await server.call('GET', `/v1/projects/${project}`, { as: admin })
      assert.deepEqual([status, body.title], [200, 'Embedded'])
    }
  })
})

suite('requests that are too much (ATK-79, ATK-80, ATK-96)', () => {
  const json = 'content-type: application/json'
  const table: readonly (readonly [string, string, readonly number[]])[] = [
    [
      'a body of 2 MB',
      request('POST', '/v1/sessions', [json], `{"name":"${'a'.repeat(2_000_000)}"}`),
      [413],
    ],
    [
      'a body announced with 100 MB',
      `POST /v1/sessions HTTP/1.1\r\nhost: x\r\n${json}\r\ncontent-length: 104857600\r\n\r\n{`,
      [413],
    ],
    [
      '20,000 headers',
      request(
        'GET',
        '/v1/me',
        Array.from({ length: 20_000 }, (_, n) => `x-${n}: 1`),
      ),
      [431],
    ],
    ['an address of 64 KB', request('GET', `/v1/me?x=${'a'.repeat(65_536)}`), [431, 414]],
    ['an address of 10 KB', request('GET', `/v1/me?x=${'a'.repeat(10_000)}`), [414]],
    [
      'two lengths',
      `POST /v1/sessions HTTP/1.1\r\nhost: x\r\n${json}\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
      [400],
    ],
    [
      'a length and chunks',
      `POST /v1/sessions HTTP/1.1\r\nhost: x\r\n${json}\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      [400],
    ],
    [
      'a strange transfer encoding',
      `POST /v1/sessions HTTP/1.1\r\nhost: x\r\n${json}\r\ntransfer-encoding: xchunked\r\n\r\n{}`,
      [400],
    ],
    ['a bare line feed', `GET /v1/me HTTP/1.1\nhost: x\n\n`, [400]],
    [
      'a length that is no number',
      `POST /v1/sessions HTTP/1.1\r\nhost: x\r\n${json}\r\ncontent-length: 1e3\r\n\r\n{}`,
      [400],
    ],
    ['no host', 'GET /v1/me HTTP/1.1\r\n\r\n', [400]],
    ['TRACE', request('TRACE', '/v1/me'), [405, 404]],
    ['a broken escape in the address', request('GET', '/v1/%E0%A4%A'), [400, 404]],
    ['a NUL in the query', request('GET', '/v1/me?x=%00'), [400, 401]],
  ]
  for (const [what, text, allowed] of table) {
    test(`${what} is refused`, async () => {
      const { statuses } = await sendRaw(server.url, text)
      assert.ok(statuses.length === 1 && allowed.includes(statuses[0] ?? 0), statuses.join())
    })
  }

  test('chunks without end are cut off', async () => {
    const head = `POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`
    const chunk = `10000\r\n${'a'.repeat(65_536)}\r\n`
    const { statuses } = await sendRaw(server.url, head, chunk.repeat(40))
    assert.ok(statuses.length === 0 || statuses[0] === 413, statuses.join())
  })

  for (const query of [
    'limit=1000000000',
    'limit=-1',
    'limit=1.5',
    'limit=1e2',
    'limit=',
    'after=AAAA',
    'after=%27',
    'sort=password',
    `after=${'A'.repeat(201)}`,
  ]) {
    test(`?${query} answers 400`, async () => {
      assert.equal((await server.call('GET', `/v1/projects?${query}`, { as: admin })).status, 400)
    })
  }

  for (const path of [
    '/metrics',
    '/docs',
    '/debug',
    '/.git/config',
    '/v1/openapi.json',
    '/v1/',
    '/v1',
  ]) {
    test(`${path} shows strangers nothing`, async () => {
      const { status, headers } = await server.call('GET', path)
      assert.ok(status === 404 || status === 401)
      assert.equal(headers.get('server') ?? headers.get('x-powered-by'), null)
    })
  }

  test('every answer carries the headers that protect the page', async () => {
    for (const path of ['/v1/me', '/nowhere']) {
      const { headers } = await server.call('GET', path)
      assert.match(
        headers.get('content-security-policy') ?? '',
        /default-src 'self'.*frame-ancestors 'none'/,
      )
      assert.deepEqual(
        [headers.get('x-content-type-options'), headers.get('referrer-policy')],
        ['nosniff', 'no-referrer'],
      )
    }
  })
})

suite('sessions (ATK-65)', () => {
  test('the cookie is for this host, https and no script, and new at each sign-in', async () => {
    const signIn = () =>
      server.call('POST', '/v1/sessions', {
        body: { name: 'admin', password: 'seven kettles under a bridge' },
      })
    const [first, second] = [
      (await signIn()).headers.getSetCookie()[0] ?? '',
      (await signIn()).headers.getSetCookie()[0] ?? '',
    ]
    assert.match(
      first,
      /^__Host-lockstep=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    )
    assert.notEqual(first, second)
  })

  test('signing out, a new password and disabling end it at once', async () => {
    const password = 'seven kettles under a bridge'
    await server.person(admin, 'bob')
    const me = async (as: Caller) => (await server.call('GET', '/v1/me', { as })).status
    const out = await server.signIn('bob')
    const beside = await server.signIn('bob')
    await server.call('DELETE', '/v1/sessions/current', { as: out })
    assert.deepEqual([await me(out), await me(beside)], [401, 200])
    const changed = await server.call('PUT', '/v1/me/password', {
      as: beside,
      body: { current: password, password: 'eight kettles under a bridge' },
    })
    assert.deepEqual([changed.status, await me(beside)], [200, 401])
  })

  test('it ends when nobody uses it, and at its end', async () => {
    const cat = await server.person(admin, 'cat')
    const me = async () => (await server.call('GET', '/v1/me', { as: cat })).status
    const age = (column: string, by: string) =>
      server.database.pool.query(
        `UPDATE sessions SET ${column} = now() - $2::interval WHERE user_id = (SELECT id FROM users WHERE name = $1)`,
        ['cat', by],
      )
    await age('seen_at', '59 minutes')
    assert.equal(await me(), 200)
    await age('seen_at', '61 minutes')
    assert.equal(await me(), 401)
    await age('seen_at', '0 minutes')
    assert.equal(await me(), 200)
    await age('expires_at', '1 second')
    assert.equal(await me(), 401)
  })

  test('the database holds no secret of a session or token', async () => {
    const secret = /__Host-lockstep=([^;]+)/.exec(admin.headers['cookie'] ?? '')?.[1] ?? ''
    const { rows } = await server.database.pool.query<{ found: number }>(
      `SELECT count(*)::int AS found FROM sessions s, tokens t, one_time_codes c WHERE s::text LIKE $1 OR t::text LIKE '%lsk\\_%' OR c::text LIKE '%fs\\_%'`,
      [`%${secret}%`],
    )
    assert.equal(rows[0]?.found, 0)
  })
})

suite('guessing passwords (ATK-66)', () => {
  const attempt = (name: string, password: string, headers: Record<string, string> = {}) =>
    server.call('POST', '/v1/sessions', { body: { name, password }, headers })
  /** Another test's failures must not delay this one, nor this one's another's. */
  const forget = () => server.database.pool.query('DELETE FROM sign_in_failures')
  /** The next try comes at once after the last, however slow this machine is. */
  const hurry = () =>
    server.database.pool.query(`UPDATE sign_in_failures SET last_at = now() + interval '1 minute'`)

  test('wrong passwords wait longer and longer, also for names that do not exist', async () => {
    await server.person(admin, 'dan')
    for (const name of ['dan', 'nobody-of-this-name']) {
      await forget()
      const answers: Awaited<ReturnType<typeof attempt>>[] = []
      for (let round = 0; round < 7; round += 1) answers.push(await attempt(name, 'wrong'))
      await hurry()
      answers.push(await attempt(name, 'wrong'))
      const codes = answers.map(({ body }) => body.code)
      assert.deepEqual(
        codes.slice(0, 5),
        Array.from({ length: 5 }, () => 'sign_in_failed'),
        name,
      )
      const delayed = answers.at(-1)
      assert.deepEqual([delayed?.status, delayed?.body.code], [429, 'sign_in_delayed'])
      assert.ok(Number(delayed?.headers.get('retry-after')) >= 1)
    }
    await server.database.pool.query(`UPDATE sign_in_failures SET failures = 9, last_at = now()`)
    assert.ok(Number((await attempt('dan', 'wrong')).headers.get('retry-after')) >= 10)
    await forget()
  })

  test('a browser in which the person has signed in before still gets in', async () => {
    await forget()
    const eve = await server.person(admin, 'eva')
    const device = /__Host-lockstep-device=[^;]+/.exec(eve.headers['cookie'] ?? '')?.[0] ?? ''
    for (let round = 0; round < 7; round += 1) await attempt('eva', 'wrong')
    await hurry()
    assert.equal((await attempt('eva', 'seven kettles under a bridge')).status, 429)
    assert.equal(
      (await attempt('eva', 'seven kettles under a bridge', { cookie: device })).status,
      201,
    )
    await forget()
  })

  test('twenty tries at once do not slip through together', async () => {
    await forget()
    await server.person(admin, 'fay')
    const answers = await Promise.all(Array.from({ length: 20 }, () => attempt('fay', 'wrong')))
    await until('every try is counted', async () => {
      const { rows } = await server.database.pool.query<{ n: number }>(
        `SELECT coalesce(max(failures), 0)::int AS n FROM sign_in_failures WHERE subject LIKE 'account:%'`,
      )
      return (rows[0]?.n ?? 0) >= 5
    })
    await hurry()
    assert.ok(answers.every(({ status }) => status === 401 || status === 429))
    assert.equal((await attempt('fay', 'seven kettles under a bridge')).status, 429)
    await forget()
  })

  test('the answer is the same for an unknown name, a wrong password and a disabled person', async () => {
    await forget()
    const gil = await server.person(admin, 'gil')
    await server.call('PATCH', `/v1/users/${gil.id}`, {
      as: admin,
      headers: { 'if-match': '"v1"' },
      body: { disabled: true },
    })
    const answers = [
      await attempt('nobody', 'x'),
      await attempt('admin', 'x'),
      await attempt('gil', 'seven kettles under a bridge'),
    ]
    const told = answers.map(({ status, body }) => ({ status, body: { ...body, requestId: null } }))
    assert.deepEqual(told[1], told[0])
    assert.deepEqual(told[2], told[0])
    await forget()
  })
})

suite('addresses of people (ATK-59)', () => {
  const wrong: readonly unknown[] = [
    ['a@example.test'],
    { a: 1 },
    'a@example.test ',
    ' a@example.test',
    'a@example.test\r\nBcc: b@example.test',
    'а@example.test',
    'a@b@example.test',
    'a',
    '',
    null,
    1,
  ]
  for (const email of wrong) {
    test(`${JSON.stringify(email)} is no address`, async () => {
      const { status } = await server.call('POST', '/v1/users', {
        as: admin,
        body: { name: 'xx', title: 'X', email },
      })
      assert.equal(status, 400)
    })
  }
})

suite('proxies (ATK-85)', () => {
  test('a header of a stranger does not change from where a request came', async () => {
    await server.call('POST', '/v1/sessions', {
      headers: { 'x-forwarded-for': '203.0.113.9' },
      body: { name: 'nobody', password: 'x' },
    })
    const { rows } = await server.database.pool.query(
      `SELECT subject FROM sign_in_failures WHERE subject LIKE 'address:%'`,
    )
    assert.deepEqual(
      rows.map(({ subject }) => subject),
      ['address:127.0.0.1'],
    )
  })
})

suite('reading (ATK-62)', () => {
  /** Everything that is stored, as one digest. When something was last seen is not a change. */
  async function stored(): Promise<string> {
    const { pool } = server.database
    const tables = await pool.query<{ name: string }>(
      // Not the nodes: each server notes there by itself that it is alive.
      `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'nodes' ORDER BY 1`,
    )
    assert.ok(tables.rows.length > 15)
    const digests: string[] = []
    for (const { name } of tables.rows) {
      const { rows } = await pool.query<{ digest: string }>(
        `SELECT md5(coalesce(string_agg(row, '' ORDER BY row), '')) AS digest FROM
           (SELECT (to_jsonb(t) - 'seen_at' - 'last_used_at')::text AS row FROM ${name} t) r`,
      )
      digests.push(`${name} ${rows[0]?.digest ?? ''}`)
    }
    return digests.join('\n')
  }

  test('changes nothing, however often', async () => {
    const before = await stored()
    for (const { method, path, query } of protectedRoutes) {
      if (method !== 'GET' || 'topics' in shapeOf(query)) continue // A stream does not end by itself.
      for (let round = 0; round < 2; round += 1) {
        await server.call('GET', addressOf(path), { as: admin })
        await server.call('HEAD', addressOf(path), { as: admin })
        await server.call('OPTIONS', addressOf(path), { as: admin })
      }
    }
    assert.equal(await stored(), before)
  })
})
