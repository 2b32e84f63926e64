import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { PEOPLE_GUARD, readEpoch } from '../src/postgres/guards.ts'
import { forgetExpired } from '../src/postgres/people/forget-expired.ts'
import { poolAsTx } from '../src/postgres/transact.ts'
import { startTestApi, type Caller } from '../testing/api.ts'

suite('first start', () => {
  test('before there is anybody, everything but setup says so', async () => {
    await using server = await startTestApi()
    for (const path of ['/v1/me', '/v1/projects', '/v1/users']) {
      const { status, body } = await server.call('GET', path)
      assert.deepEqual([status, body.code], [503, 'not_set_up'])
    }
  })

  test('the code of the last start makes one administrator, once', async () => {
    await using server = await startTestApi()
    const early = await server.setupCode()
    const code = await server.setupCode()
    const over = async (asked: string) =>
      (await server.call('POST', '/v1/one-time-links', { body: { code: asked } })).body.over
    assert.match(await over(early), /belongs to an earlier start/)
    assert.equal(await over(code), null)
    const input = {
      name: 'admin',
      email: 'admin@example.test',
      password: 'seven kettles under a bridge',
    }
    assert.equal(
      (await server.call('POST', '/v1/setup', { body: { ...input, code: early } })).status,
      404,
    )
    const made = await server.call('POST', '/v1/setup', { body: { ...input, code } })
    assert.deepEqual([made.status, made.body.user.name], [201, 'admin'])
    for (const again of [code, early]) {
      const refused = await server.call('POST', '/v1/setup', { body: { ...input, code: again } })
      assert.deepEqual([refused.status, refused.body.code], [404, 'setup_code_wrong'])
      assert.match(
        refused.body.detail,
        again === code
          ? /^This link was used on \d{4}-\d\d-\d\d at \d\d:\d\d UTC by admin\. Links for more people/
          : /^This link is used up: the first administrator was made\. Links for more people/,
      )
    }
    assert.match(await over(code), /^This link was used on .* UTC by admin\. Links for more people/)
    assert.deepEqual(await server.audited(), ['first_administrator_created'])
  })

  test('two who use the code at once make one administrator', async () => {
    await using server = await startTestApi()
    const code = await server.setupCode()
    const answers = await Promise.all(
      ['ada', 'eve'].map((name) =>
        server.call('POST', '/v1/setup', {
          body: {
            code,
            name,
            email: `${name}@example.test`,
            password: 'seven kettles under a bridge',
          },
        }),
      ),
    )
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [201, 404],
    )
  })
})

