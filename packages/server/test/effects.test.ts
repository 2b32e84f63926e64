// What goes out: asked once, told once, announced once, whatever is performed again.

import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { suite, test } from 'node:test'
import {
  idOf,
  uuidOf,
  type GatePlan,
  type GateRunState,
  type GroupId,
  type OutwardEffect,
  type PipelineRunState,
  type ReleaseState,
  type RunId,
  type SnapshotBody,
  type StageRunState,
  type UserId,
} from '@lockstep/domain'
import { carryEffects, performEffect } from '../src/effects/carry-effects.ts'
import { deliverDue } from '../src/effects/deliver-due.ts'
import { remindApprovers } from '../src/effects/remind-approvers.ts'
import { readTrouble } from '../src/effects/trouble.ts'
import { MailFault, type Mail, type Mailer } from '../src/ports/mailer.ts'
import type { Outgoing } from '../src/ports/outgoing.ts'
import { findRun, insertRun, saveRunSnapshot } from '../src/postgres/deliverables/run-store.ts'
import { saveSnapshot } from '../src/postgres/deliverables/snapshot-store.ts'
import { decideGate } from '../src/usecases/gate/decide-gate.ts'
import { findState } from '../src/usecases/run/run-place.ts'
import { release as releaseBody } from '../testing/definitions.ts'
import { startOutsideTest, type TestOutside } from '../testing/outside.ts'
import { plannedStage, plannedTask, startPlannedRun } from '../testing/planned-runs.ts'
import { storeDefinition } from '../testing/repository.ts'
import { until } from '../testing/until.ts'

const DIGEST = `sha256:${'a'.repeat(64)}` as const
const nothing = plannedTask('Rest', { kind: 'wait', forMs: 0, until: null })

function approvals(group: GroupId, need = 1): GatePlan {
  return {
    allowSelfApproval: false,
    rules: [
      {
        kind: 'approval',
        name: 'Managers agree',
        after: [],
        by: [{ kind: 'group', id: group, name: 'managers' }],
        need,
        oneFromEach: false,
        expiresMs: 3_600_000,
        onReject: 'wait',
      },
    ],
  }
}

interface WaitingGate {
  readonly run: RunId
  readonly state: GateRunState
  decide(person: UserId, decision?: 'approve' | 'reject'): Promise<void>
}

/** A run that waits at the exit gate of its only stage. */
async function startWaiting(
  outside: TestOutside,
  exit: GatePlan,
  starter: UserId,
): Promise<WaitingGate> {
  const { reactor, database } = outside
  const run = await startPlannedRun(
    { pool: database.pool, reactor },
    {
      project: outside.project.id,
      stages: [plannedStage('Staging', [nothing], { exit })],
      starter: `user:${starter}`,
    },
  )
  const stored = await findRun(database.pool, run)
  assert.ok(stored)
  let state: GateRunState | undefined
  await until('the gate waits', async () => {
    const top = await findState<PipelineRunState>(database.pool, stored, run)
    const child = top?.stages[0]?.child
    if (child === undefined) return false
    const stage = await findState<StageRunState>(database.pool, stored, child)
    const gate = stage?.exit.status === 'judging' ? stage.exit.gate : undefined
    if (gate === undefined) return false
    state = await findState<GateRunState>(database.pool, stored, gate)
    return state?.status === 'waiting'
  })
  assert.ok(state)
  const { id, covers, plan: digest } = state
  const { rows } = await database.pool.query('SELECT body FROM plans WHERE digest = $1', [digest])
  return {
    run,
    state,
    async decide(person, decision = 'approve') {
      const now = await findState<GateRunState>(database.pool, stored, id)
      assert.ok(now)
      const decided = await decideGate(
        { db: database.pool, reactor },
        {
          target: { project: outside.project.number, root: run, id },
          state: now,
          plan: rows[0].body,
          title: 'the gate',
          spot: { project: outside.project.number, environment: null },
          project: outside.project.name,
          names: new Map(),
        },
        { person, decision, comment: 'Fine', covers: covers ?? '', how: 'test' },
      )
      assert.ok(decided.ok, JSON.stringify(decided))
    },
  }
}

