import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { isRaw, pathFields, routes, shapeOf, type AnyRoute } from '@lockstep/contract'
import { NEVER_BY_TOKEN, PERMISSIONS } from '@lockstep/domain'
import { startTestApi, type Caller, type TestApi } from '../testing/api.ts'
import { FIXTURES } from '../testing/fixtures.ts'
import { ACCESS, CALLERS, type CallerName } from './access-matrix.ts'

let server: TestApi
let own: string
let foreign: string
const callers = new Map<CallerName, Caller>()

before(async () => {
  server = await startTestApi()
  const admin = await server.setUp()
  const make = async (name: string): Promise<string> =>
    (await server.call('POST', '/v1/projects', { as: admin, body: { name, title: name } })).body.id
  own = await make('own')
  foreign = await make('foreign')
  callers.set('anonymous', { headers: {} }).set('system_admin', admin)
  callers.set('nobody', await server.person(admin, 'nobody'))
  callers.set(
    'security_admin',
    await server.person(admin, 'security-admin', [{ role: 'security_admin' }]),
  )
  for (const role of [
    'viewer',
    'developer',
    'operator',
    'approver',
    'project_owner',
    'auditor',
  ] as const) {
    callers.set(role, await server.person(admin, role.replace('_', '-'), [{ role, project: own }]))
  }
  const second = await server.person(admin, 'second-owner')
  const account = await server.call('POST', '/v1/service-accounts', {
    as: admin,
    body: { project: own, name: 'builds', title: 'B', owners: [admin.id, second.id] },
  })
  await server.call('POST', `/v1/projects/${own}/grants`, {
    as: admin,
    body: { subject: account.body.id, role: 'developer' },
  })
  const permissions = PERMISSIONS.filter((permission) => !NEVER_BY_TOKEN.includes(permission))
  const made = await server.call('POST', `/v1/service-accounts/${account.body.id}/tokens`, {
    as: admin,
    body: { name: 'all', permissions },
  })
  callers.set('service_account', { headers: { authorization: `Bearer ${made.body.secret}` } })
})
after(() => server[Symbol.asyncDispose]())

/** Routes that end what they are called with would spoil the other calls. */
const ENDS_ITS_CALLER = ['signOut', 'changePassword']

suite('access matrix (ATK-06, ATK-08)', () => {
  for (const [name, route] of Object.entries(routes) as [string, AnyRoute][]) {
    if (route.permission === 'public') continue
    test(`${name} lets in exactly whom the table says`, async () => {
      const row = ACCESS[name]
      assert.ok(
        row !== undefined,
        `${name} has no row in access-matrix.ts. ${CALLERS.join(', ')}: own "${await outcomes(name, route, own)}", foreign "${await outcomes(name, route, foreign)}"; review each letter before adding it.`,
      )
      assert.equal(await outcomes(name, route, own), row[0])
      if (row[1] !== undefined) assert.equal(await outcomes(name, route, foreign), row[1])
    })
  }

  test('the table has no row without a route', () => {
    assert.deepEqual(
      Object.keys(ACCESS).filter((name) => !(name in routes)),
      [],
    )
  })
})

/** What each caller gets, as one letter each. */
async function outcomes(name: string, route: AnyRoute, project: string): Promise<string> {
  let letters = ''
  const made = new Map<string, string>()
  for (const caller of CALLERS) {
    const as = callers.get(caller)
    assert.ok(as !== undefined)
    const isSpared = ENDS_ITS_CALLER.includes(name) && caller !== 'anonymous'
    const letter = isSpared ? '+' : await outcome(route, project, as, made)
    // Who is refused, or only reads, leaves things as they were for the next caller.
    if (letter === '+' && route.method !== 'GET') made.clear()
    letters += letter
  }
  return letters
}

