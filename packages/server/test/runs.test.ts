import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, suite, test } from 'node:test'
import {
  approval,
  command,
  component,
  defineApplication,
  defineEnvironment,
  definePipeline,
  group,
  hosts,
  manual,
  rollback,
  stage,
  tier,
  tierMap,
  user,
  wait,
} from '@lockstep/define'
import { idOf, uuidOf, type RulePlan, type RunPlan } from '@lockstep/domain'
import { appendJobLogs } from '../src/postgres/agents/job-logs.ts'
import { savePlan, findPlan } from '../src/postgres/plans.ts'
import { readRunView } from '../src/postgres/read/run-view.ts'
import { commandWork, plannedStage, plannedTask, startPlannedRun } from '../testing/planned-runs.ts'
import { PASSWORD } from '../testing/api.ts'
import { tamper } from '../testing/tamper.ts'
import { startRunWorld, userId, type RunWorld } from '../testing/run-world.ts'

let world: RunWorld
before(async () => {
  world = await startRunWorld()
  await world.apply(
    definePipeline('widget', {
      title: 'Widget',
      stages: [
        stage('staging', {
          tasks: [
            manual('Try it', { by: [group('qa')], instructions: 'Drive around the block.' }),
            manual('Look at it', { by: [group('qa')], instructions: 'Is the light green?' }),
          ],
          exit: [approval('QA', { by: [group('qa')], need: 2 })],
        }),
        stage('production', {
          tasks: [manual('Announce', { by: [group('qa')], instructions: 'Tell everybody.' })],
        }),
      ],
    }),
  )
})
after(() => world[Symbol.asyncDispose]())

// oxlint-disable-next-line typescript/no-explicit-any -- answers are read as they come over the wire
type View = any
const taskOf = (view: View, stageName: string, key: string): View =>
  view.stages
    .find(({ name }: View) => name === stageName)
    .tasks.find(({ key: one }: View) => one === key)

/** One of the group decides, for a day. */
function approvalRule(name: string, of: string): RulePlan {
  const by = [{ kind: 'group', id: idOf('grp', uuidOf(of)), name: 'qa' } as const]
  const rule = { name, after: [], kind: 'approval', by, need: 1, oneFromEach: false } as const
  return { ...rule, expiresMs: 86_400_000, onReject: 'wait' }
}

async function startWidget(headers: Record<string, string> = {}): Promise<View> {
  const { project, starter } = world
  const started = await world.post('/v1/runs', { project, name: 'widget' }, starter, headers)
  assert.equal(started.status, 201, started.text)
  return started.body
}

function complete(
  run: string,
  task: string,
  as = world.lead,
  stageName = 'staging',
): Promise<View> {
  const body = { stage: stageName, task, outcome: 'succeeded' }
  return world.post(`/v1/runs/${run}/complete`, body, as)
}

/** A run of the widget whose staging exit gate waits for two of qa. */
async function startAtGate(): Promise<{ readonly run: string; readonly gate: View }> {
  const { id: run } = await startWidget()
  await world.showWhen('it waits', run, ({ state }) => state === 'waiting')
  await complete(run, 'try-it')
  await world.showWhen(
    'the second task waits',
    run,
    (view) => taskOf(view, 'staging', 'look-at-it').state === 'waiting',
  )
  await complete(run, 'look-at-it')
  const view = await world.showWhen(
    'the gate waits',
    run,
    ({ stages }) => stages[0].exit.state === 'waiting',
  )
  return { run, gate: (await readGate(view.stages[0].exit.id)).body }
}

const readGate = (gate: string, as = world.lead): Promise<View> =>
  world.server.call('GET', `/v1/gates/${gate}`, { as })
const decide = (gate: View, as: RunWorld['lead'], more: object = {}): Promise<View> =>
  world.post(
    `/v1/gates/${gate.id}/decision`,
    { decision: 'approve', covers: gate.covers, ...more },
    as,
  )

