import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { idOf, lockOf, uuidOf, type EnvironmentId } from '@lockstep/domain'
import { startTestApi, type Answered, type Caller, type TestApi } from '../testing/api.ts'
import { application, apply, environment } from '../testing/definitions.ts'
import { until } from '../testing/until.ts'

let server: TestApi
let admin: Caller & { readonly id: string }
let projects = 0

before(async () => {
  server = await startTestApi()
  admin = await server.setUp()
})
after(() => server[Symbol.asyncDispose]())

/** A project with one environment that takes its application. */
async function newPlace(): Promise<{
  project: string
  name: string
  number: number
  env: EnvironmentId
}> {
  projects += 1
  const name = `p${projects}`
  const made = await server.call('POST', '/v1/projects', { as: admin, body: { name, title: name } })
  const project: string = made.body.id
  const applied = await apply(server, admin, {
    project,
    source: 'shop',
    definitions: [application('shop'), environment('dev', 'shop')],
  })
  assert.equal(applied.status, 200, applied.text)
  const listed = await server.call('GET', `/v1/environments?project=${project}`, { as: admin })
  const { rows } = await server.database.pool.query<{ number: number }>(
    'SELECT number FROM projects WHERE id = $1',
    [uuidOf(project)],
  )
  return { project, name, number: rows[0]?.number ?? 0, env: listed.body.items[0].id }
}

const post = (path: string, body: unknown, as: Caller = admin): Promise<Answered> =>
  server.call('POST', path, { as, body })
const get = (path: string, as: Caller = admin): Promise<Answered> =>
  server.call('GET', path, { as })

