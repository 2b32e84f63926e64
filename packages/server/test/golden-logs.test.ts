// The standard scenarios on a real server: their logs, folded again, give what is stored. With LOCKSTEP_GOLDEN they are kept.

import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import {
  idOf,
  uuidOf,
  type AnyEvent,
  type GatePlan,
  type Occurrence,
  type Plan,
  type StateHead,
  type TaskPlan,
} from '@lockstep/domain'
import { presentGoldenLog, replay, type GoldenLog, type LoggedEvent } from '@lockstep/testkit'
import { readGoldenFolder } from '../testing/config.ts'
import { commandWork, plannedStage, plannedTask } from '../testing/planned-runs.ts'
import { startRunWorld, type RunWorld } from '../testing/run-world.ts'

const WIDTH = 60

let world: RunWorld
before(async () => {
  world = await startRunWorld()
})
after(() => world[Symbol.asyncDispose]())

// oxlint-disable-next-line typescript/no-explicit-any -- answers are read as they come over the wire
type View = any

const measure = (title: string, label: string, afterTasks: readonly number[] = []): TaskPlan =>
  plannedTask(title, commandWork(`staging/${title}`, label), { after: afterTasks })

/** One of the group decides, for a day. */
function gateOfQa(): GatePlan {
  const by = [{ kind: 'group', id: idOf('grp', uuidOf(world.qa)), name: 'qa' }] as const
  const rule = { name: 'QA', after: [], kind: 'approval', by, need: 1, oneFromEach: false } as const
  return {
    allowSelfApproval: false,
    rules: [{ ...rule, expiresMs: 86_400_000, onReject: 'wait' }],
  }
}

async function finishAll(label: string, outcome: 'succeeded' | 'failed' = 'succeeded') {
  const jobs = await world.claim(label)
  for (const job of jobs) await world.finish(job, outcome, 'by the test')
  return jobs.length
}

const ended = (run: string, wanted: string): Promise<View> =>
  world.showWhen(`it has ${wanted}`, run, ({ state }) => state === wanted)

async function decide(run: string, decision: 'approve' | 'reject'): Promise<string> {
  const view = await world.showWhen('the gate waits', run, ({ stages }) =>
    ['waiting'].includes(stages[0].exit.state),
  )
  const gate: string = view.stages[0].exit.id
  const { covers } = (await world.server.call('GET', `/v1/gates/${gate}`, { as: world.lead })).body
  const body = { decision, covers, comment: 'seen' }
  const decided = await world.post(`/v1/gates/${gate}/decision`, body, world.lead)
  assert.equal(decided.status, 200, decided.text)
  return gate
}

async function control(run: string, verb: string, body: object): Promise<void> {
  const answered = await world.post(`/v1/runs/${run}/${verb}`, body, world.starter)
  assert.equal(answered.status, 200, answered.text)
}

