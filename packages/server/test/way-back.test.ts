import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { idOf, uuidOf, type Digest, type SnapshotBody } from '@lockstep/domain'
import { digestOf } from '../src/planning/digest.ts'
import { saveSnapshot } from '../src/postgres/deliverables/snapshot-store.ts'
import { savePlan } from '../src/postgres/plans.ts'
import { startTestApi, type Answered, type Caller, type TestApi } from '../testing/api.ts'
import { application, apply, environment, pipeline, release } from '../testing/definitions.ts'

let server: TestApi
let admin: Caller & { readonly id: string }
let project: string
let number: number
let production: string
let releaseId: string

before(async () => {
  server = await startTestApi()
  admin = await server.setUp()
  const made = await server.call('POST', '/v1/projects', {
    as: admin,
    body: { name: 'shop', title: 'Shop' },
  })
  project = made.body.id
  await server.call('POST', '/v1/groups', {
    as: admin,
    body: { name: 'managers', title: 'Managers' },
  })
  const applied = await apply(server, admin, {
    project,
    source: 'shop',
    definitions: [
      withMigration(application('shop')),
      environment('production', 'shop'),
      pipeline('shop', 'shop', { environment: 'production' }),
      release('shop-2', { collects: 'shop', goes: 'shop', to: 'production' }),
    ],
  })
  assert.equal(applied.status, 200, applied.text)
  const { rows } = await server.database.pool.query<{ id: string; kind: string; number: number }>(
    `SELECT d.id, d.kind, p.number FROM definitions d JOIN projects p ON p.number = d.project_id`,
  )
  number = rows[0]?.number ?? 0
  production = idOf('env', rows.find(({ kind }) => kind === 'environment')?.id ?? '')
  releaseId = idOf('rel', rows.find(({ kind }) => kind === 'release')?.id ?? '')
  await addHost()
})
after(() => server[Symbol.asyncDispose]())

/** The application changes its tables with a command that runs once for all. */
function withMigration(written: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(written).replace(
    '"into":"/opt/api"}',
    '"into":"/opt/api"},{"kind":"command","name":"migrate","argv":["true"],"runOn":"one"}',
  )
  return JSON.parse(text)
}

async function addHost(): Promise<void> {
  const { pool } = server.database
  const id = randomUUIDv7()
  await pool.query(
    `INSERT INTO agents (id, name, labels, labels_bound, public_key, platform, version)
     VALUES ($1, 'host-1', '{edge}', true, 'key', 'linux', '1')`,
    [id],
  )
  await pool.query(
    "INSERT INTO agent_assignments (agent_id, project_id, environment_id, assigned_by) VALUES ($1, $2, $3, 'rule')",
    [id, number, uuidOf(production)],
  )
}

/** A deployment to Production that has ended well, by the release or by a run of its own. */
async function deployed(version: string, ofRelease: boolean): Promise<void> {
  const { pool } = server.database
  const { rows } = await pool.query<{ digest: Digest }>(
    `SELECT r.digest FROM definitions d JOIN definition_revisions r ON r.definition_id = d.id WHERE d.kind = 'application'`,
  )
  const body: SnapshotBody = {
    v: 1,
    application: { project: 'shop', name: 'shop' },
    version,
    components: [
      {
        name: 'shop-api',
        version,
        digest: digestOf({ bits: version }),
        sizeBytes: 1,
        contracts: { provides: {}, requires: {} },
      },
    ],
    processes: {},
    configuration: {},
  }
  const snapshot = digestOf(body)
  const root = ofRelease ? uuidOf(releaseId) : randomUUIDv7()
  const definition = rows[0]?.digest ?? snapshot
  await saveSnapshot(pool, {
    digest: snapshot,
    body,
    definition,
    projectNumber: number,
    root: idOf('run', root),
  })
  const plan = {
    kind: 'process',
    process: 'deploy',
    application: body.application,
    environment: { id: production },
    snapshot: { digest: snapshot, version },
    made: randomUUIDv7(),
  }
  const digest = digestOf(plan)
  await savePlan(pool, digest, plan as never)
  await pool.query(
    `INSERT INTO aggregates (project_id, root_id, id, parent_id, kind, version, status, state, created_at, finished_at)
     VALUES ($1, $2, $3, $3, 'process_run', 1, 'succeeded', $4, clock_timestamp(), now())`,
    [number, root, randomUUIDv7(), JSON.stringify({ plan: digest })],
  )
}