suite('environments', () => {
  test('an environment shows its tiers, what it takes, and that it is free', async () => {
    const { name, env } = await newPlace()
    const shown = await get(`/v1/environments/${env}`)
    assert.deepEqual(
      [
        shown.body.name,
        shown.body.title,
        shown.body.tiers,
        shown.body.receives,
        shown.body.lock.state,
      ],
      [
        'dev',
        'Dev',
        [{ name: 'machines', kind: 'hosts', filledBy: 'label edge' }],
        [`${name}/shop`],
        'free',
      ],
    )
  })

  test('a person holds a free environment at once, and lets it go', async () => {
    const { env } = await newPlace()
    const silent = await post(`/v1/environments/${env}/lock`, { reason: ' ' })
    assert.equal(silent.body.code, 'comment_missing')
    const locked = await post(`/v1/environments/${env}/lock`, { reason: 'measuring' })
    assert.deepEqual(
      [locked.body.lock.state, locked.body.lock.holder, locked.body.lock.reason],
      ['held', 'admin', 'measuring'],
    )
    const again = await post(`/v1/environments/${env}/lock`, { reason: 'me too' })
    assert.equal(again.body.code, 'environment_locked')
    const unlocked = await post(`/v1/environments/${env}/unlock`, {})
    assert.equal(unlocked.body.lock.state, 'free')
    const twice = await post(`/v1/environments/${env}/unlock`, {})
    assert.equal(twice.body.code, 'wrong_state')
  })

  test('a person freezes an environment until a time, and ends that sooner with a reason', async () => {
    const { env } = await newPlace()
    const reason = 'Trade fair'
    const past = await post(`/v1/environments/${env}/freezes`, {
      reason,
      until: '2020-01-01T00:00:00Z',
    })
    assert.equal(past.body.code, 'wrong_state')
    const frozen = await post(`/v1/environments/${env}/freezes`, {
      reason,
      from: '2099-01-01T00:00:00Z',
      until: '2099-01-06T00:00:00Z',
    })
    assert.deepEqual(frozen.body.frozen, {
      from: '2099-01-01T00:00:00.000Z',
      until: '2099-01-06T00:00:00.000Z',
      reason,
    })
    const thawed = await post(`/v1/environments/${env}/unfreeze`, { reason: 'Postponed' })
    assert.equal(thawed.body.frozen, null)
    const twice = await post(`/v1/environments/${env}/unfreeze`, { reason: 'Postponed' })
    assert.equal(twice.body.code, 'wrong_state')
  })

  test('who may not see the run that holds it is told that there is one', async () => {
    const [held, other] = [await newPlace(), await newPlace()]
    const run = await insertRun(other)
    const id = lockOf(held.env)
    await server.reactor.submit(
      { project: held.number, root: id, id },
      {
        type: 'lock_requested',
        run,
        stage: { root: run, id: run.replace('run_', 'stg_') },
        mode: 'exclusive',
      },
      'rule',
    )
    const viewer = await server.person(admin, `v-${held.name}`, [
      { role: 'viewer', project: held.project },
    ])
    const [seen, unseen] = await Promise.all(
      [admin, viewer].map((as) => get(`/v1/environments/${held.env}`, as)),
    )
    assert.equal(seen?.body.lock.holder, `${other.name}/shop/1`)
    assert.equal(unseen?.body.lock.holder, 'a run that you may not see')
  })

  test('two runs that need the same two environments in reverse do not wait for each other', async () => {
    const { project, name } = await newPlace()
    const inPlace = (place: string, more: readonly unknown[] = []) => [
      {
        kind: 'stage',
        name: 'go',
        environment: { name: place },
        tasks: [{ kind: 'rollback', application: { name: 'shop' } }, ...more],
      },
    ]
    const runs = (pipeline: string) => ({ kind: 'run_pipeline', pipeline: { name: pipeline } })
    const applied = await apply(server, admin, {
      project,
      source: 'places',
      definitions: [
        environment('qa', 'shop'),
        { kind: 'pipeline', name: 'in-dev', stages: inPlace('dev') },
        { kind: 'pipeline', name: 'in-qa', stages: inPlace('qa') },
        { kind: 'pipeline', name: 'dev-first', stages: inPlace('dev', [runs('in-qa')]) },
        { kind: 'pipeline', name: 'qa-first', stages: inPlace('qa', [runs('in-dev')]) },
      ],
    })
    assert.equal(applied.status, 200, applied.text)
    const start = async (pipeline: string): Promise<string> => {
      const started = await post('/v1/runs', { project, name: pipeline })
      assert.equal(started.status, 201, started.text)
      return started.body.id
    }
    const waitsOn = async (run: string): Promise<string> =>
      (await get(`/v1/runs/${run}`)).body.waitsFor[0]?.what ?? ''
    const [first, second] = [await start('dev-first'), await start('qa-first')]
    await until('the first has both', async () => (await waitsOn(first)).startsWith('the plan of'))
    await until('the second waits for the first', async () =>
      (await waitsOn(second)).endsWith(`held by ${name}/dev-first/1`),
    )
    await post(`/v1/runs/${first}/abort`, { reason: 'seen' })
    await until('the second has both', async () =>
      (await waitsOn(second)).startsWith('the plan of'),
    )
    await post(`/v1/runs/${second}/abort`, { reason: 'seen' })
  })

  test('pipelines that run each other are refused by name', async () => {
    const { project, name } = await newPlace()
    const running = (one: string, other: string) => ({
      kind: 'pipeline',
      name: one,
      stages: [
        {
          kind: 'stage',
          name: 'go',
          tasks: [{ kind: 'run_pipeline', pipeline: { name: other } }],
        },
      ],
    })
    const definitions = [running('ping', 'pong'), running('pong', 'ping')]
    const applied = await apply(server, admin, { project, source: 'places', definitions })
    assert.equal(applied.status, 200, applied.text)
    const planned = await post('/v1/plans', { project, name: 'ping' })
    assert.match(
      planned.text,
      new RegExp(`These pipelines run each other: ${name}/ping → ${name}/pong → ${name}/ping\\.`),
    )
  })

  test('environments of other projects are neither listed nor shown', async () => {
    const [own, foreign] = [await newPlace(), await newPlace()]
    const viewer = await server.person(admin, `l-${own.name}`, [
      { role: 'viewer', project: own.project },
    ])
    const listed = await get('/v1/environments', viewer)
    assert.deepEqual(
      listed.body.items.map(({ id }: { id: string }) => id),
      [own.env],
    )
    assert.equal((await get(`/v1/environments/${foreign.env}`, viewer)).status, 404)
    assert.equal((await get(`/v1/inventory?environment=${foreign.env}`, viewer)).status, 404)
  })
})