suite('planning and starting', () => {
  test('a plan says what would be done, and starts nothing', async () => {
    const { project, starter } = world
    const plan = await world.post('/v1/plans', { project, name: 'widget' }, starter)
    assert.equal(plan.status, 200, plan.text)
    const { body } = plan
    assert.equal(body.title, 'Widget')
    assert.deepEqual(
      body.stages.map(({ name, tasks }: View) => [name, tasks.map(({ title }: View) => title)]),
      [
        ['staging', ['Try it', 'Look at it']],
        ['production', ['Announce']],
      ],
    )
    assert.deepEqual(body.stages[0].exit, ['QA: 2 of qa'])
    assert.deepEqual(body.stages[0].tasks[1].after, [0])
    assert.deepEqual(
      body.revisions.map(({ kind, name, revision }: View) => [kind, name, revision]),
      [['pipeline', 'car/widget', 1]],
    )
    const runs = await world.server.call('GET', '/v1/runs?name=widget', { as: starter })
    assert.deepEqual(runs.body.items, [])
  })

  test('what cannot be planned is refused with every reason', async () => {
    const refused = await world.post(
      '/v1/plans',
      { project: world.project, name: 'gadget' },
      world.starter,
    )
    assert.equal(refused.status, 422)
    assert.equal(refused.body.code, 'plan_refused')
    assert.match(refused.body.detail, /no pipeline and no release "car\/gadget"/)
    assert.equal(refused.body.refusals.length, 1)
  })

  test('a roll back to a version that is not there is refused by that version', async () => {
    const app = defineApplication('app', {
      tiers: [
        tier('edge', [component('service', { hosts: { deploy: [command('start', ['true'])] } })]),
      ],
    })
    await world.apply(app)
    const bench = defineEnvironment('bench', {
      tiers: [hosts('machines', { label: 'bench' })],
      receives: [tierMap(app, { edge: 'machines' })],
    })
    await world.apply(bench)
    await world.apply(
      definePipeline('back', {
        title: 'Back',
        stages: [
          stage('bench', {
            environment: bench,
            tasks: [rollback(app, { to: '1.9.2' })],
          }),
        ],
      }),
    )
    const { project, starter } = world
    const refused = await world.post('/v1/plans', { project, name: 'back' }, starter)
    assert.match(refused.body.refusals?.[0]?.message ?? '', /no snapshot 1\.9\.2 of "car\/app"/)
  })

  test('a release that is only written is planned as if it were there, and only where its writer sees', async () => {
    const { project, starter, admin, server } = world
    const release = (pipeline: object) => ({
      kind: 'release',
      name: 'car-2.1',
      owner: { group: 'qa' },
      pipeline,
      applications: [
        { kind: 'collect', application: { name: 'car-app' }, from: { name: 'widget' } },
      ],
    })
    const plan = (pipeline: object) =>
      world.post('/v1/plans', { project, name: 'car-2.1', release: release(pipeline) }, starter)
    const refused = await plan({ name: 'widget' })
    assert.equal(refused.body.code, 'plan_refused', refused.text)
    assert.match(refused.text, /no snapshot of \\"car\/car-app\\" yet/)
    await world.post('/v1/projects', { name: 'hidden', title: 'Hidden' }, admin)
    const hidden = await plan({ project: 'hidden', name: 'secret' })
    assert.match(hidden.body.detail, /no project "hidden", or you do not see it/)
    const wrong = await world.post(
      '/v1/plans',
      { project, name: 'car-2.1', release: { kind: 'release', name: 'car-2.1' } },
      starter,
    )
    assert.match(wrong.body.detail, /missing/)
    const { body } = await server.call('GET', '/v1/releases', { as: starter })
    assert.deepEqual(body.items, [])
  })

  test('a snapshot that is not there is named', async () => {
    const body = { project: world.project, name: 'widget', snapshots: { 'car/app': '9.9.9' } }
    const refused = await world.post('/v1/plans', body, world.starter)
    assert.equal(refused.body.code, 'unknown_reference')
    assert.match(refused.body.detail, /car\/app:9\.9\.9/)
  })

  test('a run starts the plan that was shown, once per key', async () => {
    const { project, starter } = world
    const plan = (await world.post('/v1/plans', { project, name: 'widget' }, starter)).body.digest
    const body = { project, name: 'widget', plan: plan.slice(7, 15) }
    const headers = { 'idempotency-key': 'start-widget-once' }
    const first = await world.post('/v1/runs', body, starter, headers)
    assert.equal(first.status, 201, first.text)
    assert.equal(first.body.plan, plan)
    assert.equal(first.body.starter, 'release-manager')
    const again = await world.post('/v1/runs', body, starter, headers)
    assert.equal(again.status, 201)
    assert.equal(again.body.id, first.body.id)
    const other = await world.post('/v1/runs', { project, name: 'widget' }, starter, headers)
    assert.equal(other.body.code, 'idempotency_key_reused')
  })

  test('a plan that was never made is not started, and nothing is said to have moved', async () => {
    const { project, starter } = world
    const body = { project, name: 'widget', plan: '0000000000' }
    const refused = await world.post('/v1/runs', body, starter)
    assert.equal(refused.status, 422)
    assert.equal(refused.body.code, 'plan_unknown')
    assert.equal(refused.body.detail, 'There is no plan with this digest.')
  })

  test('a plan that does not come out any more is not started', async () => {
    const { project, starter } = world
    const startsAt = new Date(Date.now() + 86_400_000).toISOString()
    const later = await world.post('/v1/plans', { project, name: 'widget', startsAt }, starter)
    assert.equal(later.status, 200, later.text)
    const body = { project, name: 'widget', plan: later.body.digest }
    const refused = await world.post('/v1/runs', body, starter)
    assert.equal(refused.status, 409)
    assert.equal(refused.body.code, 'plan_outdated')
    assert.match(refused.body.now, /^sha256:/)
    assert.equal(refused.body.differences.length, 1)
  })

  test('runs are listed newest first, by page and state, and only to those who may see them', async () => {
    const [one, two] = [await startWidget(), await startWidget()]
    await world.showWhen('it waits', two.id, ({ state }) => state === 'waiting')
    const list = (query: string, as = world.starter): Promise<View> =>
      world.server.call('GET', `/v1/runs?name=widget&${query}`, { as })
    const first = (await list('limit=1')).body
    assert.equal(first.items[0].id, two.id)
    assert.equal(first.items[0].state, 'waiting')
    assert.equal(first.items[0].address, `car/widget/${two.number}`)
    const second = (await list(`limit=1&after=${first.next}`)).body
    assert.equal(second.items[0].id, one.id)
    assert.deepEqual((await list('state=succeeded')).body.items, [])
    assert.equal((await list(`number=${one.number}`)).body.items[0].id, one.id)
    const stranger = await world.server.person(world.admin, `stranger-${one.number}`)
    assert.deepEqual((await list('', stranger)).body.items, [])
    assert.equal(
      (await world.server.call('GET', `/v1/runs/${one.id}`, { as: stranger })).status,
      404,
    )
  })

  test('runs are listed by the application that they bring, told apart from one of the same name', async () => {
    const { starter, server } = world
    const { pool } = server.database
    await world.apply(oneComponent('lamp'))
    const { body } = await server.call('GET', '/v1/definitions?kind=application&name=lamp', {
      as: starter,
    })
    const [bringing] = await Promise.all(['car', 'boat'].map((of) => startBringing(of, 'lamp')))
    const list = async (application: string): Promise<readonly string[]> =>
      (
        await server.call('GET', `/v1/runs?application=${application}`, { as: starter })
      ).body.items.map(({ id }: View) => id)
    const { id } = body.items[0]
    assert.deepEqual(await list(id), [bringing])
    assert.deepEqual(await list(idOf('def', randomUUID())), [])
    // Also when it has another name today.
    await pool.query(`UPDATE definitions SET name = 'light' WHERE id = $1`, [uuidOf(id)])
    assert.deepEqual(await list(id), [bringing])
  })
})

test('runs from before are listed by the applications that they bring', async () => {
  const { pool } = world.server.database
  await world.apply(oneComponent('horn'))
  const run = uuidOf(await startBringing('car', 'horn'))
  const keptOf = async (): Promise<readonly unknown[]> =>
    (await pool.query('SELECT * FROM run_applications WHERE run_id = $1', [run])).rows
  const before = await keptOf()
  await pool.query('DELETE FROM run_applications')
  const file = new URL('../migrations/0019_run_applications.sql', import.meta.url)
  const sql = await readFile(file, 'utf8')
  await pool.query(sql.slice(sql.indexOf('INSERT')))
  assert.deepEqual([before.length, await keptOf()], [1, before])
})

function oneComponent(name: string): ReturnType<typeof defineApplication> {
  const hosts = { deploy: [command('start', ['true'])] }
  return defineApplication(name, { tiers: [tier('edge', [component('bulb', { hosts })])] })
}

/** A run of the project `car` that brings an application. */
async function startBringing(project: string, name: string): Promise<string> {
  const { pool } = world.server.database
  const none = { snapshot: null, version: null, passed: null }
  return startPlannedRun(
    { pool, reactor: world.server.reactor },
    {
      project: world.project,
      stages: [plannedStage('Staging', [])],
      starter: `user:${world.starter.id}`,
      brings: [{ application: { project, name }, ...none }],
    },
  )
}