function planBack(more: object = {}): Promise<Answered> {
  const body = { project, name: 'shop-2', wayBack: true, ...more }
  return server.call('POST', '/v1/plans', { as: admin, body })
}

suite('the way back of a release', () => {
  test('is refused while the release has deployed nothing, and for a pipeline', async () => {
    const early = await planBack()
    assert.equal(early.body.code, 'plan_refused')
    assert.match(early.body.detail, /"shop-2" has deployed nothing yet/)
    const other = await planBack({ name: 'shop' })
    assert.match(other.body.detail, /"shop" is no release/)
  })

  test('is a plan and then a run of its own, to what was there before, and says what stays', async () => {
    for (const [version, ofRelease] of [
      ['1.0.0', false],
      ['2.0.0', true],
      ['2.0.1', true],
    ] as const) {
      await deployed(version, ofRelease)
    }
    const planned = await planBack()
    assert.equal(planned.status, 200, planned.text)
    const { title, wayBack, stages, cannotBeUndone } = planned.body
    assert.deepEqual([title, wayBack, stages.length], ['Shop 2, way back', true, 1])
    assert.deepEqual(
      stages[0].tasks.map((task: { title: string; to: string }) => [task.title, task.to]),
      [['roll back shop', '1.0.0']],
    )
    assert.deepEqual(cannotBeUndone, [
      'Production, shop/shop: "migrate" of shop-api ran once for all and has no process "rollback"; 1.0.0 meets what it has left.',
    ])
    const body = { project, name: 'shop-2', wayBack: true, plan: planned.body.digest }
    const started = await server.call('POST', '/v1/runs', { as: admin, body })
    assert.equal(started.status, 201, started.text)
    assert.deepEqual(
      [started.body.address, started.body.release, started.body.title],
      ['shop/shop-2/1', 'shop-2', 'Shop 2, way back'],
    )
  })

  test('goes where somebody says instead', async () => {
    await deployed('0.9.0', false)
    const planned = await planBack({ snapshots: { shop: '0.9.0' } })
    assert.equal(planned.body.stages[0].tasks[0].to, '0.9.0', planned.text)
    const unknown = await planBack({ snapshots: { shop: '7.0.0' } })
    assert.equal(unknown.body.code, 'unknown_reference')
  })
})

suite('a release that is over', () => {
  test('is not started again, and what can be done instead is said', async () => {
    const target = { project: number, root: releaseId, id: releaseId }
    await server.reactor.submit(target, { type: 'release_cancelled', reason: 'Given up.' }, 'rule')
    const started = await server.call('POST', '/v1/runs', {
      as: admin,
      body: { project, name: 'shop-2', snapshots: { shop: '2.0.0' } },
    })
    assert.deepEqual([started.status, started.body.code], [409, 'wrong_state'], started.text)
    assert.match(
      started.body.detail,
      /^Shop-2 is over, .*a new release, .*release rollback shop-2$/,
    )
  })
})

suite('a run that is to begin later', () => {
  test('is refused for a time that is over, and else waits for it until it is aborted', async () => {
    const body = { project, name: 'shop-2', wayBack: true }
    const past = await server.call('POST', '/v1/runs', {
      as: admin,
      body: { ...body, startsAt: '2020-01-01T00:00:00Z' },
    })
    assert.match(past.body.detail, /2020-01-01T00:00:00.000Z is over/)
    const startsAt = '2099-01-01T22:00:00.000Z'
    const { body: run } = await server.call('POST', '/v1/runs', {
      as: admin,
      body: { ...body, startsAt },
    })
    assert.deepEqual(
      [run.state, run.waitsFor[0].on, run.waitsFor[0].until, run.working],
      ['waiting', 'time', startsAt, []],
    )
    assert.equal(run.stages[0].entry.state, 'not_reached')
    const aborted = await server.call('POST', `/v1/runs/${run.id}/abort`, {
      as: admin,
      body: { reason: 'Not tonight' },
    })
    assert.equal(aborted.body.state, 'aborted')
  })
})