interface Change {
  readonly what: string
  readonly version: string | null
  readonly from: readonly string[]
  readonly resources: readonly string[]
  readonly by: string | null
  readonly run: string | null
  readonly drift: boolean
}

function shortChange({ what, version, from, resources, by, drift }: Change): readonly unknown[] {
  return [what, version, from, resources, by, drift]
}

suite('inventory', () => {
  const digest = (letter: string): string => `sha256:${letter.repeat(64)}`
  const report = (place: { env: string; name: string }, version: string, letter: string) =>
    post('/v1/inventory/reports', {
      environment: place.env,
      application: `${place.name}/shop`,
      component: 'shop-api',
      resource: 'host-1',
      runs: { version, digest: digest(letter) },
      comment: 'by hand',
    })

  test('of a time to come, and of an application that is not there or not seen, is refused by name', async () => {
    const { name } = await newPlace()
    const codes = []
    for (const query of [
      'at=2999-01-01T00:00:00Z',
      'application=nope',
      'application=nope/app',
      `application=${name}/nope`,
    ]) {
      const { status, body } = await get(`/v1/inventory?${query}`)
      codes.push([status, body.code, body.detail.split('. ')[0]])
    }
    assert.deepEqual(codes, [
      [422, 'time_to_come', '2999-01-01T00:00:00Z is in the future'],
      [404, 'not_found', 'There is no application "nope" that you may see'],
      [404, 'not_found', 'There is no application "nope/app" that you may see'],
      [404, 'not_found', `There is no application "${name}/nope" that you may see`],
    ])
    assert.equal((await get(`/v1/inventory?application=${name}/shop`)).status, 200)
    const now = new Date(Date.now() + 2_000).toISOString()
    assert.equal((await get(`/v1/inventory?at=${now}`)).status, 200)
  })

  test('a deployment made elsewhere is shown, not as verified, and as put there by no run', async () => {
    const place = await newPlace()
    const told = await report(place, '1.0', 'a')
    assert.equal(told.status, 200, told.text)
    const shown = await get(`/v1/inventory?environment=${place.env}`)
    const [row] = shown.body.items
    assert.deepEqual(
      [
        row.environmentName,
        row.application,
        row.reported.version,
        row.verified,
        row.drift,
        row.putBy,
      ],
      ['dev', `${place.name}/shop`, '1.0', false, false, null],
    )
    const { rows } = await server.database.pool.query<{ type: string }>(
      `SELECT type FROM events WHERE id = $1 AND kind = 'env'`,
      [uuidOf(place.env)],
    )
    assert.deepEqual(rows, [{ type: 'inventory_reported' }])
  })

  test('the past is told as it was, and since when the same bits have been there', async () => {
    const place = await newPlace()
    await report(place, '1.0', 'a')
    const first = (await get(`/v1/inventory?environment=${place.env}`)).body
    await report(place, '1.0', 'a')
    const same = (await get(`/v1/inventory?environment=${place.env}`)).body
    assert.equal(same.items[0].since, first.items[0].since)
    const then = await nowAfter(same.at)
    await report(place, '2.0', 'b')
    const now = await get(`/v1/inventory?environment=${place.env}`)
    const past = await get(`/v1/inventory?environment=${place.env}&at=${then}`)
    const before = await get(`/v1/inventory?environment=${place.env}&at=2020-01-01T00:00:00Z`)
    assert.deepEqual(
      [now, past, before].map(({ body }) =>
        body.items.map((one: { reported: { version: string } }) => one.reported.version),
      ),
      [['2.0'], ['1.0'], []],
    )
    assert.equal(past.body.items[0].since, first.items[0].since)
  })

  test('other bits than were wanted are drift, put there by no deployment', async () => {
    const place = await newPlace()
    await report(place, '1.0', 'a')
    const agent = '00000000-0000-8000-8000-00000000a9e1'
    await server.database.pool.query(
      `INSERT INTO agents (id, name, labels, labels_bound, public_key, platform, version)
       VALUES ($1, 'host-1', '{}', false, 'key', 'linux', '1') ON CONFLICT DO NOTHING`,
      [agent],
    )
    await server.database.pool.query(
      `WITH moved AS (UPDATE inventory SET runs = $2, at = clock_timestamp() WHERE environment_id = $1 RETURNING *)
       INSERT INTO inventory_log SELECT environment_id, component_project, application, component, resource, runs,
         wanted, verified, unknown, by_root_id, by_job_id, at, $3, 0, 0 FROM moved`,
      [uuidOf(place.env), JSON.stringify({ version: '0.9', digest: digest('c') }), agent],
    )
    const drifted = await get(`/v1/inventory?environment=${place.env}&drift=true`)
    const [row] = drifted.body.items
    assert.deepEqual([row.reported.version, row.wanted.version, row.putBy], ['0.9', '1.0', null])
    assert.deepEqual(
      (await get(`/v1/inventory?environment=${place.env}&drift=false`)).body.items,
      [],
    )
  })

  test('the history says what came, from what, and who told it, newest first', async () => {
    const place = await newPlace()
    await report(place, '1.0', 'a')
    await report(place, '1.0', 'a')
    await report(place, '2.0', 'b')
    const { body } = await get(`/v1/environments/${place.env}/history`)
    assert.deepEqual(body.items.map(shortChange), [
      ['told', '2.0', ['1.0'], ['host-1'], 'admin', false],
      ['told', '1.0', [], ['host-1'], 'admin', false],
    ])
    const [newest] = body.items
    assert.deepEqual(
      [newest.application, newest.components, newest.run, newest.runId],
      [`${place.name}/shop`, ['shop-api'], null, null],
    )
  })

  test('the history is read page by page, and nothing in it is said twice', async () => {
    const place = await newPlace()
    for (const version of ['1.0', '2.0', '3.0']) await report(place, version, version.slice(0, 1))
    const versions: string[] = []
    let after = ''
    do {
      const page = await get(`/v1/environments/${place.env}/history?limit=2${after}`)
      versions.push(...page.body.items.map((one: { version: string }) => one.version))
      after = page.body.next === null ? '' : `&after=${page.body.next}`
    } while (after !== '')
    assert.deepEqual(versions, ['3.0', '2.0', '1.0'])
    const wrong = await get(`/v1/environments/${place.env}/history?after=abc`)
    assert.equal(wrong.body.code, 'invalid_field')
  })

  test('the history names the run that brought something, to those who may see it', async () => {
    const [place, other] = [await newPlace(), await newPlace()]
    const run = await insertRun(other)
    const agent = await insertAgent('finder')
    const put = (source: string, ordinal: number, runs: object | null) =>
      server.database.pool.query(
        `INSERT INTO inventory_log (environment_id, component_project, application, component, resource, runs, wanted,
           verified, unknown, by_root_id, by_job_id, at, source_id, seq, ordinal)
         VALUES ($1, $2, 'shop', 'shop-api', 'host-1', $3, $3, true, false, $4, NULL, clock_timestamp(), $5, 1, $6)`,
        [
          uuidOf(place.env),
          place.name,
          runs && JSON.stringify(runs),
          uuidOf(run),
          uuidOf(source),
          ordinal,
        ],
      )
    await put(run, 0, { version: '1.0', digest: digest('a') })
    await put(run, 1, null)
    await put(agent, 2, { version: '1.0 (changed)', digest: digest('b') })
    const viewer = await server.person(admin, `h-${place.name}`, [
      { role: 'viewer', project: place.project },
    ])
    const [seen, unseen] = await Promise.all(
      [admin, viewer].map((as) => get(`/v1/environments/${place.env}/history`, as)),
    )
    assert.deepEqual(
      seen?.body.items.map((one: Change) => [one.what, one.version, one.by, one.run]),
      [
        ['found', '1.0 (changed)', 'finder', null],
        ['left', null, 'Lockstep', `${other.name}/shop/1`],
        ['arrived', '1.0', 'Lockstep', `${other.name}/shop/1`],
      ],
    )
    assert.equal(seen?.body.items[2].runId, run)
    assert.deepEqual(
      unseen?.body.items.map((one: Change) => [one.by, one.run]),
      [
        ['finder', null],
        [null, 'a run that you may not see'],
        [null, 'a run that you may not see'],
      ],
    )
  })

  test('a report about an application that the environment does not take is refused', async () => {
    const place = await newPlace()
    const refused = await post('/v1/inventory/reports', {
      environment: place.env,
      application: `${place.name}/other`,
      component: 'shop-api',
      resource: 'host-1',
      runs: null,
      comment: 'gone',
    })
    assert.equal(refused.body.code, 'unknown_reference')
  })

  test('a report moves the guard of its environment', async () => {
    const place = await newPlace()
    const epoch = async (): Promise<number> => {
      const { rows } = await server.database.pool.query<{ epoch: string }>(
        'SELECT epoch FROM guards WHERE subject = $1',
        [uuidOf(place.env)],
      )
      return Number(rows[0]?.epoch ?? 0)
    }
    const before = await epoch()
    await report(place, '1.0', 'a')
    assert.equal(await epoch(), before + 1)
  })
})