const SCENARIOS: Readonly<Record<string, () => Promise<string>>> = {
  async success() {
    const run = await world.start([
      plannedStage('Staging', [measure('build', 's1'), measure('probe', 's2', [0])], {
        exit: gateOfQa(),
      }),
      plannedStage('Production', [measure('deploy', 's3')]),
    ])
    for (const label of ['s1', 's2']) await finishAll(label)
    await decide(run, 'approve')
    await finishAll('s3')
    await ended(run, 'succeeded')
    return run
  },
  async restart() {
    const run = await world.start([
      plannedStage('Staging', [measure('build', 'r1'), measure('probe', 'r2', [0])]),
    ])
    await finishAll('r1')
    await finishAll('r2', 'failed')
    await world.showWhen('it waits', run, ({ waitsFor }) => waitsFor[0]?.on === 'person')
    const at = { stage: 'staging', task: 'build', reason: 'from the beginning' }
    await control(run, 'restart', at)
    for (const label of ['r1', 'r2']) await finishAll(label)
    await ended(run, 'succeeded')
    return run
  },
  async abort() {
    const run = await world.start([plannedStage('Staging', [measure('build', 'a1')])])
    await world.showWhen('there is work', run, ({ waitsFor }) => waitsFor.length > 0)
    await control(run, 'abort', { reason: 'the wrong one' })
    await ended(run, 'aborted')
    return run
  },
  async unknown() {
    const run = await world.start([plannedStage('Staging', [measure('build', 'u1')])])
    const [job] = await world.claim('u1')
    assert.ok(job)
    await world.lose(job)
    await world.showWhen('a person is asked', run, ({ waitsFor }) => waitsFor[0]?.on === 'person')
    const verdict = { job: job.id, verdict: 'try_again', reason: 'it only reads' }
    await control(run, 'resolve', verdict)
    await finishAll('u1')
    await ended(run, 'succeeded')
    return run
  },
  async reject() {
    const run = await world.start([
      plannedStage('Staging', [measure('build', 'j1')], { exit: gateOfQa() }),
    ])
    await finishAll('j1')
    const gate = await decide(run, 'reject')
    await world.showWhen(
      'it is held back',
      run,
      ({ stages }) => stages[0].exit.state === 'rejected',
    )
    const retried = await world.post(`/v1/gates/${gate}/retry`, {}, world.outsider)
    assert.equal(retried.status, 200, retried.text)
    await decide(run, 'approve')
    await ended(run, 'succeeded')
    return run
  },
  async 'wide-step'() {
    const work = commandWork('staging/flash', 'w1')
    assert.ok(work.kind === 'work')
    const [target] = work.step.targets
    assert.ok(target)
    const targets = Array.from({ length: WIDTH }, (_, n) => ({ ...target, resource: `car-${n}` }))
    const step = { ...work.step, targets, atOnce: 8, stopAfter: 3 }
    const run = await world.start([
      plannedStage('Staging', [plannedTask('flash', { ...work, step })]),
    ])
    for (let done = 0; done < WIDTH;) done += await finishAll('w1')
    await ended(run, 'succeeded')
    return run
  },
}

/** Everything that the server has stored of a run. */
async function readLog(run: string): Promise<{
  readonly plans: GoldenLog['plans']
  readonly events: readonly LoggedEvent[]
  readonly states: GoldenLog['states']
}> {
  const { pool } = world.server.database
  const logged = await pool.query<{ kind: LoggedEvent['kind']; v: number; event: StoredEvent }>(
    `SELECT a.kind, e.v, e.body || jsonb_build_object('type', e.type, 'by', e.actor, 'ids', e.ids,
         'at', (extract(epoch FROM e.at) * 1000)::bigint,
         'self', jsonb_build_object('root', a.state->'root', 'id', a.state->'id')) AS event
     FROM events e JOIN aggregates a ON a.project_id = e.project_id AND a.root_id = e.root_id AND a.id = e.id
     WHERE e.root_id = $1 ORDER BY e.id, e.seq`,
    [uuidOf(run)],
  )
  const stored = await pool.query<{ state: StateHead }>(
    'SELECT state FROM aggregates WHERE root_id = $1',
    [uuidOf(run)],
  )
  const digests = stored.rows.flatMap(({ state }) => state.plan ?? [])
  const plans = await pool.query<{ digest: string; body: Plan }>(
    'SELECT digest, body FROM plans WHERE digest = ANY ($1)',
    [digests],
  )
  return {
    plans: Object.fromEntries(plans.rows.map(({ digest, body }) => [digest, body])),
    events: logged.rows.map(({ kind, v, event }) => ({ id: event.self.id, kind, v, event })),
    states: Object.fromEntries(stored.rows.map(({ state }) => [state.id, state])),
  }
}
type StoredEvent = AnyEvent & Occurrence

suite('the log of a run', () => {
  for (const [scenario, play] of Object.entries(SCENARIOS)) {
    test(`${scenario}: folded again it gives the states that are stored`, async () => {
      const { plans, events, states } = await readLog(await play())
      const replayed = replay(plans, events)
      assert.deepEqual(JSON.parse(JSON.stringify(replayed.states)), states)
      const folder = readGoldenFolder()
      if (folder === undefined) return
      await mkdir(folder, { recursive: true })
      const text = presentGoldenLog({ plans, events: replayed.events, states })
      await writeFile(join(folder, `${scenario}.jsonl`), text)
    })
  }
})
