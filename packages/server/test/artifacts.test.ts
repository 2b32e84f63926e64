import assert from 'node:assert/strict'
import { createHash, randomUUIDv7 } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { idOf, uuidOf, type Digest, type EnvironmentId, type SnapshotBody } from '@lockstep/domain'

import { saveRunSnapshot } from '../src/postgres/deliverables/run-store.ts'
import { saveSnapshot } from '../src/postgres/deliverables/snapshot-store.ts'
import { startTestApi, type Answered, type Caller, type TestApi } from '../testing/api.ts'
import { application, apply, environment } from '../testing/definitions.ts'

let server: TestApi
let admin: Caller & { readonly id: string }
let project: string
let number: number
let dev: EnvironmentId

before(async () => {
  server = await startTestApi()
  admin = await server.setUp()
  const body = { name: 'backend', title: 'Backend' }
  project = (await server.call('POST', '/v1/projects', { as: admin, body })).body.id
  await apply(server, admin, {
    project,
    source: 'shop',
    definitions: [application('shop'), environment('dev', 'shop')],
  })
  const { rows } = await server.database.pool.query<{ number: number }>(
    'SELECT number FROM projects WHERE id = $1',
    [uuidOf(project)],
  )
  number = rows[0]?.number ?? 0
  const listed = await server.call('GET', `/v1/environments?project=${project}`, { as: admin })
  dev = listed.body.items[0].id
})
after(() => server[Symbol.asyncDispose]())