suite('one view of a run', () => {
  test('says whom it waits for and what comes next, from its start to its success', async () => {
    const { id: run } = await startWidget()
    const begun = await world.showWhen('it waits', run, ({ state }) => state === 'waiting')
    assert.deepEqual(
      begun.waitsFor.map(({ on, what }: View) => [on, what]),
      [['person', 'one of qa to do "Try it"']],
    )
    assert.equal(begun.next, 'Look at it, when Try it is done.')
    assert.deepEqual(
      begun.stages.map(({ name, state }: View) => [name, state]),
      [
        ['staging', 'waiting'],
        ['production', 'pending'],
      ],
    )
    assert.deepEqual(taskOf(begun, 'staging', 'try-it').manual, {
      by: ['qa'],
      instructions: 'Drive around the block.',
    })
    assert.equal(taskOf(begun, 'production', 'announce').state, 'pending')
    assert.equal(begun.stages[0].entry.state, 'passed')
    assert.equal(begun.stages[0].exit.state, 'not_reached')
    const refused = await complete(run, 'try-it', world.outsider)
    assert.equal(refused.status, 403)
    assert.match(refused.body.detail, /completed by qa/)
    assert.equal((await complete(run, 'try-it')).status, 200)
    await world.showWhen(
      'the second task waits',
      run,
      (view) => taskOf(view, 'staging', 'look-at-it').state === 'waiting',
    )
    await complete(run, 'look-at-it')
    const atGate = await world.showWhen(
      'the gate waits',
      run,
      ({ stages }) => stages[0].exit.state === 'waiting',
    )
    assert.equal(atGate.next, 'Production, after Staging exit: waits for 2 of qa.')
    const gate = (await readGate(atGate.stages[0].exit.id)).body
    assert.equal(gate.title, `Staging exit gate of Widget, run ${atGate.number}`)
    await decide(gate, world.lead)
    const half = await world.show(run)
    assert.equal(half.stages[0].exit.approvalsGiven, 1)
    assert.deepEqual(half.stages[0].exit.rules[0].decided, ['qa-lead'])
    assert.equal(half.next, 'Production, after Staging exit: waits for one of qa.')
    await decide(gate, world.tester)
    const released = await world.showWhen(
      'production waits',
      run,
      (view) => taskOf(view, 'production', 'announce').state === 'waiting',
    )
    assert.equal(released.stages[0].state, 'succeeded')
    assert.equal(released.next, 'The run succeeds, when Announce is done.')
    await complete(run, 'announce', world.lead, 'production')
    const done = await world.showWhen('it has succeeded', run, ({ state }) => state === 'succeeded')
    assert.equal(done.next, 'Nothing more: the run has succeeded.')
    assert.deepEqual([done.waitsFor, done.working], [[], []])
  })

  test('pausing names who did, and nothing begins until it is resumed', async () => {
    const { id: run } = await startWidget()
    const paused = await world.post(`/v1/runs/${run}/pause`, { reason: 'lunch' }, world.outsider)
    assert.equal(paused.status, 200, paused.text)
    assert.deepEqual([paused.body.paused.by, paused.body.paused.reason], ['outsider', 'lunch'])
    assert.equal(paused.body.state, 'waiting')
    const twice = await world.post(`/v1/runs/${run}/pause`, { reason: 'x' }, world.outsider)
    assert.equal(twice.body.code, 'wrong_state')
    const resumed = await world.post(`/v1/runs/${run}/resume`, {}, world.outsider)
    assert.equal(resumed.body.paused, null)
  })

  test('an aborted run ends, and ends once', async () => {
    const { id: run } = await startWidget()
    const abort = (): Promise<View> =>
      world.post(`/v1/runs/${run}/abort`, { reason: 'wrong one' }, world.starter)
    assert.equal((await abort()).status, 200)
    const ended = await world.showWhen('it has ended', run, ({ state }) => state === 'aborted')
    assert.equal(ended.next, 'Nothing more: the run was aborted.')
    assert.equal((await abort()).body.code, 'wrong_state')
  })
})

suite('how long runs usually take', () => {
  test('is the median of what succeeded in the runs before of the same pipeline', async () => {
    const { project, starter, server } = world
    await world.apply(
      definePipeline('timed', {
        stages: [stage('only', { tasks: [command('Work', ['true'], { agent: 'timed-linux' })] })],
      }),
    )
    const start = async (): Promise<string> => {
      const started = await world.post('/v1/runs', { project, name: 'timed' }, starter)
      assert.equal(started.status, 201, started.text)
      return started.body.id
    }
    const take = async (seconds: number, outcome: 'succeeded' | 'failed'): Promise<void> => {
      const run = await start()
      const [job] = await world.claim('timed-linux')
      assert.ok(job)
      await world.finish(job, outcome)
      await world.showWhen(
        'it has ended',
        run,
        ({ stages }) => stages[0].tasks[0].state === outcome,
      )
      if (outcome === 'succeeded')
        await world.showWhen('the run too', run, ({ finishedAt }) => finishedAt !== null)
      await tamper(
        server.database.pool,
        `UPDATE aggregates SET finished_at = created_at + interval '${seconds} seconds' WHERE id = '${uuidOf(job.owner.id)}'`,
      )
    }
    await take(30, 'succeeded')
    await take(90, 'succeeded')
    await take(600, 'failed')
    await take(40, 'succeeded')
    const run = await start()
    const { body } = await server.call('GET', `/v1/runs/${run}/usual-times`, { as: starter })
    const [whole, task] = body.times
    assert.deepEqual([whole.stage, whole.task, whole.count], ['only', null, 3])
    assert.deepEqual(task, { stage: 'only', task: 'work', medianMs: 40_000, count: 3 })
    const first = await server.call('GET', `/v1/runs/${(await startWidget()).id}/usual-times`, {
      as: starter,
    })
    assert.equal(first.status, 200)
  })
})

suite('a gate of a run that was aborted', () => {
  test('waits for nobody and until nothing any more, also when it was held', async () => {
    const { lead, starter } = world
    const by = [{ kind: 'group', id: idOf('grp', uuidOf(world.qa)), name: 'qa' } as const]
    const go: RulePlan = {
      name: 'Go',
      after: [],
      kind: 'approval',
      by,
      need: 1,
      oneFromEach: false,
      expiresMs: 86_400_000,
      onReject: 'wait',
    }
    const exit = { rules: [go], allowSelfApproval: false }
    const run = await world.start([plannedStage('Staging', [], { exit })])
    const waiting = await world.showWhen('it waits', run, ({ state }) => state === 'waiting')
    const gate: string = waiting.stages[0].exit.id
    const held = await world.post(`/v1/gates/${gate}/hold`, { reason: 'lunch' }, lead)
    assert.deepEqual([held.status, held.body.held.reason], [200, 'lunch'], held.text)
    await world.post(`/v1/runs/${run}/abort`, { reason: 'wrong one' }, starter)
    const ended = await world.showWhen('it has ended', run, ({ state }) => state === 'aborted')
    const { state, rules } = ended.stages[0].exit
    assert.deepEqual(
      [state, rules[0].state, rules[0].until, rules[0].missing],
      ['aborted', 'pending', null, []],
    )
    const shown = (await world.server.call('GET', `/v1/gates/${gate}`, { as: lead })).body
    assert.deepEqual([shown.state, shown.held, shown.until], ['aborted', null, null])
    const [{ state: ofRule, until, missing, waitsFor }] = shown.approvals
    assert.deepEqual([ofRule, until, missing, waitsFor], ['pending', null, [], []])
  })
})