suite('agents', () => {
  test('a token is shown once for an agent, and the agent may work where it is assigned', async () => {
    const place = await newPlace()
    const made = await post('/v1/agents/enrolments', { name: 'bench-1', labels: ['edge'] })
    assert.equal(made.status, 201, made.text)
    assert.match(made.body.token, /^lse_/)
    const agent = await insertAgent('bench-2')
    const assigned = await post(`/v1/agents/${agent}/assignments`, {
      project: place.project,
      environment: place.env,
    })
    assert.deepEqual(assigned.body.assignments, [`${place.name}/dev`])
    assert.deepEqual((await get(`/v1/environments/${place.env}`)).body.agents, ['bench-2'])
    const drained = await post(`/v1/agents/${agent}/drain`, {})
    assert.equal(drained.body.state, 'never_seen')
    const revoked = await post(`/v1/agents/${agent}/revoke`, {})
    assert.equal(revoked.body.state, 'revoked')
  })

  test('nothing is wanted on a host of an environment that it left, unless something runs there', async () => {
    const place = await newPlace()
    const [full, empty] = [await insertAgent('bench-7'), await insertAgent('bench-8')]
    const at = { project: place.project, environment: place.env }
    for (const agent of [full, empty]) await post(`/v1/agents/${agent}/assignments`, at)
    const wanted = { version: '1.1.0', digest: `sha256:${'a'.repeat(64)}` }
    const run = uuidOf(await insertRun(place))
    for (const [resource, runs] of [
      ['bench-7', { ...wanted, version: '1.0.0', digest: `sha256:${'b'.repeat(64)}` }],
      ['bench-8', null],
    ] as const) {
      await server.database.pool.query(
        `WITH now AS (INSERT INTO inventory VALUES ($1, $2, 'shop', 'shop-api', $3, $4, $5, false, false, $6, NULL,
           clock_timestamp()) RETURNING *)
         INSERT INTO inventory_log SELECT now.*, gen_random_uuid(), 1, 0 FROM now`,
        [
          uuidOf(place.env),
          place.name,
          resource,
          runs === null ? null : JSON.stringify(runs),
          JSON.stringify(wanted),
          run,
        ],
      )
    }
    const drifted = async (at = '') => {
      const { body } = await get(`/v1/inventory?environment=${place.env}${at}`)
      return body.items.map((row: { resource: string; drift: boolean }) => [
        row.resource,
        row.drift,
      ])
    }
    assert.deepEqual(await drifted(), [
      ['bench-7', true],
      ['bench-8', true],
    ])
    const then = await nowAfter(new Date().toISOString())
    for (const agent of [full, empty]) {
      const left = await post(`/v1/agents/${agent}/unassignments`, at)
      assert.equal(left.status, 200, left.text)
    }
    assert.deepEqual(await drifted(), [['bench-7', true]])
    assert.deepEqual(await drifted(`&at=${then}`), [
      ['bench-7', true],
      ['bench-8', true],
    ])
  })

  /** A row of the inventory that waits for its first deployment to this host. */
  async function want(place: Awaited<ReturnType<typeof newPlace>>, resource: string) {
    const run = uuidOf(await insertRun(place))
    await server.database.pool.query(
      `INSERT INTO inventory VALUES ($1, $2, 'shop', 'shop-api', $3, NULL, $4, false, false, $5, NULL, clock_timestamp())`,
      [
        uuidOf(place.env),
        place.name,
        resource,
        JSON.stringify({ version: '1.1.0', digest: `sha256:${'a'.repeat(64)}` }),
        run,
      ],
    )
  }

  const wantedIn = async (place: { readonly env: string }): Promise<readonly string[]> =>
    (await get(`/v1/inventory?environment=${place.env}`)).body.items.map(
      (row: { resource: string }) => row.resource,
    )

  test('what is wanted of the agent that took over a name stays when the old one is taken out', async () => {
    const place = await newPlace()
    const at = { project: place.project, environment: place.env }
    const old = await insertAgent('bench-9')
    await post(`/v1/agents/${old}/assignments`, at)
    await post(`/v1/agents/${old}/revoke`, {})
    const successor = await insertAgent('bench-9')
    await post(`/v1/agents/${successor}/assignments`, at)
    await want(place, 'bench-9')
    assert.equal((await post(`/v1/agents/${old}/revoke`, {})).status, 200)
    assert.deepEqual(await wantedIn(place), ['bench-9'])
    assert.equal((await post(`/v1/agents/${old}/unassignments`, at)).status, 200)
    assert.deepEqual(await wantedIn(place), ['bench-9'])
    await post(`/v1/agents/${successor}/revoke`, {})
    assert.deepEqual(await wantedIn(place), [])
  })

  test('what is wanted stays when an agent is taken out of another project than the environment has', async () => {
    const [place, other] = [await newPlace(), await newPlace()]
    const agent = await insertAgent('bench-10')
    const at = { project: place.project, environment: place.env }
    await post(`/v1/agents/${agent}/assignments`, at)
    await want(place, 'bench-10')
    await post(`/v1/agents/${agent}/unassignments`, { ...at, project: other.project })
    assert.deepEqual(await wantedIn(place), ['bench-10'])
    await post(`/v1/agents/${agent}/unassignments`, at)
    assert.deepEqual(await wantedIn(place), [])
  })

  test('an environment is assigned together with its own project only', async () => {
    const [one, other] = [await newPlace(), await newPlace()]
    const agent = await insertAgent('bench-3')
    const refused = await post(`/v1/agents/${agent}/assignments`, {
      project: one.project,
      environment: other.env,
    })
    assert.equal(refused.body.code, 'unknown_reference')
  })

  test('a team sees the agents that work for it, and not where else they work', async () => {
    const [own, foreign] = [await newPlace(), await newPlace()]
    const agent = await insertAgent('bench-4')
    for (const { project, env } of [own, foreign])
      await post(`/v1/agents/${agent}/assignments`, { project, environment: env })
    await insertAgent('bench-5')
    const viewer = await server.person(admin, `a-${own.name}`, [
      { role: 'viewer', project: own.project },
    ])
    const listed = await get('/v1/agents', viewer)
    assert.deepEqual(
      listed.body.items.map((one: { name: string; assignments: string[] }) => [
        one.name,
        one.assignments,
      ]),
      [['bench-4', [`${own.name}/dev`]]],
    )
  })
})

