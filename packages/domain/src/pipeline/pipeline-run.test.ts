import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { address, occurrence, runPlan, stagePlan, stateTable, taskPlan } from '@lockstep/testkit'

import type { Address, Effect } from '../kernel/effect.ts'
import type { Outcome } from '../kernel/status.ts'
import type { RunPlan } from './run-plan.ts'
import {
  pipelineRunMachine,
  reducePipelineRun,
  type PipelineRunEvent,
  type PipelineRunState,
} from './pipeline-run.ts'

const SELF = address('run', 1)
const PLAN = runPlan([
  stagePlan('staging', { tasks: [taskPlan('a'), taskPlan('b', [0])] }),
  stagePlan('production'),
])

class Drive {
  state: PipelineRunState | undefined
  effects: readonly Effect[] = []
  #n = 0

  readonly #plan: RunPlan

  constructor(parent: Address | null = null, plan: RunPlan = PLAN) {
    this.#plan = plan
    this.happens({
      type: 'run_created',
      plan: 'sha256:1',
      parent,
      node: 'run',
      attempt: 1,
      starter: 'user:usr_1',
    })
  }

  tries(event: PipelineRunEvent, at?: number): string {
    this.#n += 1
    const happening = { ...event, ...occurrence(this.#n, SELF, 'user:usr_1', at) }
    const result = reducePipelineRun(this.state, happening, this.#plan)
    if (!result.ok) return result.refusal
    this.state = result.state
    this.effects = result.effects
    return 'ok'
  }

  happens(event: PipelineRunEvent, at?: number): this {
    assert.equal(this.tries(event, at), 'ok', event.type)
    return this
  }

  stage(index: number, outcome: Outcome): this {
    return this.happens(this.ended(index, outcome))
  }

  ended(index: number, outcome: Outcome): Extract<PipelineRunEvent, { type: 'child_finished' }> {
    const slot = this.state?.stages[index]
    return {
      type: 'child_finished',
      child: slot?.child ?? '',
      node: String(index),
      attempt: slot?.attempt ?? 0,
      outcome,
    }
  }

  statuses(): string {
    return (this.state?.stages ?? []).map((slot) => slot.status).join(' ')
  }

  types(): readonly string[] {
    return this.effects.map((effect) =>
      effect.type === 'tell' || effect.type === 'start_child' ? effect.event.type : effect.type,
    )
  }
}

suite('a pipeline run', () => {
  test('runs its stages one after another and announces that it has passed', () => {
    const run = new Drive()
    assert.equal(run.statuses(), 'running pending')
    assert.equal(run.stage(0, 'succeeded').statuses(), 'succeeded running')
    assert.equal(run.stage(1, 'succeeded').state?.status, 'succeeded')
    assert.deepEqual(run.types(), ['send'])
  })

  test('fails with its stage', () => {
    assert.equal(new Drive().stage(0, 'failed').state?.status, 'failed')
  })

  test('shuts its guard in the same transaction in which it begins to abort', () => {
    const run = new Drive().happens({ type: 'abort_requested', reason: 'stop' })
    const guard = run.effects.find((effect) => effect.type === 'set_guard')
    assert.deepEqual(guard, { type: 'set_guard', subject: SELF.root, open: false })
    assert.equal(run.stage(0, 'aborted').state?.status, 'aborted')
  })

  test('is the same run when it is restarted from an earlier stage, and waits for the old attempt to stop', () => {
    const run = new Drive().stage(0, 'succeeded')
    const from = { stage: 0, task: 1, kept: ['succeeded'], reason: 'new backend' } as const
    run.happens({ type: 'restarted_from', ...from })
    assert.deepEqual(run.types(), ['abort_requested'])
    run.stage(1, 'aborted')
    assert.equal(run.statuses(), 'running pending')
    assert.equal(run.state?.stages[0]?.attempt, 2)
    const created = run.effects.find((effect) => effect.type === 'start_child')
    assert.deepEqual(created?.event['kept'], ['succeeded'])
  })

  test('is not restarted from a stage that it has not reached', () => {
    const later = { stage: 1, task: null, kept: [], reason: 'why not' }
    assert.equal(new Drive().tries({ type: 'restarted_from', ...later }), 'not_earlier')
  })

  test('hands out nothing while it is paused', () => {
    const run = new Drive().happens({ type: 'run_paused', reason: 'wait' })
    assert.deepEqual(run.types(), ['set_guard', 'stage_paused'])
    assert.equal(pipelineRunMachine.waits(run.state as PipelineRunState)?.on, 'person')
    assert.deepEqual(run.happens({ type: 'run_resumed', reason: '' }).types(), [
      'set_guard',
      'stage_resumed',
    ])
  })

  test('inside another leaves the guard of the topmost run alone', () => {
    const inner = new Drive(address('stg', 5))
    assert.deepEqual(inner.types(), ['stage_created'])
    inner.happens({ type: 'run_paused', reason: 'look' })
    assert.deepEqual(inner.types(), ['stage_paused'])
    inner.happens({ type: 'abort_requested', reason: 'its time is over' })
    assert.deepEqual(inner.types(), ['abort_requested'])
  })

  test('of a release has the guard of that release', () => {
    const root = SELF.root
    assert.equal(new Drive({ root, id: root }).types()[0], 'set_guard')
  })

  test('is not paused any more when it is aborted', () => {
    const run = new Drive().happens({ type: 'run_paused', reason: 'look' })
    run.happens({ type: 'abort_requested', reason: 'stop' })
    assert.equal(pipelineRunMachine.runStatus(run.state as PipelineRunState), 'running')
    assert.equal(run.tries({ type: 'run_resumed', reason: 'go on' }), 'not_paused')
  })

  test('refuses the end of a stage attempt that it does not wait for', () => {
    const run = new Drive()
    const late = run.ended(0, 'succeeded')
    run.happens(late)
    run.happens(run.ended(1, 'succeeded'))
    assert.equal(run.tries(late), 'already_finished')
    const other = new Drive()
    assert.equal(other.tries({ ...other.ended(0, 'succeeded'), child: 'stg_9' }), 'stale_attempt')
  })
})

const EVENTS: readonly PipelineRunEvent[] = [
  { type: 'child_finished', child: 'stg_1', node: '0', attempt: 9, outcome: 'succeeded' },
  { type: 'restarted_from', stage: 0, task: null, kept: [], reason: 'again' },
  { type: 'restarted_from', stage: 1, task: null, kept: [], reason: 'again' },
  { type: 'run_paused', reason: 'wait' },
  { type: 'run_resumed', reason: '' },
  { type: 'abort_requested', reason: 'stop' },
  { type: 'woken' },
]

test('a run that has ended accepts nothing', () => {
  const run = new Drive().stage(0, 'failed')
  for (const event of EVENTS) assert.equal(run.tries(event), 'already_finished', event.type)
})

suite('a run that is to start later', () => {
  const AT = 3_600_000
  const later = (): Drive => new Drive(null, { ...PLAN, startsAt: AT })

  test('waits for its time, and begins its first stage then', () => {
    const run = later()
    assert.ok(run.state)
    assert.equal(run.state.stages[0]?.status, 'pending')
    assert.equal(pipelineRunMachine.wakeAt(run.state, PLAN), AT)
    assert.deepEqual(pipelineRunMachine.waits(run.state), {
      on: 'time',
      what: 'its start',
      since: run.state.startedAt,
      until: AT,
    })
    run.happens({ type: 'woken' }, AT - 1)
    assert.equal(run.state?.stages[0]?.status, 'pending')
    run.happens({ type: 'woken' }, AT)
    assert.equal(run.state?.stages[0]?.status, 'running')
    assert.equal(run.state?.startsAt, undefined)
  })

  test('that is aborted before has ended, and nothing has begun', () => {
    const run = later().happens({ type: 'abort_requested', reason: 'not today' })
    assert.equal(run.state?.status, 'aborted')
    assert.equal(run.tries({ type: 'woken' }, AT), 'already_finished')
  })

  test('that is held when its time comes begins when it is resumed', () => {
    const run = later().happens({ type: 'run_paused', reason: 'wait' })
    run.happens({ type: 'woken' }, AT)
    assert.equal(run.state?.stages[0]?.status, 'pending')
    run.happens({ type: 'run_resumed', reason: '' }, AT + 1)
    assert.equal(run.state?.stages[0]?.status, 'running')
  })

  test('has nothing from which it could be restarted', () => {
    const event = { type: 'restarted_from', stage: 0, task: null, kept: [], reason: 'x' } as const
    assert.equal(later().tries(event), 'not_earlier')
  })
})

test('what goes back, and what is put back, is announced to nobody who follows the pipeline', () => {
  const announces = (run: Drive): boolean =>
    run
      .stage(0, 'succeeded')
      .stage(1, 'succeeded')
      .effects.some(({ type }) => type === 'send')
  assert.deepEqual(
    ([PLAN, { ...PLAN, isWayBack: true }, { ...PLAN, isPutBack: true }] as const).map((plan) =>
      announces(new Drive(null, plan)),
    ),
    [true, false, false],
  )
})

test('every event in every state is accepted or refused by name', (context) => {
  const paused = new Drive().happens({ type: 'run_paused', reason: 'wait' })
  const aborting = new Drive().happens({ type: 'abort_requested', reason: 'stop' })
  const restarting = new Drive().happens({
    type: 'restarted_from',
    stage: 0,
    task: null,
    kept: [],
    reason: 'again',
  })
  const table = stateTable({
    machine: pipelineRunMachine,
    title: 'Pipeline run',
    plan: PLAN,
    states: [
      { name: 'running', state: new Drive().state },
      { name: 'paused', state: paused.state },
      { name: 'restarting', state: restarting.state },
      { name: 'aborting', state: aborting.state },
      { name: 'failed', state: new Drive().stage(0, 'failed').state },
    ],
    events: EVENTS.map((event) => ({ event: { ...event, ...occurrence(99, SELF) } })),
  })
  context.assert.fileSnapshot(
    table,
    new URL('../../../../docs/reference/state/pipeline-run.md', import.meta.url).pathname,
    { serializers: [(text: string) => text] },
  )
})