/** The letter of one call, on the things in `made`; what is missing there is made. */
async function outcome(
  route: AnyRoute,
  project: string,
  as: Caller,
  made: Map<string, string>,
): Promise<string> {
  const fixture = async (field: string): Promise<string> => {
    const there = made.get(field)
    if (there !== undefined) return there
    const make = FIXTURES[field]
    assert.ok(
      make !== undefined,
      `testing/fixtures.ts does not say how to make the thing that "${field}" of ${route.path} stands for`,
    )
    const id = await make({ server, project, made })
    made.set(field, id)
    return id
  }
  let path = route.path
  for (const field of pathFields(path)) path = path.replace(`{${field}}`, await fixture(field))
  const query = new URLSearchParams()
  if (route.object.startsWith('query.'))
    query.set(route.object.slice(6), await fixture(route.object.slice(6)))
  if ('topics' in shapeOf(route.query)) query.set('topics', `project:${project}`)
  if ('offset' in shapeOf(route.query)) query.set('offset', '0')
  // A list that is narrowed to an application that is not there says so.
  if ('application' in shapeOf(route.query) && route.object !== 'reach')
    query.set('application', 'x')
  if (route.method === 'DELETE' && 'name' in shapeOf(route.query)) query.set('name', 'x')
  if ('words' in shapeOf(route.query)) query.set('words', 'x')
  if ('chain' in shapeOf(route.query)) {
    for (const field of ['chain', 'first', 'last']) query.set(field, '1')
  }
  if ('since' in shapeOf(route.query) && 'repository' in shapeOf(route.query)) {
    query.set('repository', 'x')
    query.set('to', '0'.repeat(40))
  }
  // Two revisions; `from` and `until` are times.
  if ('from' in shapeOf(route.query) && 'to' in shapeOf(route.query)) {
    query.set('from', '1')
    query.set('to', '1')
  }
  const hasBody = !isRaw(route.body) && Object.keys(shapeOf(route.body)).length > 0
  const inBody = route.object.startsWith('body.') ? route.object.slice(5) : undefined
  const body =
    inBody === undefined ? {} : { ...BODIES[route.path], [inBody]: await fixture(inBody) }
  const abort = new AbortController()
  const response = await fetch(`${server.url}${path}?${query.toString()}`, {
    method: route.method,
    headers: {
      ...as.headers,
      'if-match': '"v1"',
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
    },
    ...(hasBody ? { body: JSON.stringify(body) } : {}),
    signal: abort.signal,
  })
  const letter = await letterOf(response)
  abort.abort()
  return letter
}

/** Bodies that get as far as the permission where that depends on the body. */
const OWNERS = ['usr_01KA5XQ2000000000000000000', 'usr_01KA5XQ2000000000000000001']
const BODIES: Readonly<Record<string, object>> = {
  '/v1/definitions/apply': { source: 'x', definitions: [] },
  '/v1/facts': { name: 'a.b', value: 1 },
  '/v1/repositories': { name: 'x', url: 'https://git.example.test/x' },
  '/v1/repositories/poll': { name: 'x' },
  '/v1/inventory/reports': {
    application: 'x/x',
    component: 'x',
    resource: 'x',
    runs: null,
    comment: 'x',
  },
  '/v1/repositories/change': { name: 'x', pollMs: 5_000 },
  '/v1/trusted-keys': { name: 'x', publicKey: 'x' },
  '/v1/artifacts/{artifact}/signatures': { signature: `${'A'.repeat(86)}==` },
  '/v1/secrets': { name: 'x', value: 'a value' },
  '/v1/artifacts': { component: 'x', version: '1', digest: `sha256:${'0'.repeat(64)}` },
  '/v1/plans': { name: 'x' },
  '/v1/runs': { name: 'x' },
  '/v1/service-accounts': { name: 'x', title: 'X', owners: OWNERS },
}

async function letterOf(response: Response): Promise<string> {
  if (response.status < 400) return '+'
  const code = String(Object(await response.json())['code'])
  if (response.status === 401) return '1'
  if (['forbidden', 'token_cannot', 'person_required'].includes(code)) return '3'
  return code === 'not_found' ? '4' : '+'
}