const digestOf = (bytes: string): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`

async function sendPart(digest: Digest, offset: number, bytes: string): Promise<Answered> {
  const path = `/v1/projects/${project}/uploads/${digest.slice(7)}?offset=${offset}`
  const response = await fetch(`${server.url}${path}`, {
    method: 'PUT',
    headers: { ...admin.headers, 'content-type': 'application/octet-stream' },
    body: bytes,
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) }
}

async function upload(bytes: string): Promise<Digest> {
  const digest = digestOf(bytes)
  const body = { digest, sizeBytes: bytes.length }
  const began = await server.call('POST', `/v1/projects/${project}/uploads`, { as: admin, body })
  assert.equal(began.status, 200, began.text)
  if (!began.body.complete) assert.equal((await sendPart(digest, 0, bytes)).body.complete, true)
  return digest
}

function keep(version: string, digest: Digest, more: object = {}): Promise<Answered> {
  const body = { project, component: 'shop-api', version, digest, ...more }
  return server.call('POST', '/v1/artifacts', { as: admin, body })
}

suite('an artifact that was built elsewhere', () => {
  test('is sent in parts that go on where they stopped, and read again as it was', async () => {
    const bytes = 'first part, second part'
    const digest = digestOf(bytes)
    const body = { digest, sizeBytes: bytes.length }
    const path = `/v1/projects/${project}/uploads`
    assert.deepEqual((await server.call('POST', path, { as: admin, body })).body, {
      length: 0,
      complete: false,
    })
    await sendPart(digest, 0, bytes.slice(0, 11))
    assert.equal((await sendPart(digest, 5, 'again')).body.code, 'upload_offset_wrong')
    assert.equal((await server.call('POST', path, { as: admin, body })).body.length, 11)
    assert.equal((await sendPart(digest, 11, bytes.slice(11))).body.complete, true)
    const kept = await keep('1.0.0', digest)
    assert.deepEqual([kept.status, kept.body.application], [201, 'shop'])
    const content = `/v1/projects/${project}/artifacts/${digest.slice(7)}/content`
    assert.equal((await server.call('GET', content, { as: admin })).text, bytes)
  })

  test('is not taken when its bytes are others than were announced, or never came', async () => {
    const digest = digestOf('announced')
    const body = { digest, sizeBytes: 9 }
    await server.call('POST', `/v1/projects/${project}/uploads`, { as: admin, body })
    assert.equal((await sendPart(digest, 0, 'otherwise'.slice(0, 9))).body.code, 'digest_mismatch')
    assert.equal((await keep('1.0.1', digest)).body.code, 'digest_mismatch')
  })

  test('keeps its version for ever: the same bytes again are fine, others are refused', async () => {
    const [one, other] = [await upload('one'), await upload('other')]
    assert.equal((await keep('1.1.0', one)).status, 201)
    assert.equal((await keep('1.1.0', one)).status, 201)
    const refused = await keep('1.1.0', other)
    assert.deepEqual(
      [refused.body.code, refused.body.stored, refused.body.sent],
      ['artifact_version_taken', one, other],
    )
  })

  test('of a component that is not there is refused with the nearest', async () => {
    const refused = await keep('1.2.0', await upload('one'), { component: 'shop-apu' })
    assert.match(refused.body.detail, /Did you mean "shop-api"\?$/)
  })

  test('is given out no more when it was deleted, and its version stays taken', async () => {
    const digest = await upload('to be deleted')
    const { body } = await keep('1.3.0', digest)
    const path = `/v1/artifacts/${body.id}/deletion`
    const silent = await server.call('POST', path, { as: admin, body: { comment: '' } })
    assert.equal(silent.body.code, 'comment_missing')
    const deleted = await server.call('POST', path, {
      as: admin,
      body: { comment: 'Wrong branch' },
    })
    assert.equal(deleted.status, 204)
    const content = `/v1/projects/${project}/artifacts/${digest.slice(7)}/content`
    assert.equal((await server.call('GET', content, { as: admin })).status, 404)
    assert.equal((await keep('1.3.0', digest)).body.code, 'artifact_version_taken')
  })
})

/** A run that deployed the component in this version, as inventory says. */
async function deployed(version: string, resource: string): Promise<SnapshotBody> {
  const { pool } = server.database
  const bytes = `shop-api ${version}`
  const digest = await upload(bytes)
  await keep(version, digest)
  const body: SnapshotBody = {
    v: 1,
    application: { project: 'backend', name: 'shop' },
    version,
    components: [
      {
        name: 'shop-api',
        version,
        digest,
        sizeBytes: bytes.length,
        contracts: { provides: {}, requires: {} },
      },
    ],
    processes: {},
    configuration: {},
  }
  const run = idOf('run', randomUUIDv7())
  const named = digestOf(`snapshot ${version}`)
  await saveSnapshot(pool, {
    digest: named,
    body,
    definition: named,
    projectNumber: number,
    root: run,
  })
  await pool.query(
    `INSERT INTO aggregates (project_id, root_id, id, kind, version, status, state, created_at, finished_at)
     VALUES ($1, $2, $2, 'pipeline_run', 1, 'succeeded', '{}', now(), now())`,
    [number, uuidOf(run)],
  )
  await saveRunSnapshot(pool, run, number, { application: 'shop', digest: named, version })
  await pool.query(
    `INSERT INTO inventory VALUES ($1, 'backend', 'shop', 'shop-api', $2, $3, NULL, true, false, $4, NULL, now())
     ON CONFLICT (environment_id, component_project, application, component, resource)
     DO UPDATE SET runs = excluded.runs, by_root_id = excluded.by_root_id`,
    [uuidOf(dev), resource, JSON.stringify({ version, digest }), uuidOf(run)],
  )
  return body
}

function take(more: object = {}): Promise<Answered> {
  const body = { application: 'backend/shop', ...more }
  return server.call('POST', `/v1/environments/${dev}/snapshots`, { as: admin, body })
}

suite('a snapshot of what an environment runs', () => {
  test('is the one that was deployed, where it runs as it was', async () => {
    await deployed('2.0.0', 'host-1')
    const taken = await take()
    assert.deepEqual([taken.status, taken.body.version], [201, '2.0.0'])
  })

  test('has a version of its own where one is given, with the very bits that run', async () => {
    const body = await deployed('2.1.0', 'host-1')
    const taken = await take({ version: '2.1.0-frozen' })
    assert.deepEqual(
      [taken.body.version, taken.body.components[0].digest],
      ['2.1.0-frozen', body.components[0]?.digest],
    )
    assert.equal((await take({ version: '2.0.0' })).body.code, 'name_taken')
  })

  test('is refused where a component runs in two versions', async () => {
    await deployed('2.2.0', 'host-2')
    const refused = await take()
    assert.equal(refused.body.code, 'wrong_state')
    assert.match(
      refused.body.detail,
      /shop-api runs in several versions: 2\.[12]\.0, and 2\.[12]\.0/,
    )
  })

  test('holds its artifacts: they are not deleted', async () => {
    const path = `/v1/artifacts?project=${project}&component=shop-api&version=2.1.0`
    const { body } = await server.call('GET', path, { as: admin })
    const refused = await server.call('POST', `/v1/artifacts/${body.items[0].id}/deletion`, {
      as: admin,
      body: { comment: 'Old' },
    })
    assert.equal(refused.body.code, 'wrong_state')
    assert.match(refused.body.detail, /shop:2\.1\.0/)
  })
})
