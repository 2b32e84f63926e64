import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { idOf, lockOf, uuidOf, type EnvironmentId } from '@lockstep/domain'
import { saveFindings } from '../src/postgres/agents/findings.ts'
import { startTestApi, type Answered, type Caller, type TestApi } from '../testing/api.ts'
import { application, apply, environment } from '../testing/definitions.ts'

let server: TestApi
let admin: Caller & { readonly id: string }
let projects = 0
const agent = randomUUIDv7()

before(async () => {
  server = await startTestApi()
  admin = await server.setUp()
  await server.database.pool.query(
    `INSERT INTO agents (id, name, labels, labels_bound, public_key, platform, version)
     VALUES ($1, 'host-1', '{edge}', true, 'key', 'linux', '1')`,
    [agent],
  )
})
after(() => server[Symbol.asyncDispose]())

const post = (path: string, body: unknown, as: Caller = admin): Promise<Answered> =>
  server.call('POST', path, { as, body })
const get = (path: string, as: Caller = admin): Promise<Answered> =>
  server.call('GET', path, { as })

const bits = (version: string, letter: string) => ({
  version,
  digest: `sha256:${letter.repeat(64)}`,
})
const OLD = bits('1.0', 'a')
const CHANGED = bits('1.0 (changed)', 'b')

interface Place {
  readonly project: string
  readonly name: string
  readonly number: number
  readonly env: EnvironmentId
}

/** An environment in which host-1 should run 1.0, and an agent has found other bits. */
async function driftedPlace(): Promise<Place> {
  projects += 1
  const name = `d${projects}`
  const made = await post('/v1/projects', { name, title: name })
  const project: string = made.body.id
  const applied = await apply(server, admin, {
    project,
    source: 'shop',
    definitions: [application('shop'), environment('dev', 'shop')],
  })
  assert.equal(applied.status, 200, applied.text)
  const env: EnvironmentId = (await get(`/v1/environments?project=${project}`)).body.items[0].id
  const { rows } = await server.database.pool.query<{ number: number }>(
    'SELECT number FROM projects WHERE id = $1',
    [uuidOf(project)],
  )
  const place = { project, name, number: rows[0]?.number ?? 0, env }
  const told = await report(place, { runs: OLD, comment: 'As it was.' })
  assert.equal(told.status, 200, told.text)
  await find(place, CHANGED)
  return place
}

/** The agent of host-1 looks and finds this. */
async function find(place: Place, runs: typeof OLD | null): Promise<void> {
  const component = { project: place.name, application: 'shop', name: 'shop-api' }
  await saveFindings(
    server.database.pool,
    { id: idOf('agt', agent), name: 'host-1' },
    [place.env],
    [{ environment: place.env, component, runs, isVerified: false }],
  )
}

const report = (place: Place, more: object, as: Caller = admin): Promise<Answered> =>
  post(
    '/v1/inventory/reports',
    {
      environment: place.env,
      application: `${place.name}/shop`,
      component: 'shop-api',
      resource: 'host-1',
      ...more,
    },
    as,
  )
const acceptSeen = (place: Place, runs: typeof OLD | null, as?: Caller): Promise<Answered> =>
  report(place, { runs, accept: true, comment: 'A hotfix for the fair.' }, as)

const drifts = async ({ env }: Place): Promise<number> =>
  (await get(`/v1/inventory?environment=${env}&drift=true`)).body.items.length

suite('drift that is accepted', () => {
  test('is none any more, and the history and the audit trail say who accepted it and why', async () => {
    const place = await driftedPlace()
    assert.equal(await drifts(place), 1)
    const found = (await get(`/v1/inventory?environment=${place.env}`)).body.items[0]
    const accepted = await acceptSeen(place, CHANGED)
    assert.equal(accepted.status, 200, accepted.text)
    const { reported, wanted, drift, since, putBy } = accepted.body
    assert.deepEqual([reported, wanted, drift, putBy], [CHANGED, CHANGED, false, null])
    assert.equal(since, found.since)
    assert.equal(await drifts(place), 0)
    const { items } = (await get(`/v1/environments/${place.env}/history`)).body
    assert.deepEqual(
      items.map((one: Record<string, unknown>) => [
        one['what'],
        one['version'],
        one['by'],
        one['reason'],
        one['drift'],
      ]),
      [
        ['accepted', '1.0 (changed)', 'admin', 'A hotfix for the fair.', false],
        ['found', '1.0 (changed)', 'host-1', null, true],
        ['told', '1.0', 'admin', 'As it was.', false],
      ],
    )
    const { rows } = await server.database.pool.query<{ body: Record<string, unknown> }>(
      `SELECT body FROM events WHERE id = $1 AND type = 'inventory_reported' AND body->>'accepted' = 'true'`,
      [uuidOf(place.env)],
    )
    assert.deepEqual(
      rows.map(({ body }) => [body['wanted'], body['after'], body['comment']]),
      [[OLD, CHANGED, 'A hotfix for the fair.']],
    )
  })

  test('has to be what runs now: what has changed since it was seen is refused, with what it is', async () => {
    const place = await driftedPlace()
    const newer = bits('1.0 (changed)', 'c')
    await find(place, newer)
    const refused = await acceptSeen(place, CHANGED)
    assert.deepEqual([refused.status, refused.body.code], [409, 'wrong_state'])
    assert.deepEqual(refused.body.runs, newer)
    assert.match(refused.body.detail, /host-1 runs 1\.0 \(changed\) \(sha256:cccccccc\)/)
    assert.equal(await drifts(place), 1)
  })

  test('is not accepted twice, and nothing is that does not drift', async () => {
    const place = await driftedPlace()
    await acceptSeen(place, CHANGED)
    const twice = await acceptSeen(place, CHANGED)
    assert.deepEqual([twice.status, twice.body.refusal], [409, 'no_drift'])
    const never = await report(place, { resource: 'host-9', runs: OLD, accept: true, comment: 'x' })
    assert.equal(never.body.code, 'unknown_reference')
  })

  test('can be that something was taken away', async () => {
    const place = await driftedPlace()
    await find(place, null)
    const accepted = await acceptSeen(place, null)
    assert.deepEqual([accepted.status, accepted.body.wanted], [200, null])
    assert.equal(await drifts(place), 0)
  })

  test('waits until the run is done that holds the environment', async () => {
    const place = await driftedPlace()
    const id = lockOf(place.env)
    await server.reactor.create(
      { project: place.number, kind: 'environment_lock', id },
      { type: 'lock_created', environment: place.env },
      'rule',
    )
    const run = idOf('run', randomUUIDv7())
    const stage = { root: run, id: run.replace('run_', 'stg_') }
    const target = { project: place.number, root: id, id }
    const asks = { type: 'lock_requested', run, stage, mode: 'exclusive' }
    await server.reactor.submit(target, asks, 'rule')
    const refused = await acceptSeen(place, CHANGED)
    assert.deepEqual([refused.status, refused.body.refusal], [409, 'being_changed'])
    await server.reactor.submit(target, { type: 'holder_ended', run }, 'rule')
    assert.equal((await acceptSeen(place, CHANGED)).status, 200)
  })

  test('takes a reason, and the permission of a report', async () => {
    const place = await driftedPlace()
    const silent = await report(place, { runs: CHANGED, accept: true, comment: ' ' })
    assert.equal(silent.body.code, 'comment_missing')
    const viewer = await server.person(admin, `v-${place.name}`, [
      { role: 'viewer', project: place.project },
    ])
    assert.equal((await acceptSeen(place, CHANGED, viewer)).status, 403)
  })
})
