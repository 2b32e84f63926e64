import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { PASSWORD, startTestApi, type Caller, type TestApi } from '../testing/api.ts'

const HOUR_MS = 3_600_000

/** A server with two administrators and a project. */
async function start() {
  const server = await startTestApi()
  const first = await server.setUp()
  const second = await server.person(first, 'second-admin', [{ role: 'system_admin' }])
  const made = await server.call('POST', '/v1/projects', {
    as: first,
    body: { name: 'car', title: 'Car' },
  })
  const project: string = made.body.id
  return {
    server,
    first,
    second,
    project,
    grant: async (as: Caller, subject: string, role: string) =>
      server.call('POST', '/v1/grants', { as, body: { subject, role } }),
    confirm: async (as: Caller, grant: { readonly id: string }) =>
      server.call('POST', `/v1/grants/${grant.id}/confirmation`, { as }),
    rolesOf: async (as: Caller): Promise<readonly string[]> =>
      (await server.call('GET', '/v1/me', { as })).body.grants.map(
        ({ role }: { role: string }) => role,
      ),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Moves the moment from which confirmed roles count into the past. */
async function letTheHourPass(server: TestApi): Promise<void> {
  await server.database.pool.query(
    `UPDATE grants SET effective_at = effective_at - interval '2 hours' WHERE effective_at > now()`,
  )
}

suite('a role that decides, given to oneself (CTL-10)', () => {
  test('counts an hour after a second administrator has confirmed it, and both are in the audit trail', async () => {
    await using world = await start()
    const { server, first, second } = world
    const given = await world.grant(first, first.id, 'approver')
    assert.deepEqual(
      [given.status, given.body.state, given.body.givenBy, given.body.from],
      [201, 'unconfirmed', first.id, null],
    )
    assert.deepEqual(await world.rolesOf(first), ['system_admin'])
    const own = await world.confirm(first, given.body)
    assert.deepEqual([own.status, own.body.code], [403, 'cannot_change_yourself'])

    const before = Date.now()
    const confirmed = await world.confirm(second, given.body)
    assert.deepEqual([confirmed.status, confirmed.body.state], [200, 'confirmed'])
    assert.equal(confirmed.body.confirmedBy, second.id)
    assert.ok(Date.parse(confirmed.body.from) >= before + HOUR_MS - 5_000)
    const again = await server.signIn('admin')
    assert.deepEqual(await world.rolesOf(again), ['system_admin'])
    const twice = await world.confirm(second, given.body)
    assert.deepEqual([twice.status, twice.body.code], [409, 'wrong_state'])

    await letTheHourPass(server)
    assert.deepEqual(await world.rolesOf(again), ['system_admin', 'approver'])
    const [, kept] = (await server.call('GET', '/v1/grants', { as: second })).body.items.filter(
      ({ subject }: { subject: string }) => subject === first.id,
    )
    const from = new Date(Date.parse(confirmed.body.from) - 2 * HOUR_MS).toISOString()
    assert.deepEqual(
      [kept.state, kept.givenBy, kept.confirmedBy, kept.from],
      ['in_force', first.id, second.id, from],
    )
    const types = await server.audited()
    assert.deepEqual(types.slice(-3), ['role_granted', 'role_confirmed', 'session_opened'])
  })

  test('so does one given to a group that one is in, and nobody in it confirms it', async () => {
    await using world = await start()
    const { server, first, second } = world
    const third = await server.person(first, 'third-admin', [{ role: 'system_admin' }])
    const group = (
      await server.call('POST', '/v1/groups', { as: first, body: { name: 'qa', title: 'QA' } })
    ).body.id
    for (const { id } of [first, third]) {
      const path = `/v1/groups/${group}/members/${id}`
      assert.equal((await server.call('PUT', path, { as: second })).status, 200)
    }
    const [me, other] = [await server.signIn('admin'), await server.signIn('third-admin')]
    const given = await world.grant(me, group, 'security_admin')
    assert.equal(given.body.state, 'unconfirmed')
    assert.equal((await world.confirm(other, given.body)).body.code, 'cannot_change_yourself')
    assert.equal((await world.confirm(second, given.body)).body.state, 'confirmed')
  })

  test('a token of mine gives me neither a deciding role nor a group', async () => {
    await using world = await start()
    const { server, first } = world
    const made = await server.call('POST', '/v1/tokens', {
      as: first,
      body: { name: 'x', permissions: ['grant.write', 'group.write'] },
    })
    const token: Caller = { headers: { authorization: `Bearer ${made.body.secret}` } }
    assert.equal((await world.grant(token, first.id, 'approver')).body.state, 'unconfirmed')
    const group = (
      await server.call('POST', '/v1/groups', { as: first, body: { name: 'qa', title: 'QA' } })
    ).body.id
    const joined = await server.call('PUT', `/v1/groups/${group}/members/${first.id}`, {
      as: token,
    })
    assert.deepEqual([joined.status, joined.body.code], [403, 'cannot_change_yourself'])
  })

  test('what a token of mine gave to another names that other, and I do not confirm it', async () => {
    await using world = await start()
    const { server, first, project } = world
    const developer = await server.person(first, 'developer', [])
    const made = await server.call('POST', '/v1/tokens', {
      as: first,
      body: { name: 'x', permissions: ['grant.write'] },
    })
    const given = await server.call('POST', `/v1/projects/${project}/grants`, {
      as: { headers: { authorization: `Bearer ${made.body.secret}` } },
      body: { subject: developer.id, role: 'approver' },
    })
    assert.equal(given.body.state, 'unconfirmed')
    const own = await world.confirm(first, given.body)
    assert.equal(own.body.code, 'cannot_change_yourself')
    assert.match(own.text, /Whoever answers for a token does not confirm what it gave/)
    const { body } = await server.call('GET', `/v1/audit-entries?project=${project}`, { as: first })
    const [entry] = body.items
    assert.deepEqual(
      [entry.type, entry.by, entry.holder],
      ['role_granted', 'admin by token x', 'developer'],
    )
  })

  test('the token of a service account that others own gives me neither', async () => {
    await using world = await start()
    const { server, first, second, project } = world
    const owner = await server.person(first, 'owner', [{ role: 'project_owner', project }])
    /** A token for what another two people answer for, made and held by the owner of the project. */
    const tokenOf = async (within: string | null, role: string, permission: string) => {
      const post = async (path: string, body: unknown, as: Caller) => {
        const made = await server.call('POST', path, { as, body })
        assert.equal(made.status, 201, made.text)
        return made.body
      }
      const as = within === null ? second : owner
      const owners = [first.id, second.id]
      const account = { project: within, name: `does-${role.slice(0, 6)}`, title: 'CI', owners }
      const { id } = await post('/v1/service-accounts', account, as)
      const grants = within === null ? '/v1/grants' : `/v1/projects/${within}/grants`
      await post(grants, { subject: id, role }, as)
      const token = { name: 'x', permissions: [permission] }
      const { secret } = await post(`/v1/service-accounts/${id}/tokens`, token, as)
      return { headers: { authorization: `Bearer ${secret}` } }
    }
    const given = await server.call('POST', `/v1/projects/${project}/grants`, {
      as: await tokenOf(project, 'project_owner', 'grant.write'),
      body: { subject: owner.id, role: 'approver' },
    })
    assert.deepEqual([given.status, given.body.state], [201, 'unconfirmed'])

    const body = { name: 'qa', title: 'QA' }
    const group = (await server.call('POST', '/v1/groups', { as: first, body })).body.id
    const as = await tokenOf(null, 'system_admin', 'group.write')
    const join = (id: string) => server.call('PUT', `/v1/groups/${group}/members/${id}`, { as })
    assert.equal((await join(second.id)).body.code, 'cannot_change_yourself')
    assert.equal((await join(owner.id)).status, 200)
    await server.call('DELETE', `/v1/groups/${group}/members/${owner.id}`, { as })
    assert.equal((await world.grant(first, group, 'approver')).status, 201)
    const joined = await join(owner.id)
    assert.deepEqual([joined.status, joined.body.code], [403, 'person_required'])
  })

  test('whose giver has a new password by a link waits for somebody else, as whoever made the link may have given it', async () => {
    await using world = await start()
    const { server, first, second } = world
    const developer = await server.person(first, 'developer', [])
    const group = (
      await server.call('POST', '/v1/groups', { as: first, body: { name: 'qa', title: 'QA' } })
    ).body.id
    assert.equal((await world.grant(second, group, 'approver')).body.state, 'in_force')
    const own = (await world.grant(first, first.id, 'approver')).body
    const link = await server.call('POST', `/v1/users/${second.id}/invitation`, { as: first })
    const used = await server.call('POST', '/v1/invitations/acceptance', {
      body: { code: link.body.code, password: PASSWORD },
    })
    assert.equal(used.status, 201, used.text)
    const whoever = await server.signIn('second-admin')

    const confirmed = await world.confirm(whoever, own)
    assert.deepEqual([confirmed.status, confirmed.body.code], [403, 'password_new'])
    const path = `/v1/groups/${group}/members/${developer.id}`
    const joined = await server.call('PUT', path, { as: whoever })
    assert.deepEqual([joined.status, joined.body.code], [403, 'password_new'])
    const given = await world.grant(whoever, developer.id, 'approver')
    assert.deepEqual(
      [given.body.state, given.body.givenBy, given.body.because],
      ['unconfirmed', second.id, 'new_password'],
    )

    await server.database.pool.query(
      `UPDATE users SET decides_from = decides_from - interval '2 hours' WHERE name = 'second-admin'`,
    )
    assert.equal((await world.confirm(whoever, own)).body.state, 'confirmed')
    assert.equal((await server.call('PUT', path, { as: whoever })).status, 200)
  })

  test('can be taken back while it waits; whoever needs it is told what it waits for', async () => {
    await using world = await start()
    const { server, first, second, project } = world
    const owner = await server.person(first, 'owner', [{ role: 'project_owner', project }])
    const given = await server.call('POST', `/v1/projects/${project}/grants`, {
      as: owner,
      body: { subject: owner.id, role: 'approver' },
    })
    const list = await server.call('GET', `/v1/projects/${project}/grants`, { as: second })
    assert.deepEqual(
      list.body.items.map(({ role, state }: { role: string; state: string }) => [role, state]),
      [
        ['project_owner', 'in_force'],
        ['approver', 'unconfirmed'],
      ],
    )
    const taken = await server.call('DELETE', `/v1/grants/${given.body.id}`, { as: second })
    assert.deepEqual([taken.status, taken.body], [200, { endedSessions: 1 }])
    assert.equal((await world.confirm(second, given.body)).status, 404)

    const security = await world.grant(second, second.id, 'security_admin')
    await server.database.pool.query(
      `UPDATE grants SET role = 'operator' WHERE role = 'system_admin' AND user_id = (SELECT id FROM users WHERE name = 'second-admin')`,
    )
    const revoke = () => server.call('GET', `/v1/users/${first.id}/tokens`, { as: second })
    assert.equal((await revoke()).body.code, 'role_not_confirmed')
    await world.confirm(first, security.body)
    const again = await server.signIn('second-admin')
    const late = await server.call('GET', `/v1/users/${first.id}/tokens`, { as: again })
    assert.deepEqual([late.status, late.body.code], [403, 'role_not_yet'])
    assert.equal(
      late.body.from,
      (await server.call('GET', '/v1/grants', { as: first })).body.items.at(-1).from,
    )
    await letTheHourPass(server)
    assert.equal(
      (await server.call('GET', `/v1/users/${first.id}/tokens`, { as: again })).status,
      200,
    )
  })

  test('given by somebody else it counts at once, and says how many sessions ended', async () => {
    await using world = await start()
    const { server, first, second } = world
    const given = await world.grant(first, second.id, 'approver')
    assert.deepEqual([given.body.state, given.body.endedSessions], ['in_force', 1])
    assert.deepEqual(await world.rolesOf(await server.signIn('second-admin')), [
      'system_admin',
      'approver',
    ])
  })
})
