import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { idOf, uuidOf, type RulePlan } from '@lockstep/domain'
import { digestOf } from '../src/planning/digest.ts'
import { savePlan } from '../src/postgres/plans.ts'
import { readVersionsAt } from '../src/postgres/read/environment-versions.ts'
import type { Answered, Caller } from '../testing/api.ts'
import { plannedStage } from '../testing/planned-runs.ts'
import { startRunWorld, type RunWorld } from '../testing/run-world.ts'

let world: RunWorld
before(async () => {
  world = await startRunWorld()
})
after(() => world[Symbol.asyncDispose]())

const get = (path: string, as: Caller): Promise<Answered> => world.server.call('GET', path, { as })

function approvalRule(): RulePlan {
  const by = [{ kind: 'group', id: idOf('grp', uuidOf(world.qa)), name: 'qa' } as const]
  const rule = { name: 'Go', after: [], kind: 'approval', by, need: 1, oneFromEach: false } as const
  return { ...rule, expiresMs: 86_400_000, onReject: 'wait' }
}

/** A deployment that has ended, as the run that this stage belongs to has made it. */
async function deployed(to: string): Promise<void> {
  const { pool } = world.server.database
  const plan = {
    kind: 'process',
    process: 'deploy',
    application: { project: 'car', name: 'widget' },
    environment: { id: idOf('env', randomUUIDv7()), project: 'car', name: 'dev' },
    snapshot: { version: to },
    from: '1.0.0',
  }
  const digest = digestOf(plan)
  await savePlan(pool, digest, plan as never)
  await pool.query(
    `INSERT INTO aggregates (project_id, root_id, id, parent_id, kind, version, status, state, created_at, finished_at)
     VALUES ($1, $2, $3, $2, 'process_run', 1, 'succeeded', $4, clock_timestamp(), now())`,
    [world.number, randomUUIDv7(), randomUUIDv7(), JSON.stringify({ plan: digest })],
  )
}

suite('the report of deployments', () => {
  test('lists them newest first, page by page, and shows other projects nothing', async () => {
    for (const version of ['1.1.0', '1.2.0', '1.3.0']) await deployed(version)
    const first = await get('/v1/reports/deployments?limit=2', world.starter)
    assert.equal(first.status, 200, first.text)
    const lines = (page: Answered): string[] =>
      page.body.items.map(
        (one: Record<string, string>) =>
          `${one['application']} in ${one['environment']}: ${one['from']} → ${one['to']}, ${one['state']}`,
      )
    assert.deepEqual(lines(first), [
      'car/widget in car/dev: 1.0.0 → 1.3.0, succeeded',
      'car/widget in car/dev: 1.0.0 → 1.2.0, succeeded',
    ])
    const rest = await get(
      `/v1/reports/deployments?limit=2&after=${first.body.next}`,
      world.starter,
    )
    assert.deepEqual(
      [lines(rest), rest.body.next],
      [['car/widget in car/dev: 1.0.0 → 1.1.0, succeeded'], null],
    )
    const stranger = await world.server.person(world.admin, 'stranger', [])
    assert.deepEqual((await get('/v1/reports/deployments', stranger)).body.items, [])
    const over = await get('/v1/reports/deployments?until=2020-01-01T00:00:00Z', world.starter)
    assert.deepEqual(over.body.items, [])
  })
})

suite('the report of approvals', () => {
  test('says who decided what where, in their words, and what it let through', async () => {
    const exit = { rules: [approvalRule()], allowSelfApproval: false }
    const run = await world.start([plannedStage('Staging', [], { exit })])
    const view = await world.showWhen('the gate waits', run, (shown) =>
      ['waiting'].includes(shown.stages[0].exit.state),
    )
    const { id } = view.stages[0].exit
    const { covers } = (await get(`/v1/gates/${id}`, world.lead)).body
    const body = { decision: 'approve', covers, comment: 'Fine by me' }
    assert.equal((await world.post(`/v1/gates/${id}/decision`, body, world.lead)).status, 200)
    const { items } = (await get('/v1/reports/approvals?limit=1', world.starter)).body
    const [{ person, decision, comment, gate, rule }] = items
    assert.deepEqual(
      [person, decision, comment, gate, rule],
      ['qa-lead', 'approve', 'Fine by me', `${view.address}/staging.exit`, 'Go'],
    )
  })
})