suite('reading a run', () => {
  test('takes as many queries for a large run as for a small one', async () => {
    const titles = Array.from({ length: 12 }, (_, index) => `task ${index}`)
    const tasks = titles.map((title) => plannedTask(title, commandWork(`a/${title}`, 'nobody')))
    const small = await world.start([plannedStage('A', tasks.slice(0, 1))])
    const large = await world.start([
      plannedStage('A', tasks),
      ...titles.map((title) => plannedStage(title, [])),
    ])
    const countFor = async (run: string): Promise<number> => {
      await world.showWhen('its work is there', run, ({ stages }) =>
        stages[0].tasks.every(({ steps }: View) => steps[0].jobs.length === 1),
      )
      const { pool } = world.server.database
      let queries = 0
      const counted: typeof pool = Object.create(pool, {
        query: {
          value(text: string, values: unknown[]) {
            queries += 1
            return pool.query(text, values)
          },
        },
      })
      assert.ok(await readRunView(counted, run))
      return queries
    }
    const most = await countFor(large)
    assert.equal(await countFor(small), most)
    assert.ok(most <= 15, `${most} queries`)
  })
})

suite('work of agents', () => {
  const measure = (title: string, label: string, afterTasks: readonly number[] = []): View =>
    plannedTask(title, commandWork(`staging/${title}`, label), { after: afterTasks })

  test('a task waits for an agent, then says which agent works on what', async () => {
    const run = await world.start([plannedStage('Staging', [measure('measure', 'lonely')])])
    const ready = await world.showWhen('there is work', run, ({ waitsFor }) => waitsFor.length > 0)
    assert.equal(ready.waitsFor[0].on, 'agent')
    assert.equal(ready.waitsFor[0].what, 'an agent with label lonely for "staging/measure"')
    const [job] = await world.claim('lonely')
    assert.ok(job)
    const held = await world.show(run)
    assert.match(held.working[0], /^agent agt_\w+: measure$/)
    await world.finish(job, 'succeeded')
    const done = await world.showWhen('it has succeeded', run, ({ state }) => state === 'succeeded')
    const [step] = taskOf(done, 'staging', 'measure').steps
    assert.deepEqual(
      [step.state, step.succeeded, step.jobs[0].state, step.jobs[0].exitCode],
      ['succeeded', 1, 'succeeded', 0],
    )
  })

  test('a failed task waits for a person, who retries it, skips it, or restarts from an earlier one', async () => {
    const stages = [plannedStage('Staging', [measure('build', 'b'), measure('probe', 'p', [0])])]
    const run = await world.start(stages)
    const [build] = await world.claim('b')
    assert.ok(build)
    await world.finish(build, 'succeeded')
    const failOnce = async (): Promise<View> => {
      const [probe] = await world.claim('p')
      assert.ok(probe)
      await world.finish(probe, 'failed', 'no contact')
      return world.showWhen(
        'it waits for a person',
        run,
        ({ waitsFor }) => waitsFor[0]?.on === 'person',
      )
    }
    const failed = await failOnce()
    assert.equal(failed.state, 'waiting')
    assert.equal(taskOf(failed, 'staging', 'probe').state, 'failed')
    assert.match(failed.next, /^A person decides: "probe" failed: retry or skip it/)
    const at = { stage: 'staging', task: 'probe' }
    const retried = await world.post(`/v1/runs/${run}/retry`, at, world.starter)
    assert.equal(retried.status, 200, retried.text)
    assert.equal(taskOf(retried.body, 'staging', 'probe').attempt, 2)
    assert.equal(
      (await world.post(`/v1/runs/${run}/retry`, at, world.starter)).body.code,
      'wrong_state',
    )
    await failOnce()
    const restarted = await world.post(
      `/v1/runs/${run}/restart`,
      { ...at, reason: 'another probe' },
      world.starter,
    )
    assert.equal(restarted.status, 200, restarted.text)
    const again = await world.showWhen('it goes on', run, (view) => view.stages[0].attempt === 2)
    assert.equal(taskOf(again, 'staging', 'build').state, 'succeeded')
    assert.equal(
      taskOf(again, 'staging', 'build').steps[0].succeeded,
      1,
      'kept work is still shown',
    )
    await failOnce()
    const noReason = await world.post(`/v1/runs/${run}/skip`, { ...at, reason: '' }, world.starter)
    assert.equal(noReason.body.code, 'comment_missing')
    await world.post(`/v1/runs/${run}/skip`, { ...at, reason: 'not needed' }, world.starter)
    const done = await world.showWhen('it has succeeded', run, ({ state }) => state === 'succeeded')
    assert.deepEqual(
      [taskOf(done, 'staging', 'probe').state, taskOf(done, 'staging', 'probe').reason],
      ['skipped', 'not needed'],
    )
  })

  test('work of a stage with an environment says that agents have to be assigned there', async () => {
    const at = { id: idOf('env', randomUUID()), project: 'car', name: 'bench', title: 'Bench' }
    const placed = { ...plannedStage('Staging', [measure('soak', 'soaker')]), environment: at }
    const run = await world.start([placed])
    const view = await world.showWhen(
      'it waits',
      run,
      ({ waitsFor }) => waitsFor[0]?.on === 'agent',
    )
    assert.equal(
      view.waitsFor[0].what,
      'an agent with label soaker assigned to environment bench for "staging/soak"',
    )
  })

  test('a restart from a task does not pass an entry gate that has not passed', async () => {
    const entry = {
      allowSelfApproval: false,
      rules: [approvalRule('Go', world.qa)],
    }
    const run = await world.start([
      plannedStage('Staging', [measure('flash', 'guarded')], { entry }),
    ])
    await world.showWhen('the gate waits', run, ({ stages }) => stages[0].entry.state === 'waiting')
    const at = { stage: 'staging', task: 'flash', reason: 'no patience' }
    const restarted = await world.post(`/v1/runs/${run}/restart`, at, world.starter)
    assert.equal(restarted.status, 200, restarted.text)
    const again = await world.showWhen(
      'its gate is judged again',
      run,
      ({ stages }) => stages[0].attempt === 2 && stages[0].entry.state === 'waiting',
    )
    assert.equal(taskOf(again, 'staging', 'flash').state, 'pending')
    const gate = (await readGate(again.stages[0].entry.id)).body
    assert.equal((await decide(gate, world.lead)).status, 200)
    await world.showWhen(
      'it works',
      run,
      (view) => taskOf(view, 'staging', 'flash').state === 'running',
    )
    const kept = await world.post(`/v1/runs/${run}/restart`, at, world.starter)
    assert.equal(kept.status, 200, kept.text)
    await world.showWhen(
      'what has passed is not judged again',
      run,
      (view) =>
        view.stages[0].attempt === 3 && taskOf(view, 'staging', 'flash').state === 'running',
    )
    await world.post(`/v1/runs/${run}/abort`, { reason: 'enough' }, world.starter)
  })

  test('tests of a task that a restart has kept still count at the exit gate', async () => {
    const exit = {
      allowSelfApproval: false,
      rules: [
        {
          name: 'tests',
          after: [],
          kind: 'check',
          check: { kind: 'tests', passRatePercent: 100, noNewFailures: true, suite: null },
          withinMs: 0,
          everyMs: 1_000,
        },
      ],
    } as const
    const tasks = [measure('unit', 'unit'), measure('smoke', 'smoke', [0])]
    const run = await world.start([plannedStage('Staging', tasks, { exit })])
    const [unit] = await world.claim('unit')
    assert.ok(unit)
    const counts = { total: 7, passed: 7, failed: 0, skipped: 0, failures: [], newFailures: 0 }
    await world.finish(unit, 'succeeded', '', counts)
    const [first] = await world.claim('smoke')
    assert.ok(first)
    await world.finish(first, 'failed', 'no contact')
    await world.showWhen('it waits', run, ({ waitsFor }) => waitsFor[0]?.on === 'person')
    const at = { stage: 'staging', task: 'smoke', reason: 'again' }
    assert.equal((await world.post(`/v1/runs/${run}/restart`, at, world.starter)).status, 200)
    const [second] = await world.claim('smoke')
    assert.ok(second)
    await world.finish(second, 'succeeded')
    const done = await world.showWhen('it has succeeded', run, ({ state }) => state === 'succeeded')
    assert.equal(done.stages[0].exit.state, 'passed')
  })

  test('what became of a lost job is said by a person with a reason', async () => {
    const run = await world.start([plannedStage('Staging', [measure('flash', 'gone')])])
    const [job] = await world.claim('gone')
    assert.ok(job)
    await world.lose(job)
    const lost = await world.showWhen(
      'nobody knows',
      run,
      (view) => view.waitsFor[0]?.on === 'person',
    )
    assert.match(lost.waitsFor[0].what, /on gone: nobody knows what happened/)
    assert.equal(taskOf(lost, 'staging', 'flash').state, 'unknown')
    const path = `/v1/runs/${run}/resolve`
    const said = { job: job.id, verdict: 'ran', reason: '' }
    assert.equal((await world.post(path, said, world.starter)).body.code, 'comment_missing')
    const other = await world.start([plannedStage('Staging', [])])
    const elsewhere = await world.post(
      `/v1/runs/${other}/resolve`,
      { ...said, reason: 'x' },
      world.starter,
    )
    assert.equal(elsewhere.body.code, 'unknown_reference')
    const resolved = await world.post(path, { ...said, reason: 'its lamp blinks' }, world.starter)
    assert.equal(resolved.status, 200, resolved.text)
    await world.showWhen('it has succeeded', run, ({ state }) => state === 'succeeded')
  })

  test('the log of a job is read from an offset, and waited for', async () => {
    const run = await world.start([plannedStage('Staging', [measure('talk', 'talker')])])
    const [job] = await world.claim('talker')
    assert.ok(job)
    const agent = await world.server.database.pool.query<{ agent_id: string }>(
      'SELECT agent_id FROM jobs WHERE id = $1',
      [uuidOf(job.id)],
    )
    const append = (start: number, text: string): Promise<unknown> =>
      appendJobLogs(world.server.database.pool, [
        {
          agent: idOf('agt', agent.rows[0]?.agent_id ?? ''),
          job: job.id,
          fence: job.fence,
          start,
          bytes: Buffer.from(text),
          marks: [0, 0],
        },
      ])
    const read = (query: string): Promise<View> =>
      world.server.call('GET', `/v1/runs/${run}/jobs/${job.id}/log?${query}`, { as: world.lead })
    const text = ({ body }: View): string => Buffer.from(body.bytes, 'base64').toString()
    await append(0, 'one\n')
    const first = await read('')
    assert.deepEqual([text(first), first.body.next, first.body.ended], ['one\n', 4, false])
    const waiting = read('offset=4&waitMs=20000')
    await append(4, 'two\n')
    assert.equal(text(await waiting), 'two\n')
    assert.equal(text(await read('offset=2')), 'e\ntwo\n')
    await world.finish(job, 'succeeded')
    const last = await read('offset=8&waitMs=20000')
    assert.deepEqual([text(last), last.body.ended], ['', true])
    const other = await world.start([plannedStage('Staging', [])])
    const foreign = await world.server.call('GET', `/v1/runs/${other}/jobs/${job.id}/log`, {
      as: world.lead,
    })
    assert.equal(foreign.status, 404)
  })

  test('the run of another pipeline is shown where it works, and below its own address', async () => {
    const { pool } = world.server.database
    const inner = await world.start([plannedStage('Inside', [measure('deep', 'deep')])])
    const plan = await findPlan(pool, (await world.show(inner)).plan)
    assert.ok(plan?.kind === 'run')
    const digest = (await world.show(inner)).plan
    await savePlan(pool, digest, plan)
    const outer = plannedTask('nested', { kind: 'pipeline', plan: digest, pipeline: 'car/inner' })
    const run = await world.start([plannedStage('Staging', [outer])])
    const view = await world.showWhen(
      'the other run works',
      run,
      (shown) => taskOf(shown, 'staging', 'nested').run !== null,
    )
    const child = await world.show(taskOf(view, 'staging', 'nested').run)
    assert.equal(child.parent, run)
    assert.equal(child.address, `${view.address}/staging/nested`)
    assert.equal(child.stages[0].tasks[0].title, 'deep')
  })
})