suite('one agent', () => {
  test('is shown, with what it was given to do in runs that the caller sees', async () => {
    const [own, foreign] = [await newPlace(), await newPlace()]
    const agent = await insertAgent('bench-6')
    await post(`/v1/agents/${agent}/assignments`, { project: own.project, environment: own.env })
    for (const place of [own, foreign]) {
      await server.database.pool.query(
        `INSERT INTO jobs (project_id, root_id, owner_id, id, plan_digest, step, link, target, attempt, pool, environment_id,
           always, timeout_ms, status, agent_id, created_at, started_at)
         VALUES ($1, $2, gen_random_uuid(), gen_random_uuid(), 'sha256:0', 'place', 0, 0, 1, 'x', $3, false, 1000,
           'succeeded', $4, clock_timestamp(), clock_timestamp())`,
        [place.number, uuidOf(await insertRun(place)), uuidOf(place.env), uuidOf(agent)],
      )
    }
    const viewer = await server.person(admin, `j-${own.name}`, [
      { role: 'viewer', project: own.project },
    ])
    assert.equal((await get(`/v1/agents/${agent}`, viewer)).body.name, 'bench-6')
    const [all, seen] = await Promise.all(
      [admin, viewer].map((as) => get(`/v1/agents/${agent}/jobs`, as)),
    )
    assert.deepEqual(
      seen?.body.items.map((one: Record<string, unknown>) => [
        one['runAddress'],
        one['title'],
        one['environment'],
        one['state'],
      ]),
      [[`${own.name}/shop/1`, 'place', `${own.name}/dev`, 'succeeded']],
    )
    assert.equal(all?.body.items.length, 2)
    const elsewhere = await server.person(admin, `j-${foreign.name}`, [
      { role: 'viewer', project: foreign.project },
    ])
    assert.equal((await get(`/v1/agents/${agent}`, elsewhere)).status, 404)
    assert.equal((await get(`/v1/agents/${agent}/jobs`, elsewhere)).status, 404)
  })
})