suite('what a gate lets through', () => {
  test('is told from the version that ran when it was decided, whatever runs there since', async () => {
    const { pool } = world.server.database
    const environment = randomUUIDv7()
    const ran = (version: string, at: string): Promise<unknown> =>
      pool.query(
        `INSERT INTO inventory_log (environment_id, component_project, application, component, resource, runs, wanted,
           verified, unknown, by_root_id, by_job_id, at, source_id, seq, ordinal)
         VALUES ($1, 'car', 'widget', 'api', 'host-1', $2, NULL, true, false, $1, NULL, $3, $1, 0, 0)`,
        [environment, JSON.stringify({ version, digest: digestOf({ version }) }), at],
      )
    await ran('1.0.0', '2026-11-01T00:00:00Z')
    await ran('2.0.0', '2026-11-03T00:00:00Z')
    const at = async (moment: string): Promise<string | undefined> =>
      (await readVersionsAt(pool, idOf('env', environment), new Date(moment))).get('car/widget')
    assert.equal(await at('2026-10-01T00:00:00Z'), undefined)
    assert.equal(await at('2026-11-02T00:00:00Z'), '1.0.0')
    assert.equal(await at('2026-11-04T00:00:00Z'), '2.0.0')
  })
})

suite('what was set aside after a fault', () => {
  test('is listed for who runs the server, and taken up again by the id of its run', async () => {
    const exit = { rules: [approvalRule()], allowSelfApproval: false }
    const run = await world.start([plannedStage('Staging', [], { exit })])
    const view = await world.showWhen('the gate waits', run, (shown) => {
      return shown.stages[0].exit.state === 'waiting'
    })
    const stage: string = view.stages[0].id
    await world.server.database.pool.query(`UPDATE aggregates SET fault = 'inc-7' WHERE id = $1`, [
      uuidOf(stage),
    ])
    assert.equal((await world.show(run)).fault, 'inc-7')
    const { items } = (await get('/v1/faults', world.admin)).body
    assert.deepEqual(
      items.map((one: Record<string, unknown>) => [one['id'], one['incident'], one['run']]),
      [[stage, 'inc-7', view.address]],
    )
    const repair = (): Promise<Answered> =>
      world.post(`/v1/faults/${run}/repair`, { reason: 'Upgraded' }, world.admin)
    const repaired = await repair()
    assert.equal(repaired.status, 200, repaired.text)
    assert.equal(repaired.body.repaired[0].id, stage)
    assert.equal((await world.show(run)).fault, null)
    assert.equal((await repair()).body.code, 'wrong_state')
    assert.ok((await world.server.audited()).includes('fault_repaired'))
  })
})

suite('the calendar', () => {
  test('shows what is planned, what is late, and when an environment takes nothing', async () => {
    await world.apply({
      kind: 'environment',
      name: 'production',
      tiers: [{ kind: 'hosts', name: 'machines', label: 'edge' }],
      receives: [{ kind: 'tier_map', application: { name: 'widget' }, map: { edge: 'machines' } }],
      freezes: [{ kind: 'freeze', name: 'end of year', from: '2099-12-18', until: '2100-01-06' }],
    })
    await world.apply({
      kind: 'release',
      name: 'widget-2',
      owner: { group: 'qa' },
      pipeline: { name: 'widget' },
      applications: [
        { kind: 'collect', application: { name: 'widget' }, from: { name: 'widget' } },
      ],
      environments: { production: { name: 'production' } },
      planned: { staging: '2020-11-16', production: '2099-11-18T06:00+01:00' },
    })
    const lines = async (query: string): Promise<string[]> => {
      const { body, text } = await get(`/v1/calendar${query}`, world.starter)
      assert.ok(Array.isArray(body.items), text)
      return body.items.map(
        (one: Record<string, string>) =>
          `${one['at']} ${one['kind']} ${one['subject']} ${one['stage'] ?? one['title']}: ${one['state']}`,
      )
    }
    const [late, planned, frozen] = [
      '2020-11-16T00:00:00.000Z stage car/widget-2 staging: late',
      '2099-11-18T05:00:00.000Z stage car/widget-2 production: planned',
      '2099-12-18T00:00:00.000Z freeze car/production end of year: frozen',
    ]
    assert.deepEqual(await lines(''), [late, planned, frozen])
    assert.deepEqual(await lines('?from=2099-11-01T00:00:00Z&until=2099-12-01T00:00:00Z'), [
      planned,
    ])
    assert.deepEqual(await lines('?from=2100-01-01T00:00:00Z'), [frozen])
  })
})