suite('a gate that nobody could pass', () => {
  test('is told before the run and with its start, with who is there and why they do not count', async () => {
    await world.apply(
      definePipeline('lonely', {
        stages: [
          stage('staging', {
            title: 'Staging',
            tasks: [manual('Try it', { by: [group('qa')], instructions: 'Drive.' })],
            exit: [approval('QA', { by: [group('qa')], need: 3 })],
          }),
        ],
      }),
    )
    const body = { project: world.project, name: 'lonely' }
    const sentence =
      'Staging, exit gate: it asks QA: 3 of qa, and qa-lead and qa-tester alone cannot give it (release-manager starts the run). Add people to qa.'
    const plan = await world.post('/v1/plans', body, world.starter)
    assert.deepEqual(plan.body.warnings, [sentence])
    const key = { 'idempotency-key': 'start-the-lonely-one' }
    const started = await world.post('/v1/runs', body, world.starter, key)
    assert.deepEqual([started.status, started.body.warnings], [201, [sentence]])
    const again = await world.post('/v1/runs', body, world.starter, key)
    assert.deepEqual([again.body.id, again.body.warnings], [started.body.id, [sentence]])
    // Somebody outside of the group leaves all three of it.
    const other = await world.post('/v1/plans', body, world.outsider)
    assert.deepEqual(other.body.warnings, [])
  })
})

