import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import { idOf, uuidOf, type GatePlan } from '@lockstep/domain'

import { auditInvariants } from '../src/postgres/audit/audit-invariants.ts'
import { PASSWORD, type Answered, type Caller } from '../testing/api.ts'
import { plannedStage, plannedTask } from '../testing/planned-runs.ts'
import { startRunWorld, type Person, type RunWorld } from '../testing/run-world.ts'
import { tamper } from '../testing/tamper.ts'

let world: RunWorld
/** May override gates, and see the projects. */
let first: Person
let second: Person
before(async () => {
  world = await startRunWorld()
  const { server, admin } = world
  const both = [{ role: 'security_admin' }, { role: 'viewer' }]
  first = await server.person(admin, 'security-1', both)
  second = await server.person(admin, 'security-2', both)
})
after(() => world[Symbol.asyncDispose]())

const WHY = 'Charging stops on the road'

const override = (
  gate: Answered['body'],
  as: Caller,
  more: object = {},
  headers: Record<string, string> = {},
): Promise<Answered> =>
  world.post(
    `/v1/gates/${gate.id}/override`,
    { reason: WHY, covers: gate.covers, password: PASSWORD, ...more },
    as,
    headers,
  )

const read = async (gate: string, as: Caller = first): Promise<Answered['body']> =>
  (await world.server.call('GET', `/v1/gates/${gate}`, { as })).body

/** A run that waits at a gate for one of qa. */
async function startAtGate(by?: Person): Promise<{ run: string; gate: Answered['body'] }> {
  const exit: GatePlan = {
    allowSelfApproval: false,
    rules: [
      {
        kind: 'approval',
        name: 'QA',
        after: [],
        by: [{ kind: 'group', id: idOf('grp', uuidOf(world.qa)), name: 'qa' }],
        need: 1,
        oneFromEach: false,
        expiresMs: 86_400_000,
        onReject: 'wait',
      },
    ],
  }
  const rest = plannedTask('Rest', { kind: 'wait', forMs: 0, until: null })
  const run = await world.start([plannedStage('Staging', [rest], { exit })], by)
  const view = await world.showWhen(
    'the gate waits',
    run,
    ({ stages }) => stages[0].exit.state === 'waiting',
  )
  return { run, gate: await read(view.stages[0].exit.id) }
}