/** One half of break-glass. */
async function passBy(
  outside: TestOutside,
  { run, state }: WaitingGate,
  by: UserId,
): Promise<void> {
  const { id, covers } = state
  const recorded = await outside.reactor.submit(
    { project: outside.project.number, root: run, id },
    { type: 'override_recorded', person: by, reason: 'It burns', covers, how: 'test' },
    `user:${by}`,
  )
  assert.ok(recorded.ok)
}

function outgoing(outside: TestOutside, root: string, effect: OutwardEffect): Outgoing {
  return { id: randomUUIDv7(), project: outside.project.number, root, source: root, seq: 1, effect }
}

function asked(gate: string): OutwardEffect {
  return { type: 'notify_approvers', gate, instance: 1, reason: 'waiting' }
}

function receiverOf(mail: { to?: unknown }): string {
  return (mail.to as { text: string }).text
}

/** A mailer that fails as often as it is told, and keeps what it was given. */
function failingMailer(times: number): Mailer & { readonly given: Mail[] } {
  const given: Mail[] = []
  let left = times
  return {
    given,
    send(mail) {
      given.push(mail)
      if (left === 0) return Promise.resolve({ ok: true })
      left -= 1
      return Promise.reject(new MailFault('the mail server does not answer'))
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

suite('a gate that waits', () => {
  test('reminds by hand whom it waits for, and nobody again within the hour', async () => {
    await using outside = await startOutsideTest()
    const managers = await outside.group('managers')
    const [starter] = [await outside.person('driver'), await outside.person('lead', managers)]
    const { state } = await startWaiting(outside, approvals(managers), starter)
    const gate = idOf('gat', uuidOf(state.id))
    const link = (gate: string): string => `https://lockstep.example.test/gates/${gate}`
    const by = `user:${starter}` as const
    const remind = () => remindApprovers(outside.database.pool, link, { gate, by })
    const reminded = await remind()
    assert.deepEqual(reminded.kind === 'told' && reminded.names, ['lead'])
    assert.equal((await remind()).kind, 'too_soon')
    await deliverDue({ ...outside.deps, db: outside.database.pool })
    const [mail, ...others] = await outside.mails()
    assert.deepEqual(
      [others.length, mail?.subject?.split(',')[0]],
      [0, 'Reminder: waits for you: Staging exit of Widget'],
    )
    assert.ok(mail?.text?.includes(link(state.id)))
    assert.ok(mail?.text?.includes('driver asks you to look at it.'))
  })

  test('is mailed to everybody who can decide it, and to nobody else', async () => {
    await using outside = await startOutsideTest()
    const managers = await outside.group('managers')
    const ada = await outside.person('ada', managers)
    await outside.person('bo', managers)
    const cy = await outside.person('cy', managers)
    await outside.person('dee')
    await outside.person('eve', managers)
    await outside.database.pool.query(
      `UPDATE grants SET role = 'viewer' WHERE user_id = (SELECT id FROM users WHERE name = 'eve')`,
    )
    await outside.database.pool.query(`UPDATE users SET disabled_at = now() WHERE name = 'bo'`)
    await outside.carry()
    await startWaiting(outside, approvals(managers), ada) // Who starts a run does not approve it.
    const [mail, ...others] = await outside.mailsWhen(1)
    assert.deepEqual(others, [])
    assert.equal(mail && receiverOf(mail), '"The cy" <cy@example.test>')
    assert.match(
      mail?.subject ?? '',
      /^Waits for you: Staging exit of Widget, until \w{3} \d\d? \w{3} \d\d:\d\d UTC$/,
    )
    assert.match(mail?.text ?? '', /waits at the Staging exit gate for one of managers\./)
    assert.match(mail?.text ?? '', /waiting {2}managers {2}you\n/)
    assert.match(
      mail?.text ?? '',
      /Look and decide: {2}https:\/\/lockstep\.example\.test\/gates\/gat_[0-9A-Z]{26}\n/,
    )
    const { rows } = await outside.database.pool.query(
      'SELECT receiver, state, attempts FROM notifications',
    )
    assert.deepEqual(rows, [{ receiver: cy, state: 'sent', attempts: 1 }])
  })

  test('is told as passed to nobody who does without that, and that is noted', async () => {
    await using outside = await startOutsideTest()
    const managers = await outside.group('managers')
    const ada = await outside.person('ada')
    const bo = await outside.person('bo', managers)
    const cy = await outside.person('cy', managers)
    const off = `UPDATE users SET mails_off = '{decided_gates,reminders}' WHERE name = 'cy'`
    await outside.database.pool.query(off)
    await outside.carry()
    const gate = await startWaiting(outside, approvals(managers), ada)
    assert.equal((await outside.mailsWhen(2)).length, 2, 'that it waits is told to both')
    await gate.decide(bo)
    const mails = await outside.mailsWhen(3)
    assert.deepEqual(mails.slice(2).map(receiverOf), ['"The bo" <bo@example.test>'])
    const { rows } = await outside.database.pool.query(
      `SELECT receiver, attempts, failure FROM notifications WHERE state = 'declined'`,
    )
    const failure = 'its receiver has switched such mails off'
    assert.deepEqual(rows, [{ receiver: cy, attempts: 0, failure }])
  })

  test('reminds nobody who does without reminders', async () => {
    await using outside = await startOutsideTest()
    const managers = await outside.group('managers')
    const [starter] = [await outside.person('driver'), await outside.person('lead', managers)]
    const { run, state } = await startWaiting(outside, approvals(managers), starter)
    await outside.database.pool.query(`UPDATE users SET mails_off = '{reminders}'`)
    const mailer = failingMailer(0)
    const say = (reason: 'waiting' | 'reminder') =>
      performEffect(
        { ...outside.deps, mailer },
        outgoing(outside, run, {
          type: 'notify_approvers',
          gate: state.id,
          instance: 1,
          reason,
        }),
      )
    await say('reminder')
    await say('waiting')
    assert.deepEqual(
      mailer.given.map(({ subject }) => subject.split(':')[0]),
      ['Waits for you'],
    )
  })

  test('is told as passed to those who were asked, in the same thread', async () => {
    await using outside = await startOutsideTest()
    const managers = await outside.group('managers')
    const ada = await outside.person('ada')
    const bo = await outside.person('bo', managers)
    await outside.person('cy', managers)
    await outside.carry()
    const gate = await startWaiting(outside, approvals(managers), ada)
    await outside.mailsWhen(2)
    await gate.decide(bo)
    const mails = await outside.mailsWhen(4)
    const passed = mails.slice(2)
    assert.deepEqual(passed.map(receiverOf).toSorted(), [
      '"The bo" <bo@example.test>',
      '"The cy" <cy@example.test>',
    ])
    for (const mail of passed) {
      assert.match(mail.text ?? '', /^Passed \d\d:\d\d UTC\. You need not do anything\./)
    }
    assert.equal(new Set(mails.map(({ inReplyTo }) => inReplyTo)).size, 1)
    assert.equal(new Set(mails.map(({ messageId }) => messageId)).size, 4)
  })

  test('tells its approvers, the owners and everybody who may do so who overrides it', async () => {
    await using outside = await startOutsideTest()
    const { project } = outside
    const managers = await outside.group('managers')
    const ada = await outside.person('ada')
    const bo = await outside.person('bo', managers)
    const owner = await outside.person('cy')
    const sec = await outside.person('dee')
    const blind = await outside.person('eve')
    await outside.role('project_owner', owner, project.id)
    for (const role of ['security_admin', 'viewer']) await outside.role(role, sec)
    await outside.role('security_admin', blind)
    const gate = await startWaiting(outside, approvals(managers), ada)
    await passBy(outside, gate, sec)
    await outside.carry()
    const mails = await outside.mailsWhen(4)
    const told = mails.filter(({ subject }) => subject?.startsWith('Break-glass wanted: ') === true)
    assert.deepEqual(told.map(receiverOf).toSorted(), [
      '"The bo" <bo@example.test>',
      '"The cy" <cy@example.test>',
      '"The dee" <dee@example.test>',
    ])
    for (const { text } of told) {
      assert.match(text ?? '', /^dee wants to pass the Staging exit gate of [^]*"It burns"/)
    }
    await gate.decide(bo, 'reject')
    // Whoever started the run is told besides that it waits for them.
    const ended = (await outside.mailsWhen(8)).filter(
      ({ subject }) => subject?.startsWith('Rejected: Staging exit ') === true,
    )
    assert.deepEqual(ended.map(receiverOf).toSorted(), told.map(receiverOf).toSorted())
    for (const { text } of ended) {
      assert.match(text ?? '', /^Rejected \d\d:\d\d UTC: Fine\. Nobody overrides it\. /)
    }
  })

  test('tells whoever has read of break-glass that it was rejected, and asks nobody for the other half', async () => {
    await using outside = await startOutsideTest()
    const managers = await outside.group('managers')
    const ada = await outside.person('ada')
    const bo = await outside.person('bo', managers)
    const sec = await outside.person('dee')
    for (const role of ['security_admin', 'viewer']) await outside.role(role, sec)
    const gate = await startWaiting(outside, approvals(managers), ada)
    await passBy(outside, gate, sec)
    const wanted = outgoing(outside, gate.run, {
      type: 'notify_override',
      gate: gate.state.id,
      instance: 1,
    })
    const mailer = failingMailer(1)
    const deps = { ...outside.deps, mailer }
    await assert.rejects(performEffect(deps, wanted), AggregateError)
    await gate.decide(bo, 'reject')
    const decided = {
      type: 'notify_gate_decided',
      gate: gate.state.id,
      outcome: 'rejected',
    } as const
    await performEffect(deps, outgoing(outside, gate.run, decided))
    await performEffect(deps, wanted)
    const given = mailer.given.map(({ subject, to }) => `${subject.split(':')[0]} ${to.name}`)
    assert.deepEqual(given, [
      'Break-glass wanted The bo',
      'Break-glass wanted The dee',
      'Rejected The bo',
      'Rejected The dee',
    ])
  })

  test('is not mailed any more once it is decided', async () => {
    await using outside = await startOutsideTest()
    const managers = await outside.group('managers')
    const ada = await outside.person('ada')
    const bo = await outside.person('bo', managers)
    const gate = await startWaiting(outside, approvals(managers), ada)
    const effect = outgoing(outside, gate.run, asked(gate.state.id))
    const mailer = failingMailer(1)
    await assert.rejects(performEffect({ ...outside.deps, mailer }, effect), AggregateError)
    await gate.decide(bo)
    const decided = { type: 'notify_gate_decided', gate: gate.state.id, outcome: 'passed' } as const
    await until('the gate has passed', async () => {
      const { rows } = await outside.database.pool.query(
        `SELECT 1 FROM aggregates WHERE id = $1 AND finished_at IS NOT NULL`,
        [uuidOf(gate.state.id)],
      )
      return rows.length === 1
    })
    await performEffect({ ...outside.deps, mailer }, outgoing(outside, gate.run, decided))
    await performEffect({ ...outside.deps, mailer }, effect)
    // The first try may have arrived although it failed: that person is told that it has passed.
    assert.deepEqual(
      mailer.given.map(({ subject }) => subject.split(':')[0]),
      ['Waits for you', 'Passed'],
    )
  })
})

suite('an effect that is performed again', () => {
  test('reaches the same people once, and sends the same message when it is not sure', async () => {
    await using outside = await startOutsideTest()
    const managers = await outside.group('managers')
    const ada = await outside.person('ada')
    await outside.person('bo', managers)
    await outside.person('cy', managers)
    const gate = await startWaiting(outside, approvals(managers), ada)
    const effect = outgoing(outside, gate.run, asked(gate.state.id))
    const mailer = failingMailer(1)
    const deps = { ...outside.deps, mailer }
    await assert.rejects(performEffect(deps, effect), AggregateError) // One is reached, one is not.
    await outside.database.pool.query(`UPDATE users SET title = 'Somebody else' WHERE name = 'bo'`)
    await performEffect(deps, effect)
    await performEffect(deps, effect)
    const [first, second, third, ...more] = mailer.given
    assert.deepEqual(more, [])
    assert.deepEqual(
      [first?.to.address, second?.to.address, third?.to.address],
      ['bo@example.test', 'cy@example.test', 'bo@example.test'],
    )
    assert.equal(third?.key, first?.key)
    assert.equal(third?.text, first?.text)
    assert.notEqual(second?.key, first?.key)
  })

  test('is tried again by the queue until it succeeds', async () => {
    await using outside = await startOutsideTest()
    const managers = await outside.group('managers')
    const ada = await outside.person('ada')
    await outside.person('bo', managers)
    const mailer = failingMailer(1)
    await carryEffects(outside.queue, { ...outside.deps, mailer })
    await startWaiting(outside, approvals(managers), ada)
    await until('it was sent', async () => {
      const { rows } = await outside.database.pool.query(
        `SELECT 1 FROM notifications WHERE state = 'sent' AND attempts = 2`,
      )
      return rows.length === 1
    })
    assert.equal(mailer.given.length, 2)
    assert.deepEqual(outside.warned, [
      'notify_approvers could not be carried out; it is tried again',
    ])
  })

  test('leaves alone an address that was refused, and says why', async () => {
    await using outside = await startOutsideTest()
    const managers = await outside.group('managers')
    const ada = await outside.person('ada')
    await outside.person('bo', managers)
    await outside.database.pool.query(`UPDATE users SET email = 'no address' WHERE name = 'bo'`)
    const gate = await startWaiting(outside, approvals(managers), ada)
    await performEffect(outside.deps, outgoing(outside, gate.run, asked(gate.state.id)))
    const { rows } = await outside.database.pool.query('SELECT state, failure FROM notifications')
    assert.deepEqual(rows, [
      { state: 'refused', failure: 'The address of the receiver is not one mail address.' },
    ])
    assert.deepEqual(await outside.mails(), [])
  })
})

suite('a task', () => {
  test('that notifies writes its text to people and addresses', async () => {
    await using outside = await startOutsideTest()
    const team = await outside.group('team')
    const ada = await outside.person('ada', team)
    await outside.carry()
    const tell = plannedTask('Tell the team', {
      kind: 'notify',
      to: [
        { kind: 'group', id: team, name: 'team' },
        { kind: 'address', address: 'list@example.test' },
      ],
      text: 'Version 2 is on its way.',
    })
    await startPlannedRun(
      { pool: outside.database.pool, reactor: outside.reactor },
      {
        project: outside.project.id,
        stages: [plannedStage('Staging', [tell])],
        starter: `user:${ada}`,
      },
    )
    const mails = await outside.mailsWhen(2)
    assert.deepEqual(mails.map(receiverOf).toSorted(), [
      '"The ada" <ada@example.test>',
      'list@example.test',
    ])
    for (const mail of mails) {
      assert.equal(mail.subject, 'Tell the team: Widget, run 1')
      assert.match(mail.text ?? '', /^Version 2 is on its way\.\n/)
    }
  })

  test('that a person does tells them what to do and how to end it', async () => {
    await using outside = await startOutsideTest()
    const ada = await outside.person('ada')
    await outside.carry()
    const by = [{ kind: 'user', id: ada, name: 'ada' }] as const
    const drive = plannedTask('Drive it', {
      kind: 'manual',
      by,
      instructions: 'Once round the yard.',
    })
    await startPlannedRun(
      { pool: outside.database.pool, reactor: outside.reactor },
      {
        project: outside.project.id,
        stages: [plannedStage('Staging', [drive])],
        starter: `user:${ada}`,
      },
    )
    const [mail] = await outside.mailsWhen(1)
    assert.equal(mail?.subject, 'To do: Drive it, Widget, run 1')
    assert.match(
      mail?.text ?? '',
      /^Once round the yard\.\n\nWhen it is done: {2}lockstep task complete \S+\/1\/staging\/drive-it\n/,
    )
  })
})

async function saveBrought(outside: TestOutside, run: RunId): Promise<void> {
  const body: SnapshotBody = {
    v: 1,
    application: { project: 'car', name: 'widget' },
    version: '2.0.0',
  } as unknown as SnapshotBody
  const { pool } = outside.database
  await saveSnapshot(pool, {
    digest: DIGEST,
    body,
    definition: DIGEST,
    projectNumber: outside.project.number,
    root: run,
  })
  await saveRunSnapshot(pool, run, outside.project.number, {
    application: 'widget',
    digest: DIGEST,
    version: '2.0.0',
  })
}

suite('a run that has failed', () => {
  test('tells its owners what failed and why', async () => {
    await using outside = await startOutsideTest()
    const ada = await outside.person('ada')
    await outside.carry()
    const by = [{ kind: 'user', id: ada, name: 'ada' }] as const
    const drive = plannedTask('Drive it', { kind: 'manual', by, instructions: 'Once round.' })
    const root = await startPlannedRun(
      { pool: outside.database.pool, reactor: outside.reactor },
      {
        project: outside.project.id,
        stages: [plannedStage('Staging', [drive])],
        starter: `user:${ada}`,
      },
    )
    await outside.mailsWhen(1)
    const { pool } = outside.database
    const set = (kind: string, state: string): Promise<unknown> =>
      pool.query(`UPDATE aggregates SET state = ${state} WHERE root_id = $1 AND kind = '${kind}'`, [
        uuidOf(root),
      ])
    await set(
      'stage_run',
      `jsonb_set(state, '{tasks,0}', state->'tasks'->0 || '{"status":"failed","reason":"The brake is loose."}')`,
    )
    await set('pipeline_run', `jsonb_set(state, '{stages,0,status}', '"failed"')`)
    const at = { project: outside.project.number, root }
    assert.deepEqual(await readTrouble(pool, at, root), [
      'Drive it in Staging (The brake is loose.)',
    ])
    const failed = { type: 'notify_owners', run: root, about: root, what: 'run_failed' } as const
    await performEffect(outside.deps, outgoing(outside, root, failed))
    const mail = (await outside.mailsWhen(2)).at(-1)
    assert.equal(mail?.subject, 'Failed: Widget, run 1')
    const link = `https://lockstep.example.test/runs/${root}`
    assert.match(
      mail.text ?? '',
      new RegExp(
        `Drive it in Staging .*\\n\\nLook: {2}${link}\\n\\nOn the command line: {2}lockstep run show \\S+/1 --project \\S+\\n$`,
      ),
    )
    assert.match(String(mail.html), new RegExp(`href="${link}"`))
  })
})

suite('a release', () => {
  test('that can start again is named itself, and what went wrong in it by its run', async () => {
    await using outside = await startOutsideTest()
    const { database, project } = outside
    await outside.person('ada')
    const pipeline = await storeDefinition(database, project.number, {
      kind: 'pipeline',
      name: 'go',
      stages: [{ kind: 'stage', name: 'go', tasks: [{ kind: 'wait', name: 'Rest', for: '1h' }] }],
    })
    const release = await storeDefinition(database, project.number, {
      ...releaseBody('car-2', { collects: 'widget', goes: 'go', to: 'dev' }),
      title: 'Car 2',
      owner: { user: 'ada' },
    })
    const root = idOf('rel', release)
    const run = await insertRun(database.pool, {
      id: idOf('run', randomUUIDv7()),
      root,
      projectNumber: project.number,
      name: 'car-2',
      pipeline,
      release,
      plan: DIGEST,
      starter: 'rule',
      cause: null,
      source: null,
    })
    const tell = (what: 'release_ready' | 'run_failed'): Promise<void> => {
      const effect = { type: 'notify_owners', run: root, about: root, what } as const
      return performEffect(outside.deps, outgoing(outside, root, effect))
    }
    await tell('release_ready')
    await tell('run_failed')
    const [ready, failed] = await outside.mails()
    assert.equal(ready?.subject, 'Collected: Car 2 can start')
    assert.match(
      ready.text ?? '',
      /lockstep run start car-2 --dry-run\n\nLook: {2}https:\S+\/releases\/car:car-2\?show=plan\n\nOn the command line: {2}lockstep release show car-2 --project car\n$/,
    )
    assert.equal(failed?.subject, 'Failed: car-2, run 1')
    assert.match(
      failed.text ?? '',
      new RegExp(
        `Look: {2}https:\\S+/runs/${run.id}\n\n.*lockstep run show car-2/1 --project car\n$`,
      ),
    )
  })
})

suite('a run that has passed', () => {
  test('is collected by the releases that wait for it, once, and not by others', async () => {
    await using outside = await startOutsideTest()
    const ada = await outside.person('ada')
    const { pool } = outside.database
    const run = await startPlannedRun(
      { pool, reactor: outside.reactor },
      {
        project: outside.project.id,
        stages: [plannedStage('Staging', [nothing])],
        starter: `user:${ada}`,
      },
    )
    await saveBrought(outside, run)
    const stored = await findRun(pool, run)
    assert.ok(stored)
    const plan = async (from: string): Promise<string> => {
      const id = idOf('rel', randomUUIDv7())
      const created = await outside.reactor.create(
        { project: outside.project.number, kind: 'release', id },
        {
          type: 'release_planned',
          project: 'car',
          name: 'car-2',
          applications: [
            {
              application: { project: 'car', name: 'widget' },
              from: { project: 'car', name: from },
              versions: null,
            },
          ],
        },
        'rule',
      )
      assert.ok(created.ok)
      return id
    }
    const waits = await plan(stored.pipeline)
    const other = await plan('another-pipeline')
    const effect = outgoing(outside, run, { type: 'announce_pass', run })
    await performEffect(outside.deps, effect)
    await performEffect(outside.deps, effect)
    const states = await Promise.all(
      [waits, other].map((id) =>
        findState<ReleaseState>(pool, { projectNumber: outside.project.number, root: id }, id),
      ),
    )
    assert.deepEqual(
      states.map((state) => state?.status),
      ['ready', 'collecting'],
    )
    assert.equal(states[0]?.applications[0]?.taken?.version, '2.0.0')
    const { rows } = await pool.query<{ told: number }>(
      `SELECT count(*)::int AS told FROM events WHERE type = 'application_passed'`,
    )
    assert.equal(rows[0]?.told, 1)
  })

  test('begins the pipelines that follow it, once, and tries one again that cannot be planned', async () => {
    await using outside = await startOutsideTest()
    const ada = await outside.person('ada')
    const { database, project } = outside
    const run = await startPlannedRun(
      { pool: database.pool, reactor: outside.reactor },
      { project: project.id, stages: [plannedStage('Go', [nothing])], starter: `user:${ada}` },
    )
    const stored = await findRun(database.pool, run)
    assert.ok(stored)
    const follower = (name: string, of: string, environment: object): Promise<string> =>
      storeDefinition(database, project.number, {
        kind: 'pipeline',
        name,
        on: [{ kind: 'after', pipeline: { name: of } }],
        stages: [
          {
            kind: 'stage',
            name: 'go',
            tasks: [{ kind: 'wait', name: 'Rest', for: '1h' }],
            ...environment,
          },
        ],
      })
    const follows = await follower('follows', stored.pipeline, {})
    await follower('other', 'another-pipeline', {})
    await follower('broken', stored.pipeline, { environment: { name: 'nowhere' } })
    await database.pool.query(
      `INSERT INTO grants (id, user_id, role, project_id) VALUES ($1, $2, 'project_owner', $3)`,
      [randomUUIDv7(), uuidOf(ada), uuidOf(project.id)],
    )
    const effect = outgoing(outside, run, { type: 'announce_pass', run })
    const perform = (): Promise<void> => performEffect(outside.deps, effect)
    await assert.rejects(perform, /car\/broken after \S+ cannot be planned: .*no environment/)
    await assert.rejects(perform, /cannot be planned/)
    const listBegun = async (): Promise<readonly string[]> => {
      const { rows } = await database.pool.query<{ name: string; cause: string }>(
        'SELECT name, cause FROM runs WHERE cause IS NOT NULL ORDER BY name',
      )
      return rows.map(({ name, cause }) => `${name} ${cause}`)
    }
    const begun = (name: string, pipeline: string): string =>
      `${name} after/${pipeline}/${uuidOf(run)}`
    assert.deepEqual(await listBegun(), [begun('follows', follows)])
    const subjects = (await outside.mails()).map(({ subject }) => subject ?? '')
    assert.equal(subjects.filter((line) => line.startsWith('Not started: car/broken')).length, 1)
    const mended = await follower('broken', stored.pipeline, {})
    await perform()
    assert.deepEqual(await listBegun(), [begun('broken', mended), begun('follows', follows)])
  })
})