suite('people', () => {
  test('a person who was made chooses a password with the link and may do nothing yet', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const ada = await server.person(admin, 'ada')
    const me = await server.call('GET', '/v1/me', { as: ada })
    assert.deepEqual([me.status, me.body.name, me.body.grants], [200, 'ada', []])
    assert.deepEqual((await server.call('GET', '/v1/projects', { as: ada })).body, {
      items: [],
      next: null,
    })
    assert.equal((await server.call('GET', '/v1/users', { as: ada })).status, 403)
  })

  test('a person is invited until they have chosen a password, for as long as the link works', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const { body: made } = await server.call('POST', '/v1/users', {
      as: admin,
      body: { name: 'qa-lead', title: 'QA lead', email: 'qa-lead@example.test' },
    })
    const invitedOf = async () =>
      (await server.call('GET', '/v1/users', { as: admin })).body.items.map(
        (user: { readonly invited: unknown }) => user.invited,
      )
    assert.deepEqual(await invitedOf(), [null, { until: made.expiresAt }])
    const past = `UPDATE one_time_codes SET expires_at = now() - interval '1 hour'`
    await server.database.pool.query(past)
    assert.deepEqual(await invitedOf(), [null, { until: null }])
    const { body: ended } = await server.call('POST', '/v1/one-time-links', {
      body: { code: made.code },
    })
    assert.match(ended.over, /has expired/)
    const again = await server.call('POST', `/v1/users/${made.user.id}/invitation`, { as: admin })
    const body = { code: again.body.code, password: 'seven kettles under a bridge' }
    assert.equal((await server.call('POST', '/v1/invitations/acceptance', { body })).status, 201)
    assert.deepEqual(await invitedOf(), [null, null])
  })

  test('a link for choosing a password works once, and a new one ends the old one', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const made = await server.call('POST', '/v1/users', {
      as: admin,
      body: { name: 'ada', title: 'Ada', email: 'ada@example.test' },
    })
    const renewed = await server.call('POST', `/v1/users/${made.body.user.id}/invitation`, {
      as: admin,
    })
    const accept = (code: string) =>
      server.call('POST', '/v1/invitations/acceptance', {
        body: { code, password: 'seven kettles under a bridge' },
      })
    const over = async (code: string) =>
      (await server.call('POST', '/v1/one-time-links', { body: { code } })).body.over
    assert.match(await over(made.body.code), /or a newer one was made\. An administrator can/)
    assert.deepEqual([await over(renewed.body.code), await over(renewed.body.code)], [null, null])
    assert.equal((await accept(made.body.code)).status, 404)
    assert.equal((await accept(renewed.body.code)).status, 201)
    assert.match(await over(renewed.body.code), /^This link was used on .* UTC by ada\./)
    const again = await accept(renewed.body.code)
    assert.equal(again.status, 404)
    assert.match(
      again.body.detail,
      /^This link was used on \d{4}-\d\d-\d\d at \d\d:\d\d UTC by ada\. An administrator can make another\.$/,
    )
  })

  test('a role in a group reaches its members, and taking it back ends their sessions', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const ada = await server.person(admin, 'ada')
    const project = (
      await server.call('POST', '/v1/projects', {
        as: admin,
        body: { name: 'embedded', title: 'Embedded' },
      })
    ).body.id
    const group = await makeGroup(server, admin)
    await server.call('PUT', `/v1/groups/${group}/members/${ada.id}`, { as: admin })
    const grant = await server.call('POST', `/v1/projects/${project}/grants`, {
      as: admin,
      body: { subject: group, role: 'viewer' },
    })
    assert.equal(grant.status, 201)
    assert.equal((await server.call('GET', '/v1/me', { as: ada })).status, 401)
    const again = await server.signIn('ada')
    assert.equal((await server.call('GET', `/v1/projects/${project}`, { as: again })).status, 200)
    const revoked = await server.call('DELETE', `/v1/grants/${grant.body.id}`, { as: admin })
    assert.deepEqual([revoked.status, revoked.body], [200, { endedSessions: 1 }])
    assert.equal((await server.call('GET', `/v1/projects/${project}`, { as: again })).status, 401)
    const last = await server.signIn('ada')
    assert.equal((await server.call('GET', `/v1/projects/${project}`, { as: last })).status, 404)
  })

  test('a member who is there already, or gone already, goes on with the session that they have', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const ada = await server.person(admin, 'ada')
    const group = await makeGroup(server, admin)
    const ended = async (method: 'PUT' | 'DELETE'): Promise<readonly unknown[]> => {
      const path = `/v1/groups/${group}/members/${ada.id}`
      const { body } = await server.call(method, path, { as: admin })
      return [body.members, body.endedSessions > 0]
    }
    assert.deepEqual(await ended('PUT'), [1, true])
    const again = await server.signIn('ada')
    assert.deepEqual(await ended('PUT'), [1, false])
    assert.equal((await server.call('GET', '/v1/me', { as: again })).status, 200)
    assert.deepEqual(await ended('DELETE'), [0, true])
    await server.signIn('ada')
    assert.deepEqual(await ended('DELETE'), [0, false])
  })

  test('a change of who may decide makes whoever decides look again', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const ada = await server.person(admin, 'ada')
    const group = await makeGroup(server, admin)
    const member = `/v1/groups/${group}/members/${ada.id}`
    const epoch = (): Promise<number> => readEpoch(server.database.pool, PEOPLE_GUARD)
    const { body: person } = await server.call('GET', `/v1/users/${ada.id}`, { as: admin })
    const changes = [
      () => server.call('PUT', member, { as: admin }),
      () => server.call('DELETE', member, { as: admin }),
      () =>
        server.call('PATCH', `/v1/users/${ada.id}`, {
          as: admin,
          headers: { 'if-match': `"v${person.version}"` },
          body: { disabled: true },
        }),
    ]
    for (const change of changes) {
      const before = await epoch()
      const { status, text } = await change()
      assert.ok(status < 300, text)
      assert.equal(await epoch(), before + 1)
    }
  })

  test('one administrator remains', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const grants = await server.call('GET', '/v1/grants', { as: admin })
    const own = await server.call('DELETE', `/v1/grants/${grants.body.items[0].id}`, { as: admin })
    assert.deepEqual([own.status, own.body.code], [409, 'last_administrator'])
    assert.equal((await server.call('GET', '/v1/me', { as: admin })).body.grants.length, 1)
  })

  test('a change needs the version that was read', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const project = await server.call('POST', '/v1/projects', {
      as: admin,
      body: { name: 'embedded', title: 'Embedded' },
    })
    const change = (headers: Record<string, string>, title: string) =>
      server.call('PATCH', `/v1/projects/${project.body.id}`, {
        as: admin,
        headers,
        body: { title },
      })
    assert.equal(project.headers.get('etag'), '"v1"')
    assert.equal((await change({}, 'A')).status, 428)
    assert.equal((await change({ 'if-match': '"v1"' }, 'A')).headers.get('etag'), '"v2"')
    const late = await change({ 'if-match': '"v1"' }, 'B')
    assert.deepEqual([late.status, late.body.current.title], [412, 'A'])
  })

  test('a new address is told to the old one, and set by no token, once somebody has a password', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const { id } = await server.person(admin, 'qa-lead', [])
    const move = (as: Caller, body: object, version: number) =>
      server.call('PATCH', `/v1/users/${id}`, {
        as,
        body,
        headers: { 'if-match': `"v${version}"` },
      })
    const made = await server.call('POST', '/v1/tokens', {
      as: admin,
      body: { name: 'people', permissions: ['user.read', 'user.write'] },
    })
    const token: Caller = { headers: { authorization: `Bearer ${made.body.secret}` } }
    const email = 'elsewhere@example.test'
    const byToken = await move(token, { email }, 1)
    assert.deepEqual([byToken.status, byToken.body.code], [403, 'person_required'])
    assert.equal((await move(token, { title: 'QA' }, 1)).status, 200)
    assert.equal((await move(admin, { email }, 2)).body.email, email)
    assert.equal((await move(admin, { email, title: 'Q' }, 3)).status, 200)
    const { rows } = await server.database.pool.query(
      `SELECT address, body_text FROM notifications WHERE kind = 'address_changed'`,
    )
    assert.deepEqual(
      rows.map(({ address }) => address),
      ['qa-lead@example.test'],
    )
    assert.match(rows[0].body_text, /^admin has changed .* go to elsewhere@example\.test/)
  })

  test('a list comes in pages whose cursor is stable while things are added', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const make = (name: string) =>
      server.call('POST', '/v1/projects', { as: admin, body: { name, title: name } })
    for (const name of ['a', 'b', 'c']) await make(name)
    const first = await server.call('GET', '/v1/projects?limit=2', { as: admin })
    await make('d')
    const second = await server.call('GET', `/v1/projects?limit=2&after=${first.body.next}`, {
      as: admin,
    })
    const names = [...first.body.items, ...second.body.items].map(({ name }) => name)
    assert.deepEqual([names, second.body.next], [['a', 'b', 'c', 'd'], null])
  })
})