suite('a person whom a gate names', () => {
  const rule = (id: string): RunPlan['stages'][number]['exit'] => ({
    allowSelfApproval: false,
    rules: [
      {
        kind: 'approval',
        name: 'Go',
        after: [],
        by: [
          { kind: 'user', id: idOf('usr', uuidOf(id)), name: 'named' },
          { kind: 'user', id: idOf('usr', uuidOf(world.lead.id)), name: 'qa-lead' },
        ],
        need: 2,
        oneFromEach: false,
        expiresMs: 3_600_000,
        onReject: 'wait',
      },
    ],
  })

  test('decides nothing without the role approver, is told so, and loses their voice with the role', async () => {
    const { server, admin, project } = world
    const named = await server.person(admin, 'named', [{ role: 'project_owner', project }])
    const run = await world.start([
      plannedStage('Staging', [plannedTask('Rest', { kind: 'wait', forMs: 0, until: null })], {
        exit: rule(named.id),
      }),
    ])
    const waits = await world.showWhen(
      'the gate waits',
      run,
      ({ stages }) => stages[0].exit.state === 'waiting',
    )
    const { id } = waits.stages[0].exit
    const gate = (await readGate(id, named)).body
    assert.deepEqual(
      [gate.can.approve, gate.can.reject, gate.can.hold, gate.can.why],
      [false, false, false, 'approver_role_missing'],
    )
    assert.deepEqual(gate.approvals[0].waitsFor, ['qa-lead'])
    const mine = (as: RunWorld['lead']): Promise<View> =>
      server.call('GET', `/v1/gates?mine=true&run=${run}`, { as })
    assert.deepEqual((await mine(named)).body.items, [])
    const refused = [
      await decide(gate, named),
      await decide(gate, named, { decision: 'reject', comment: 'No' }),
      await world.post(`/v1/gates/${id}/hold`, { reason: 'wait' }, named),
    ]
    for (const { status, body } of refused) {
      assert.deepEqual([status, body.code], [403, 'approver_role_missing'])
      assert.match(body.detail, /lockstep role grant approver named -p car$/)
    }
    const given = await world.post(
      `/v1/projects/${project}/grants`,
      { subject: named.id, role: 'approver' },
      admin,
    )
    assert.equal(given.status, 201, given.text)
    const again = { ...(await server.signIn('named')), id: named.id }
    assert.deepEqual((await mine(again)).body.items.length, 1)
    assert.equal((await decide(gate, again)).status, 200)
    await server.call('DELETE', `/v1/grants/${given.body.id}`, { as: admin })
    assert.equal((await decide(gate, world.lead)).status, 200)
    await world.showWhen('the gate waits again', run, ({ stages }) => {
      const [go] = stages[0].exit.rules
      return stages[0].exit.state === 'waiting' && go.decided.join() === 'qa-lead'
    })
  })

  test('decides nothing for an hour after a new password came by a link, of which they are told by mail', async () => {
    const { server, admin, project } = world
    const renewed = await server.person(admin, 'renewed', [{ role: 'approver', project }])
    const run = await world.start([
      plannedStage('Staging', [plannedTask('Rest', { kind: 'wait', forMs: 0, until: null })], {
        exit: rule(renewed.id),
      }),
    ])
    const waits = await world.showWhen(
      'the gate waits',
      run,
      ({ stages }) => stages[0].exit.state === 'waiting',
    )
    const gate = (await readGate(waits.stages[0].exit.id, renewed)).body
    assert.equal(gate.can.approve, true)

    const path = `/v1/users/${renewed.id}/invitation`
    const token = await server.call('POST', '/v1/tokens', {
      as: admin,
      body: { name: 'people', permissions: ['user.read', 'user.write'] },
    })
    const byToken = await server.call('POST', path, {
      as: { headers: { authorization: `Bearer ${token.body.secret}` } },
    })
    assert.deepEqual([byToken.status, byToken.body.code], [403, 'person_required'])

    const link = await server.call('POST', path, { as: admin })
    assert.equal(link.status, 201, link.text)
    const { rows } = await server.database.pool.query(
      `SELECT kind, address, body_text FROM notifications WHERE receiver = $1 AND kind = 'password_link'`,
      [renewed.id],
    )
    assert.equal(rows.length, 1)
    assert.equal(rows[0].address, 'renewed@example.test')
    assert.match(rows[0].body_text, /^admin has made a link .* for your account renewed at http/)
    const accepted = await server.call('POST', '/v1/invitations/acceptance', {
      body: { code: link.body.code, password: PASSWORD },
    })
    assert.equal(accepted.status, 201, accepted.text)
    const whoever = { ...(await server.signIn('renewed')), id: renewed.id }
    const early = await decide(gate, whoever)
    assert.deepEqual([early.status, early.body.code], [403, 'password_new'])
    assert.match(early.body.detail, /link that somebody else has made. You decide .* an hour later/)
    const seen = (await readGate(gate.id, whoever)).body
    assert.equal(seen.can.why, 'password_new')
    // They will decide: the gate waits for them too, and they are asked.
    assert.deepEqual(seen.approvals[0].waitsFor.toSorted(), ['qa-lead', 'renewed'])
    const asked = await Promise.all(
      [1, 2, 3].map(() => world.post(`/v1/gates/${gate.id}/reminder`, {}, admin)),
    )
    assert.deepEqual(asked.map(({ status }) => status).toSorted(), [200, 409, 409])
    const told = asked.find(({ status }) => status === 200)
    assert.deepEqual(told?.body.told.toSorted(), ['qa-lead', 'renewed'])

    await server.database.pool.query(
      `UPDATE users SET decides_from = decides_from - interval '2 hours' WHERE id = $1`,
      [uuidOf(renewed.id)],
    )
    assert.equal((await decide(gate, whoever)).status, 200)
  })

  test('keeps what they decided before the link was used, and the gate passes with it', async () => {
    const { server, admin, lead, project } = world
    const early = await server.person(admin, 'decided-early', [{ role: 'approver', project }])
    const run = await world.start([
      plannedStage('Staging', [plannedTask('Rest', { kind: 'wait', forMs: 0, until: null })], {
        exit: rule(early.id),
      }),
    ])
    const waits = await world.showWhen(
      'the gate waits',
      run,
      ({ stages }) => stages[0].exit.state === 'waiting',
    )
    const gate = (await readGate(waits.stages[0].exit.id, early)).body
    assert.equal((await decide(gate, early)).status, 200)
    const path = `/v1/users/${early.id}/invitation`
    const { code } = (await server.call('POST', path, { as: admin })).body
    const body = { code, password: PASSWORD }
    assert.equal((await server.call('POST', '/v1/invitations/acceptance', { body })).status, 201)
    assert.equal((await decide(gate, lead)).status, 200)
    await world.showWhen('it passes', run, ({ state }) => state === 'succeeded')
  })

  test('is told what their role waits for, when it does not count yet', async () => {
    const { server, admin, project } = world
    const owner = await server.person(admin, 'early', [{ role: 'project_owner', project }])
    const given = await world.post(
      `/v1/projects/${project}/grants`,
      { subject: owner.id, role: 'approver' },
      owner,
    )
    assert.equal(given.body.state, 'unconfirmed')
    const run = await world.start([
      plannedStage('Staging', [plannedTask('Rest', { kind: 'wait', forMs: 0, until: null })], {
        exit: rule(owner.id),
      }),
    ])
    const waits = await world.showWhen(
      'the gate waits',
      run,
      ({ stages }) => stages[0].exit.state === 'waiting',
    )
    const { id } = waits.stages[0].exit
    const gate = (await readGate(id, owner)).body
    for (const { status, body } of [
      await decide(gate, owner),
      await world.post(`/v1/gates/${id}/hold`, { reason: 'wait' }, owner),
    ]) {
      assert.deepEqual([status, body.code], [403, 'role_not_confirmed'])
      assert.match(body.detail, new RegExp(`lockstep role confirm ${given.body.id}$`))
    }
    await server.call('POST', `/v1/grants/${given.body.id}/confirmation`, { as: admin })
    const again = { ...(await server.signIn('early')), id: owner.id }
    assert.equal((await decide(gate, again)).body.code, 'role_not_yet')
  })

  test('is told before the run when they lack the role', async () => {
    await world.apply(
      definePipeline('to-one', {
        stages: [
          stage('staging', {
            title: 'Staging',
            tasks: [manual('Try it', { by: [group('qa')], instructions: 'Drive.' })],
            exit: [approval('Go', { by: [user('unheard')] })],
          }),
        ],
      }),
    )
    await world.server.person(world.admin, 'unheard')
    const body = { project: world.project, name: 'to-one' }
    assert.deepEqual((await world.post('/v1/plans', body, world.starter)).body.warnings, [
      'Staging, exit gate: it asks Go: unheard, and nobody could approve (unheard lacks the role approver). Give the role: lockstep role grant approver unheard -p car',
    ])
  })

  test('is not said to be alone when more are named than are looked through', async () => {
    const { server, admin, project } = world
    const crowd: string = (await world.post('/v1/groups', { name: 'crowd', title: 'Crowd' }, admin))
      .body.id
    await server.database.pool.query(
      `WITH many AS (
         INSERT INTO users (id, name, title, email)
         SELECT gen_random_uuid(), 'a' || n, 'A', 'a' || n || '@example.com' FROM generate_series(1, 1001) n RETURNING id)
       INSERT INTO members (group_id, user_id) SELECT $1, id FROM many`,
      [uuidOf(crowd)],
    )
    await world.apply(
      definePipeline('to-many', {
        stages: [
          stage('staging', {
            tasks: [manual('Try it', { by: [group('qa')], instructions: 'Drive.' })],
            exit: [approval('Go', { by: [group('crowd')] })],
          }),
        ],
      }),
    )
    const plan = await world.post('/v1/plans', { project, name: 'to-many' }, world.starter)
    assert.deepEqual([plan.status, plan.body.warnings], [200, []])
  })

  test('is told before the run when they hold the role for its environment and do not see the project', async () => {
    const { server, admin, project } = world
    const edge = tier('edge', [
      component('lamp', { hosts: { deploy: [command('start', ['true'])] } }),
    ])
    const lamp = defineApplication('den-light', { tiers: [edge] })
    const den = defineEnvironment('den', {
      tiers: [hosts('machines', { label: 'den' })],
      receives: [tierMap(lamp, { edge: 'machines' })],
    })
    await world.apply(lamp)
    await world.apply(den)
    const blind = await server.person(admin, 'blind')
    await world.apply(
      definePipeline('to-blind', {
        stages: [
          stage('den', {
            title: 'Den',
            environment: den,
            tasks: [manual('Try it', { by: [group('qa')], instructions: 'Drive.' })],
            exit: [approval('Go', { by: [user('blind')] })],
          }),
        ],
      }),
    )
    const listed = await server.call('GET', `/v1/environments?project=${project}`, { as: admin })
    const environment: string = listed.body.items.find(
      ({ name }: { name: string }) => name === 'den',
    ).id
    const given = await world.post(
      `/v1/projects/${project}/grants`,
      { subject: blind.id, role: 'approver', environment },
      admin,
    )
    assert.equal(given.status, 201, given.text)
    const body = { project, name: 'to-blind' }
    assert.deepEqual((await world.post('/v1/plans', body, world.starter)).body.warnings, [
      'Den, exit gate: it asks Go: blind, and nobody could approve (blind does not see the project). Let them see it: lockstep role grant viewer blind -p car',
    ])
  })
})

