import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import {
  idOf,
  lockOf,
  uuidOf,
  type Digest,
  type EnvironmentId,
  type SnapshotBody,
} from '@lockstep/domain'
import { digestOf } from '../src/planning/digest.ts'
import { saveFindings } from '../src/postgres/agents/findings.ts'
import { saveSnapshot } from '../src/postgres/deliverables/snapshot-store.ts'
import { savePlan } from '../src/postgres/plans.ts'
import { startTestApi, type Answered, type Caller, type TestApi } from '../testing/api.ts'
import { application, apply, environment } from '../testing/definitions.ts'
import { until } from '../testing/until.ts'

let server: TestApi
let admin: Caller & { readonly id: string }
let projects = 0
const agent = randomUUIDv7()

before(async () => {
  server = await startTestApi()
  admin = await server.setUp()
  await server.person(admin, 'qa-lead')
  await post('/v1/groups', { name: 'managers', title: 'Managers' })
  await server.database.pool.query(
    `INSERT INTO agents (id, name, labels, labels_bound, public_key, platform, version)
     VALUES ($1, 'host-1', '{edge}', true, 'key-1', 'linux', '1'), ($2, 'host-2', '{edge}', true, 'key-2', 'linux', '1')`,
    [agent, randomUUIDv7()],
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

/** An environment that takes the application, and more definitions. */
async function newPlace(more: readonly Record<string, unknown>[] = []): Promise<Place> {
  projects += 1
  const name = `d${projects}`
  const made = await post('/v1/projects', { name, title: name })
  const project: string = made.body.id
  const applied = await apply(server, admin, {
    project,
    source: 'shop',
    definitions: [application('shop'), environment('dev', 'shop'), ...more],
  })
  assert.equal(applied.status, 200, applied.text)
  const env: EnvironmentId = (await get(`/v1/environments?project=${project}`)).body.items[0].id
  const { rows } = await server.database.pool.query<{ number: number }>(
    'SELECT number FROM projects WHERE id = $1',
    [uuidOf(project)],
  )
  return { project, name, number: rows[0]?.number ?? 0, env }
}

/** An environment in which host-1 should run 1.0, as somebody told, and an agent has found other bits. */
async function driftedPlace(): Promise<Place> {
  const place = await newPlace()
  const told = await report(place, { runs: OLD, comment: 'As it was.' })
  assert.equal(told.status, 200, told.text)
  await find(place, CHANGED)
  return place
}

/** Two stages, of which the second deploys to the environment behind an approval and goes on with more. */
const DELIVERY = {
  kind: 'pipeline',
  name: 'delivery',
  parameters: [{ kind: 'text', name: 'mode', default: 'slow' }],
  stages: [
    {
      kind: 'stage',
      name: 'build',
      tasks: [{ kind: 'test', name: 'units', agent: 'edge', run: ['true'] }],
    },
    {
      kind: 'stage',
      name: 'go',
      environment: { name: 'dev' },
      entry: [{ kind: 'approval', name: 'Ready', by: [{ user: 'qa-lead' }] }],
      tasks: [
        { kind: 'deploy', application: { name: 'shop' }, when: { cel: 'run.attempt > 1' } },
        { kind: 'test', name: 'round trip', agent: 'edge', run: ['true'] },
      ],
      exit: [{ kind: 'healthy' }],
    },
  ],
}

/** The pipeline as others have it: a release that binds its stage, and one that runs it as a task. */
const OPEN = {
  ...DELIVERY,
  stages: DELIVERY.stages.map(({ environment: _, ...stage }) => stage),
}
const RELEASE = {
  kind: 'release',
  name: 'shop-1',
  title: 'Shop 1',
  owner: { group: 'managers' },
  pipeline: { name: 'delivery' },
  applications: [
    { kind: 'collect', application: { name: 'shop' }, from: { name: 'delivery' }, versions: '1.x' },
  ],
  environments: { build: { name: 'dev' }, go: { name: 'dev' } },
}
const OUTER = {
  kind: 'pipeline',
  name: 'outer',
  stages: [
    {
      kind: 'stage',
      name: 'all',
      tasks: [{ kind: 'run_pipeline', pipeline: { name: 'delivery' } }],
    },
  ],
}

/**
 * 1.0 was delivered to host-1 and host-2 by a run of the pipeline, of a release, or of the task of another pipeline; then
 * the agent of host-1 finds other bits.
 */
async function deliveredPlace(by: 'pipeline' | 'release' | 'task' = 'pipeline'): Promise<Place> {
  const place = await newPlace(
    { pipeline: [DELIVERY], release: [OPEN, RELEASE], task: [DELIVERY, OUTER] }[by],
  )
  const { pool } = server.database
  const { rows } = await pool.query<{ kind: string; id: string; digest: Digest }>(
    `SELECT d.kind, d.id, r.digest FROM definitions d JOIN definition_revisions r ON r.definition_id = d.id
     WHERE d.project_id = $1`,
    [place.number],
  )
  const of = (kind: string) => rows.find((row) => row.kind === kind)
  const [started, release] =
    by === 'release' ? ['shop-1', of('release')?.id] : [by === 'task' ? 'outer' : 'delivery', null]
  const body: SnapshotBody = {
    v: 1,
    application: { project: place.name, name: 'shop' },
    version: '1.0',
    components: [
      {
        name: 'shop-api',
        version: '1.0',
        digest: OLD.digest as Digest,
        sizeBytes: 1,
        contracts: { provides: {}, requires: {} },
      },
    ],
    processes: {},
    configuration: {},
  }
  const snapshot = digestOf(body)
  const [root, stage, run] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()]
  const definition = of('application')?.digest ?? snapshot
  const projectNumber = place.number
  await saveSnapshot(pool, {
    digest: snapshot,
    body,
    definition,
    projectNumber,
    root: idOf('run', root),
  })
  const runPlan = {
    kind: 'run',
    pipeline: { project: place.name, name: 'delivery' },
    parameters: { mode: 'fast', gone: 'x' },
    made: root,
  }
  const plan = {
    kind: 'process',
    process: 'deploy',
    application: body.application,
    environment: { id: place.env },
    snapshot: { digest: snapshot, version: '1.0' },
    made: root,
  }
  await savePlan(pool, digestOf(runPlan), runPlan as never)
  await savePlan(pool, digestOf(plan), plan as never)
  await pool.query(
    `INSERT INTO runs (id, root_id, project_id, name, number, pipeline_id, plan_digest, starter, release_id)
     VALUES ($1, $2, $3, $4, 1, $5, $6, 'rule', $7)`,
    [
      by === 'task' ? root : run,
      root,
      place.number,
      started,
      of('pipeline')?.id,
      digestOf(runPlan),
      release,
    ],
  )
  await pool.query(
    `INSERT INTO aggregates (project_id, root_id, id, parent_id, kind, version, status, state, created_at, finished_at)
     SELECT $1, $2, id, parent, kind, 1, 'succeeded', state, now(), now() FROM (VALUES
       ($2::uuid, NULL::uuid, 'root', '{}'::jsonb), ($3, $2, 'pipeline_run', $6), ($4, $3, 'stage_run', '{}'),
       ($5, $4, 'process_run', $7)) AS t (id, parent, kind, state)`,
    [
      place.number,
      root,
      run,
      stage,
      randomUUIDv7(),
      JSON.stringify({ plan: digestOf(runPlan) }),
      JSON.stringify({ plan: digestOf(plan) }),
    ],
  )
  for (const host of ['host-1', 'host-2']) {
    await pool.query(
      `INSERT INTO inventory VALUES ($1, $2, 'shop', 'shop-api', $3, $4, $4, true, false, $5, NULL, now())`,
      [uuidOf(place.env), place.name, host, JSON.stringify(OLD), root],
    )
    await pool.query(
      `INSERT INTO agent_assignments (agent_id, project_id, environment_id, assigned_by)
       SELECT id, $2, $3, 'rule' FROM agents WHERE name = $1`,
      [host, place.number, uuidOf(place.env)],
    )
  }
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

suite('drift that is put back', () => {
  const rowOf = async ({ env }: Place, as: Caller = admin) =>
    (await get(`/v1/inventory?environment=${env}&resource=host-1`, as)).body.items[0]
  const subject = ({ project, name, env }: Place, more: object = {}) => ({
    project,
    name: 'delivery',
    putBack: { environment: env, application: `${name}/shop` },
    ...more,
  })

  test('names what brings it back, and its plan is the one stage with its entry gate, on what has drifted alone', async () => {
    const place = await deliveredPlace()
    const { project, name } = place
    const row = await rowOf(place)
    const putBack = { project, projectName: name, name: 'delivery', version: '1.0' }
    assert.deepEqual([row.putBack, row.notPutBack], [putBack, null])
    const planned = await post('/v1/plans', subject(place))
    assert.equal(planned.status, 200, planned.text)
    const { title, putBack: isPutBack, brings, stages } = planned.body
    assert.deepEqual([title, isPutBack, brings[0].version], ['Delivery, put back', true, '1.0'])
    assert.deepEqual(
      stages.map((stage: Record<string, unknown>) => [
        stage['name'],
        stage['environment'],
        stage['entry'],
      ]),
      [['go', 'dev', ['Ready: qa-lead']]],
    )
    const [task, ...more] = stages[0].tasks
    assert.deepEqual(more, [])
    assert.deepEqual(
      task.lines.map((line: Record<string, unknown>) => [
        line['resources'],
        line['skipped'],
        line['to'],
      ]),
      [
        [['host-1'], null, '1.0'],
        [['host-2'], 'already 1.0', '1.0'],
      ],
    )
  })

  test('is a run of its own, with the parameters of the run that brought it, that waits at the gate', async () => {
    const place = await deliveredPlace()
    const { digest } = (await post('/v1/plans', subject(place))).body
    const started = await post('/v1/runs', subject(place, { plan: digest }))
    assert.equal(started.status, 201, started.text)
    const { address, plan, parameters, stages } = started.body
    assert.deepEqual(
      [address, plan, parameters, stages.length],
      [`${place.name}/delivery/2`, digest, { mode: 'fast' }, 1],
    )
  })

  test('is not while a run puts it back already, whose address is said', async () => {
    const place = await deliveredPlace()
    const { digest } = (await post('/v1/plans', subject(place))).body
    const first = await post('/v1/runs', subject(place, { plan: digest }))
    assert.equal(first.status, 201, first.text)
    const { address, id } = first.body
    const twice = await post('/v1/runs', subject(place, { plan: digest }))
    assert.deepEqual([twice.status, twice.body.code], [422, 'plan_refused'])
    assert.match(twice.body.detail, new RegExp(`is being put back in ".*/dev" by ${address}\\.`))
    const during = await rowOf(place)
    const said = `It is being put back by ${address}.`
    assert.deepEqual([during.putBack, during.notPutBack], [null, said])
    await post(`/v1/runs/${id}/abort`, { reason: 'Not now.' })
    await until('it has ended', async () => (await rowOf(place)).putBack !== null)
    assert.equal((await post('/v1/runs', subject(place))).status, 201)
  })

  test('of a release is a run of it, with this application and this stage alone', async () => {
    const place = await deliveredPlace('release')
    const { name, version } = (await rowOf(place)).putBack
    assert.deepEqual([name, version], ['shop-1', '1.0'])
    const started = await post('/v1/runs', subject(place, { name }))
    assert.equal(started.status, 201, started.text)
    const { address, title, release, stages } = started.body
    assert.deepEqual(
      [address, title, release, stages.map((stage: { name: string }) => stage.name)],
      [`${place.name}/shop-1/2`, 'Shop 1, put back', 'shop-1', ['go']],
    )
    const { items } = (await get(`/v1/releases?project=${place.project}`)).body
    assert.equal(items[0].state, 'collecting')
  })

  test('of a pipeline that another one ran is a run of itself', async () => {
    const place = await deliveredPlace('task')
    assert.equal((await rowOf(place)).putBack.name, 'delivery')
    assert.equal((await post('/v1/plans', subject(place))).status, 200)
  })

  test('is started as it was planned: a plan of what has moved since is refused', async () => {
    const place = await deliveredPlace()
    const { digest } = (await post('/v1/plans', subject(place))).body
    await find(place, bits('1.0 (changed)', 'd'))
    const moved = await post('/v1/runs', subject(place, { plan: digest }))
    assert.deepEqual([moved.status, moved.body.code], [409, 'plan_outdated'])
    await find(place, OLD)
    const over = await post('/v1/runs', subject(place, { plan: digest }))
    assert.deepEqual([over.status, over.body.code], [422, 'plan_refused'])
    assert.match(over.body.detail, /Nothing of ".*\/shop" drifts in ".*\/dev"/)
  })

  test('is not when a person told what is wanted, and the way out is said', async () => {
    const place = await driftedPlace()
    await server.database.pool.query(
      `INSERT INTO agent_assignments (agent_id, project_id, environment_id, assigned_by) VALUES ($1, $2, $3, 'rule')`,
      [agent, place.number, uuidOf(place.env)],
    )
    const row = await rowOf(place)
    assert.equal(row.putBack, null)
    assert.match(
      row.notPutBack,
      /was not brought by one deployment.*or a new release, or accept what runs\.$/,
    )
  })

  test('is not on a host that has left, or where nothing was wanted', async () => {
    const place = await deliveredPlace()
    await server.database.pool.query(
      'UPDATE inventory SET wanted = NULL WHERE environment_id = $1',
      [uuidOf(place.env)],
    )
    assert.match((await rowOf(place)).notPutBack, /^Nothing of shop-api is wanted on host-1/)
    const gone = await deliveredPlace()
    await server.database.pool.query(
      'DELETE FROM agent_assignments WHERE agent_id = $1 AND environment_id = $2',
      [agent, uuidOf(gone.env)],
    )
    assert.match(
      (await rowOf(gone)).notPutBack,
      /^host-1 does no work in this environment any more/,
    )
  })

  test('is asked of what deploys it there, by somebody who may start that', async () => {
    const [place, other] = [await deliveredPlace(), await deliveredPlace()]
    const wrong = await post('/v1/plans', subject(place, { project: other.project }))
    assert.equal(wrong.body.code, 'plan_refused')
    assert.match(wrong.body.detail, /has no stage that deploys/)
    assert.ok(!wrong.body.detail.includes(`${place.name}/dev`), wrong.body.detail)
    const viewer = await server.person(admin, `b-${place.name}`, [
      { role: 'viewer', project: place.project },
    ])
    assert.equal((await rowOf(place, viewer)).putBack?.name, 'delivery')
    assert.equal(
      (await server.call('POST', '/v1/runs', { as: viewer, body: subject(place) })).status,
      403,
    )
  })

  test('does not speak of what was', async () => {
    const place = await deliveredPlace()
    const { at } = (await get('/v1/inventory')).body
    const past = await get(`/v1/inventory?environment=${place.env}&at=${at}`)
    const seen = past.body.items.map((row: { putBack: unknown; notPutBack: unknown }) => [
      row.putBack,
      row.notPutBack,
    ])
    assert.ok(seen.every((one: unknown[]) => one.every((value) => value === null)))
  })
})