suite('idempotency key', () => {
  test('the same request again gets the same answer and makes nothing', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const headers = { 'idempotency-key': 'key-of-this-test' }
    const make = (title: string) =>
      server.call('POST', '/v1/projects', { as: admin, headers, body: { name: 'embedded', title } })
    const answers = await Promise.all([make('A'), make('A'), make('A')])
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201, 201],
    )
    assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1)
    const other = await make('B')
    assert.deepEqual([other.status, other.body.code], [422, 'idempotency_key_reused'])
  })

  test('an answer with a secret is given once', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const make = () =>
      server.call('POST', '/v1/tokens', {
        as: admin,
        headers: { 'idempotency-key': 'key-of-this-test' },
        body: { name: 'ci', permissions: ['project.read'] },
      })
    const made = await make()
    const again = await make()
    assert.deepEqual([made.status, again.status, again.body.code], [201, 409, 'answer_not_kept'])
    const { rows } = await server.database.pool.query('SELECT answer::text FROM commands')
    assert.ok(rows.length === 1 && !rows[0].answer.includes('lsk_'))
  })

  test('a refused request is judged anew', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const make = (key: string) =>
      server.call('POST', '/v1/projects', {
        as: admin,
        headers: { 'idempotency-key': key },
        body: { name: 'embedded', title: 'E' },
      })
    assert.equal((await make('first-key')).status, 201)
    assert.equal((await make('second-key')).status, 409)
    await server.database.pool.query('DELETE FROM projects')
    assert.equal((await make('second-key')).status, 201)
  })
})

suite('rights over people', () => {
  test('do not reach the password of an administrator', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const guard = await server.person(admin, 'guard', [{ role: 'security_admin' }])
    const ada = await server.person(admin, 'ada')
    const invite = (user: string) =>
      server.call('POST', `/v1/users/${user}/invitation`, { as: guard })
    assert.deepEqual([(await invite(admin.id)).status, (await invite(ada.id)).status], [403, 201])
  })
})