suite('gates', () => {
  test('a gate shows what it covers, and only its approvers may decide, once each', async () => {
    const { gate } = await startAtGate()
    assert.deepEqual(
      [gate.state, gate.next, gate.approvals[0].need, gate.approvals[0].of],
      ['waiting', 'Production', 2, ['qa']],
    )
    assert.deepEqual(gate.approvals[0].waitsFor, ['qa-lead', 'qa-tester'])
    assert.deepEqual(gate.excluded, [{ person: 'release-manager', why: 'starter' }])
    assert.deepEqual([gate.can.approve, gate.can.why], [true, null])
    const asStarter = (await readGate(gate.id, world.starter)).body
    assert.deepEqual([asStarter.can.approve, asStarter.can.why], [false, 'starter_cannot_approve'])
    const codes = [
      await decide(gate, world.starter),
      await decide(gate, world.outsider),
      await decide(gate, world.admin),
      await decide(gate, world.lead, { decision: 'reject' }),
      await decide(gate, world.lead, { covers: '00000000' }),
    ].map(({ status, body }) => [status, body.code])
    assert.deepEqual(codes, [
      [403, 'starter_cannot_approve'],
      [403, 'not_an_approver'],
      [403, 'not_an_approver'],
      [422, 'comment_missing'],
      [409, 'covers_changed'],
    ])
    const key = { 'idempotency-key': `approve-${gate.id}` }
    const path = `/v1/gates/${gate.id}/decision`
    const body = { decision: 'approve', covers: gate.covers, comment: 'fine' }
    const approved = await world.post(path, body, world.lead, key)
    assert.equal(approved.status, 200, approved.text)
    assert.equal(approved.body.approvals[0].decisions[0].comment, 'fine')
    assert.equal(
      (await world.post(path, body, world.lead, key)).status,
      200,
      'a repetition is no second decision',
    )
    const twice = (await decide(gate, world.lead)).body
    assert.deepEqual(
      [twice.code, twice.detail],
      [
        'already_decided',
        `You have approved ${gate.title} already. To decide otherwise take it back first: lockstep gate withdraw`,
      ],
    )
    const back = await world.post(`/v1/gates/${gate.id}/withdrawal`, {}, world.lead)
    assert.equal(back.status, 200, back.text)
    assert.deepEqual(back.body.approvals[0].decisions, [])
    assert.deepEqual(
      back.body.history.map(({ decision }: View) => decision),
      ['withdraw', 'approve'],
    )
  })

  test('a gate that has passed says so, also to those who approved it and whatever they were shown', async () => {
    const { run, gate } = await startAtGate()
    await decide(gate, world.lead)
    await decide(gate, world.tester)
    await world.showWhen('it has passed', run, ({ stages }) => stages[0].exit.state === 'passed')
    const said = [
      await decide(gate, world.lead, { covers: '00000000' }),
      await decide(gate, world.outsider, { decision: 'reject' }),
    ].map(({ status, body }) => [status, body.code, body.detail])
    assert.deepEqual(said, [
      [409, 'gate_not_waiting', `You have approved ${gate.title} already, and it has passed.`],
      [409, 'gate_not_waiting', `${gate.title} has passed: there is nothing left to decide.`],
    ])
  })

  test('a token decides nothing', async () => {
    const { gate } = await startAtGate()
    const token = await world.post(
      '/v1/tokens',
      { name: `t-${gate.id.slice(-8).toLowerCase()}`, permissions: ['gate.read', 'run.read'] },
      world.lead,
    )
    assert.equal(token.status, 201, token.text)
    const as = { headers: { authorization: `Bearer ${token.body.secret}` }, id: '' }
    const refused = await decide(gate, as)
    assert.deepEqual([refused.status, refused.body.code], [403, 'person_required'])
  })

  test('approvals are void when what the gate lets through changes', async () => {
    const { run, gate } = await startAtGate()
    assert.equal((await decide(gate, world.lead)).status, 200)
    await world.server.database.pool.query(
      `INSERT INTO run_snapshots (root_id, project_id, application, digest, version) VALUES ($1, $2, 'app', $3, '2.0.0')`,
      [uuidOf(run), world.number, `sha256:${'ab'.repeat(32)}`],
    )
    const refused = await decide(gate, world.tester)
    assert.equal(refused.body.code, 'covers_changed')
    const now = await world.showWhen(
      'it asks again',
      run,
      ({ stages }) => stages[0].exit.state === 'waiting',
    )
    assert.deepEqual(now.stages[0].exit.rules[0].decided, [])
    const fresh = (await readGate(gate.id)).body
    assert.notEqual(fresh.covers, gate.covers)
    assert.deepEqual(
      fresh.history.map(({ decision }: View) => decision),
      ['void', 'approve'],
    )
  })

  test('a held gate does not pass and pauses its run, until an approver resumes it', async () => {
    const { run, gate } = await startAtGate()
    const hold = (as: RunWorld['lead']): Promise<View> =>
      world.post(`/v1/gates/${gate.id}/hold`, { reason: 'car 3 is on fire' }, as)
    assert.equal((await hold(world.outsider)).body.code, 'not_an_approver')
    const held = await hold(world.lead)
    assert.equal(held.status, 200, held.text)
    assert.deepEqual([held.body.held.by, held.body.held.reason], ['qa-lead', 'car 3 is on fire'])
    const paused = await world.show(run)
    assert.match(paused.paused.reason, /is on hold: car 3 is on fire$/)
    await decide(gate, world.lead)
    await decide(gate, world.tester)
    assert.equal((await readGate(gate.id)).body.state, 'waiting')
    const resumed = await world.post(`/v1/gates/${gate.id}/resume`, {}, world.tester)
    assert.equal(resumed.status, 200, resumed.text)
    const passed = await world.showWhen(
      'it has passed',
      run,
      ({ stages }) => stages[0].exit.state === 'passed',
    )
    assert.equal(passed.paused, null)
  })

  test('a rejection holds the run back, until somebody judges the gate again', async () => {
    const { run, gate } = await startAtGate()
    const rejected = await decide(gate, world.lead, { decision: 'reject', comment: 'too slow' })
    assert.equal(rejected.body.state, 'rejected')
    const view = await world.showWhen('it waits', run, ({ waitsFor }) =>
      /was rejected/.test(waitsFor[0]?.what ?? ''),
    )
    assert.equal(view.state, 'waiting')
    assert.equal(view.stages[0].exit.rules[0].state, 'rejected')
    const retried = await world.post(`/v1/gates/${gate.id}/retry`, {}, world.outsider)
    assert.equal(retried.status, 200, retried.text)
    const next = await world.showWhen(
      'it is asked again',
      run,
      ({ stages }) => stages[0].exit.instance === 2 && stages[0].exit.state === 'waiting',
    )
    assert.notEqual(next.stages[0].exit.id, gate.id)
    const late = (await decide(gate, world.tester)).body
    assert.deepEqual(
      [late.code, late.detail],
      [
        'gate_not_waiting',
        `${gate.title} was rejected. Judge it again before anybody decides: lockstep gate retry`,
      ],
    )
  })

  test('gates that wait are listed, and which of them wait for me', async () => {
    const { run, gate } = await startAtGate()
    const list = async (query: string, as: RunWorld['lead']): Promise<readonly string[]> =>
      (await world.server.call('GET', `/v1/gates?${query}`, { as })).body.items.map(
        ({ id }: View) => id,
      )
    assert.deepEqual(await list(`run=${run}`, world.outsider), [gate.id])
    assert.ok((await list('mine=true&limit=200', world.lead)).includes(gate.id))
    assert.deepEqual(await list(`run=${run}&mine=true`, world.starter), [])
    await decide(gate, world.lead)
    assert.deepEqual(await list(`run=${run}&mine=true`, world.lead), [])
    const first = (await world.server.call('GET', '/v1/gates?limit=1', { as: world.lead })).body
    assert.equal(first.items.length, 1)
    assert.ok(
      !(await list(`limit=200&after=${first.next}`, world.lead)).includes(first.items[0].id),
    )
  })

  test('the person who edited what is let through does not approve it', async () => {
    await world.apply(
      definePipeline('edited', {
        title: 'Edited',
        stages: [
          stage('staging', {
            tasks: [manual('Go', { by: [group('qa')], instructions: 'Go.' })],
            exit: [approval('QA', { by: [group('qa')] })],
          }),
        ],
      }),
      `user:${userId(world.tester)}`,
    )
    const started = await world.post(
      '/v1/runs',
      { project: world.project, name: 'edited' },
      world.starter,
    )
    assert.equal(started.status, 201, started.text)
    await world.showWhen('it waits', started.body.id, ({ state }) => state === 'waiting')
    await complete(started.body.id, 'go')
    const view = await world.showWhen(
      'the gate waits',
      started.body.id,
      ({ stages }) => stages[0].exit.state === 'waiting',
    )
    const gate = (await readGate(view.stages[0].exit.id)).body
    assert.equal((await decide(gate, world.tester)).body.code, 'editor_cannot_approve')
    assert.deepEqual(gate.approvals[0].waitsFor, ['qa-lead'])
  })

  test('nor does the owner of the token that edited it', async () => {
    const token = await world.post(
      '/v1/tokens',
      { name: 'applies', permissions: ['definition.read'] },
      world.tester,
    )
    assert.equal(token.status, 201, token.text)
    await world.apply(
      definePipeline('applied', {
        title: 'Applied',
        stages: [
          stage('staging', {
            tasks: [wait('a moment', { for: '1s' })],
            entry: [approval('QA', { by: [group('qa')] })],
          }),
        ],
      }),
      `token:${token.body.token.id}`,
    )
    const { project, starter } = world
    const started = await world.post('/v1/runs', { project, name: 'applied' }, starter)
    assert.equal(started.status, 201, started.text)
    const view = await world.showWhen(
      'the gate waits',
      started.body.id,
      ({ stages }) => stages[0].entry.state === 'waiting',
    )
    const gate = (await readGate(view.stages[0].entry.id)).body
    assert.equal((await decide(gate, world.tester)).body.code, 'editor_cannot_approve')
  })
})