suite('overriding a gate (CTL-11)', () => {
  test('takes two who may, and everything of it is kept', async () => {
    const { run, gate } = await startAtGate()
    assert.deepEqual([gate.can.override, gate.override], [true, null])
    const half = await override(gate, first)
    assert.equal(half.status, 200, half.text)
    assert.deepEqual(
      [half.body.state, half.body.can.override, half.body.can.withdraw, half.body.override.need],
      ['waiting', false, true, 2],
    )
    const [{ person, reason }] = half.body.override.by
    assert.deepEqual([person, reason], ['security-1', WHY])

    const again = await override(gate, first)
    assert.deepEqual([again.status, again.body.code], [409, 'already_decided'])
    const key = { 'idempotency-key': 'second-half' }
    const whole = await override(gate, second, { covers: gate.covers.slice(7, 15) }, key)
    assert.equal(whole.status, 200, whole.text)
    // Of what was sent nothing is kept with the key by which a password could be guessed.
    assert.equal((await override(gate, second, { password: 'another one' }, key)).status, 200)
    await world.showWhen('the run ends', run, ({ state }) => state === 'succeeded')

    const passed = await read(gate.id)
    assert.deepEqual(
      [passed.state, passed.approvals[0].state, passed.approvals[0].given],
      ['passed', 'overridden', 0],
    )
    const { by, until } = passed.override
    assert.deepEqual(
      by.map((one: { person: string }) => one.person),
      ['security-1', 'security-2'],
    )
    assert.equal(until, null)
    const rows = (await world.server.call('GET', '/v1/reports/approvals', { as: first })).body.items
    const mine = rows.filter((row: { gate: string }) => row.gate === `car/${passed.address}`)
    assert.deepEqual(
      mine.map((row: { decision: string; person: string; comment: string }) => [
        row.decision,
        row.person,
        row.comment,
      ]),
      [
        ['override', 'security-2', WHY],
        ['override', 'security-1', WHY],
      ],
    )
    const late = await override(gate, first)
    assert.deepEqual([late.status, late.body.code], [409, 'gate_not_waiting'])
  })

  test('is refused without the permission, the password, a reason, or what was shown', async () => {
    const { gate } = await startAtGate()
    const { server, admin, project, lead } = world
    const cases = [
      [lead, {}, 403, 'forbidden'],
      [admin, {}, 403, 'forbidden'],
      [first, { password: 'another one' }, 403, 'password_wrong'],
      [first, { reason: ' ' }, 422, 'comment_missing'],
      [first, { covers: 'sha256:00000000' }, 409, 'covers_changed'],
    ] as const
    for (const [as, more, status, code] of cases) {
      const answer = await override(gate, as, more)
      assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text)
    }
    const { detail } = (await override(gate, lead)).body
    assert.equal(
      detail,
      'This needs the permission gate.override here. It comes with a role for the whole system, which an administrator grants.',
    )
    const blind = await server.person(admin, 'sees-nothing', [{ role: 'security_admin' }])
    assert.equal((await override(gate, blind)).status, 404)
    const starter = await server.person(admin, 'starts-too', [
      { role: 'security_admin' },
      { role: 'operator', project },
    ])
    const own = await startAtGate(starter)
    const refused = await override(own.gate, starter)
    assert.deepEqual([refused.status, refused.body.code], [403, 'starter_cannot_approve'])
    assert.equal((await read(gate.id)).override, null)
  })

  test('a token does not, whoever made it', async () => {
    const { gate } = await startAtGate()
    const made = await world.post(
      '/v1/tokens',
      { name: 'night-shift', permissions: ['gate.read'] },
      first,
    )
    assert.equal(made.status, 201, made.text)
    const token = { headers: { authorization: `Bearer ${made.body.secret}` } }
    const answer = await override(gate, token)
    assert.deepEqual([answer.status, answer.body.code], [403, 'person_required'])
  })

  test('wrong passwords make the next try wait, and no right one is looked at meanwhile', async () => {
    const { gate } = await startAtGate()
    const { server, admin } = world
    const hasty = await server.person(admin, 'hasty', [
      { role: 'security_admin' },
      { role: 'viewer' },
    ])
    let answer = await override(gate, hasty, { password: 'no' })
    for (let n = 0; n < 20 && answer.status === 403; n += 1) {
      answer = await override(gate, hasty, { password: 'no' })
    }
    assert.deepEqual([answer.status, answer.body.code], [429, 'sign_in_delayed'])
    assert.ok(Number(answer.headers.get('retry-after')) > 0)
    assert.equal((await override(gate, hasty)).status, 429)
  })

  test('is taken back, and does not pass once one of the two may no more', async () => {
    const { run, gate } = await startAtGate()
    await override(gate, first)
    const back = await world.post(`/v1/gates/${gate.id}/withdrawal`, {}, first)
    assert.deepEqual([back.status, back.body.override], [200, null])

    const { server, admin } = world
    const third = await server.person(admin, 'security-3', [
      { role: 'security_admin' },
      { role: 'viewer' },
    ])
    assert.equal((await override(gate, third)).status, 200)
    const held = await world.post(`/v1/gates/${gate.id}/hold`, { reason: 'look first' }, world.lead)
    assert.equal(held.status, 200, held.text)
    assert.equal((await override(gate, second)).status, 200)
    const grants = (await server.call('GET', '/v1/grants?limit=200', { as: admin })).body.items
    const theirs = grants.find(
      ({ subject, role }: { subject: string; role: string }) =>
        subject === third.id && role === 'security_admin',
    )
    const taken = await server.call('DELETE', `/v1/grants/${theirs.id}`, { as: admin })
    assert.ok(taken.status < 300, taken.text)
    assert.equal((await world.post(`/v1/gates/${gate.id}/resume`, {}, world.lead)).status, 200)
    await world.showWhen(
      'it waits for its approval again',
      run,
      ({ stages }) => stages[0].exit.rules[0].state === 'waiting',
    )
    const now = await read(gate.id)
    assert.deepEqual(
      now.override.by.map((one: { person: string }) => one.person),
      ['security-2'],
    )
    assert.deepEqual(
      now.history.slice(0, 1).map(({ decision, person }: Answered['body']) => [decision, person]),
      [['void', 'security-3']],
    )
  })

  test('is sound to the auditor, who sees when one of the two was taken out of the records', async () => {
    const { run, gate } = await startAtGate()
    for (const one of [first, second]) assert.equal((await override(gate, one)).status, 200)
    await world.showWhen('the run ends', run, ({ state }) => state === 'succeeded')
    const { pool } = world.server.database
    assert.deepEqual(await auditInvariants(pool), [])
    await tamper(
      pool,
      `DELETE FROM decisions WHERE gate_id = '${uuidOf(gate.id)}' AND person = '${second.id}'`,
    )
    const found = await auditInvariants(pool)
    assert.deepEqual(
      found.map(({ subject, detail }) => [subject, detail]),
      [[uuidOf(gate.id), '1 overrode it']],
    )
  })
})