suite('audit trail', () => {
  test('a change and its entry happen together or not at all', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const make = () =>
      server.call('POST', '/v1/projects', {
        as: admin,
        body: { name: 'embedded', title: 'Embedded' },
      })
    assert.deepEqual([(await make()).status, (await make()).status], [201, 409])
    assert.deepEqual(await server.audited(), ['first_administrator_created', 'project_created'])
    await server.database.pool.query('DELETE FROM lanes') // The trail can take no entry any more.
    const failed = await server.call('POST', '/v1/groups', {
      as: admin,
      body: { name: 'qa', title: 'QA' },
    })
    assert.deepEqual([failed.status, failed.body.code], [500, 'fault'])
    assert.deepEqual((await server.call('GET', '/v1/groups', { as: admin })).body.items, [])
  })

  test('of what belongs to no project is read by whoever may read that of the system', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const { body } = await server.call('POST', '/v1/projects', {
      as: admin,
      body: { name: 'embedded', title: 'Embedded' },
    })
    const auditor = await server.person(admin, 'auditor', [{ role: 'auditor' }])
    const read = async (path: string, as: Caller) => {
      const { items } = (await server.call('GET', path, { as })).body
      return items.map(({ type }: { type: string }) => type)
    }
    const path = `/v1/system-audit-entries?subject=${auditor.id}`
    const about: readonly string[] = await read(path, admin)
    assert.ok(about.includes('role_granted') && about.includes('user_created'), about.join())
    assert.deepEqual(await read(path, auditor), about)
    const all = await read('/v1/system-audit-entries', admin)
    assert.ok(all.includes('first_administrator_created') && !all.includes('project_created'))
    assert.deepEqual(await read(`/v1/audit-entries?project=${body.id}`, admin), ['project_created'])
    const viewer = await server.person(admin, 'viewer', [{ role: 'auditor', project: body.id }])
    const refused = await server.call('GET', '/v1/system-audit-entries', { as: viewer })
    assert.equal(refused.status, 403)
  })

  test('an entry says who, from where, and what was before', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const { body } = await server.call('POST', '/v1/projects', {
      as: admin,
      body: { name: 'embedded', title: 'Old' },
    })
    await server.call('PATCH', `/v1/projects/${body.id}`, {
      as: admin,
      headers: { 'if-match': '"v1"', 'user-agent': 'a test' },
      body: { title: 'New' },
    })
    const { rows } = await server.database.pool.query(
      `SELECT actor, body, origin::jsonb AS origin FROM events WHERE type = 'project_changed'`,
    )
    const [entry] = rows
    assert.deepEqual(
      [entry.actor, entry.body],
      [`user:${admin.id}`, { before: 'Old', after: 'New' }],
    )
    assert.deepEqual([entry.origin.address, entry.origin.client], ['127.0.0.1', 'a test'])
  })
})

suite('forgetExpired', () => {
  test('what is still of use stays, and the rest goes', async () => {
    await using server = await startTestApi()
    const admin = await server.setUp()
    const { pool } = server.database
    const make = (key: string, name: string) =>
      server.call('POST', '/v1/projects', {
        as: admin,
        headers: { 'idempotency-key': key },
        body: { name, title: name },
      })
    await make('key-of-last-week', 'a')
    await pool.query(`UPDATE commands SET at = now() - interval '8 days'`)
    await make('key-of-today', 'b')
    await server.person(admin, 'ada')
    await pool.query(
      `UPDATE sessions SET expires_at = now() - interval '1 hour' WHERE user_id = (SELECT id FROM users WHERE name = 'ada')`,
    )
    await forgetExpired(poolAsTx(pool))
    await forgetExpired(poolAsTx(pool))
    const { rows } = await pool.query<{ commands: number; sessions: number }>(
      `SELECT (SELECT count(*)::int FROM commands) AS commands, (SELECT count(*)::int FROM sessions) AS sessions`,
    )
    assert.deepEqual(rows, [{ commands: 1, sessions: 1 }])
    assert.equal((await server.call('GET', '/v1/me', { as: admin })).status, 200)
  })
})

async function makeGroup(
  server: Awaited<ReturnType<typeof startTestApi>>,
  admin: Caller,
): Promise<string> {
  const { body } = await server.call('POST', '/v1/groups', {
    as: admin,
    body: { name: 'qa', title: 'QA' },
  })
  return body.id
}