suite('facts', () => {
  test('the newest value of a fact counts, and its type is known to definitions', async () => {
    const { project, name } = await newPlace()
    for (const value of [3, 0]) {
      const told = await post('/v1/facts', { project, name: 'incidents.sev1', value })
      assert.equal(told.status, 204, told.text)
    }
    const known = await get(`/v1/known?project=${project}`)
    assert.deepEqual(known.body.facts, {
      fields: { incidents: { fields: { sev1: 'whole' } } },
    })
    const { rows } = await server.database.pool.query(
      `SELECT f.value FROM reported_facts f JOIN projects p ON p.number = f.project_id WHERE p.name = $1`,
      [name],
    )
    assert.deepEqual(rows, [{ value: 0 }])
  })
})

async function insertAgent(name: string): Promise<string> {
  const { rows } = await server.database.pool.query<{ id: string }>(
    `INSERT INTO agents (id, name, labels, labels_bound, public_key, platform, version)
     VALUES (gen_random_uuid(), $1, '{edge}', true, sha256(gen_random_uuid()::text::bytea), 'linux', '1') RETURNING id`,
    [name],
  )
  return idOf('agt', rows[0]?.id ?? '')
}

/** A run of the project by its row alone. */
async function insertRun(place: { project: string; number: number }): Promise<string> {
  const made = await apply(server, admin, {
    project: place.project,
    source: 'runs',
    definitions: [
      {
        kind: 'pipeline',
        name: 'shop',
        stages: [{ kind: 'stage', name: 's', tasks: [{ kind: 'test', name: 't', run: ['true'] }] }],
      },
    ],
  })
  assert.equal(made.status, 200, made.text)
  const { rows } = await server.database.pool.query<{ id: string }>(
    `INSERT INTO runs (id, root_id, project_id, name, number, pipeline_id, plan_digest, starter)
     SELECT u.id, u.id, $1, 'shop', 1, d.id, 'sha256:0', 'rule' FROM definitions d,
       (SELECT gen_random_uuid() AS id) u WHERE d.project_id = $1 AND d.kind = 'pipeline' RETURNING id`,
    [place.number],
  )
  return idOf('run', rows[0]?.id ?? '')
}

/** A moment of the server's clock after this one. */
async function nowAfter(moment: string): Promise<string> {
  for (;;) {
    const { body } = await get('/v1/inventory')
    if (body.at > moment) return body.at
  }
}
