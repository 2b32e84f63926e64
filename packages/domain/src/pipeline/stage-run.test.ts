import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import {
  address,
  deployWork,
  occurrence,
  runPlan,
  stagePlan,
  stateTable,
  taskPlan,
} from '@lockstep/testkit'
import * as fc from 'fast-check'

import type { Effect, Question } from '../kernel/effect.ts'
import type { Occurrence } from '../kernel/occurrence.ts'
import type { RunPlan, StagePlan } from './run-plan.ts'
import { reduceStageRun, stageRunMachine } from './stage-run.ts'
import { WHEN_NODE, type StageRunEvent, type StageRunState } from './stage-run-state.ts'

const SELF = address('stg', 1)
const PARENT = address('run', 1)

type Created = Extract<StageRunEvent, { type: 'stage_created' }>

/** A stage run driven by events, which remembers the effects of the last one. */
class Drive {
  state: StageRunState | undefined
  effects: readonly Effect[] = []
  readonly plan: RunPlan
  #n = 0

  constructor(
    stage: Partial<StagePlan>,
    run: Partial<RunPlan> = {},
    created: Partial<Created> = {},
  ) {
    this.plan = runPlan([stagePlan('staging', stage)], run)
    this.happens({
      type: 'stage_created',
      plan: 'sha256:1',
      stage: 0,
      parent: PARENT,
      node: '0',
      attempt: 1,
      starter: 'user:usr_1',
      paused: false,
      from: null,
      kept: [],
      ...created,
    })
  }

  tries(event: StageRunEvent, at?: number): string {
    this.#n += 1
    const result = reduceStageRun(this.state, this.#occur(event, at), this.plan)
    if (!result.ok) return result.refusal
    this.state = result.state
    this.effects = result.effects
    return 'ok'
  }

  happens(event: StageRunEvent, at?: number): this {
    assert.equal(this.tries(event, at), 'ok', event.type)
    return this
  }

  gate(node: 'entry' | 'exit', outcome: 'passed' | 'rejected'): this {
    const slot = this.state?.[node]
    const gate = slot?.gate ?? ''
    return this.happens({
      type: 'gate_finished',
      gate,
      node,
      attempt: slot?.instance ?? 0,
      outcome,
    })
  }

  child(index: number, outcome: 'succeeded' | 'failed' | 'aborted'): this {
    const slot = this.state?.tasks[index]
    return this.happens({
      type: 'child_finished',
      child: slot?.child ?? '',
      node: String(index),
      attempt: slot?.attempt ?? 0,
      outcome,
    })
  }

  statuses(): string {
    return (this.state?.tasks ?? []).map((slot) => slot.status).join(' ')
  }

  questions(): readonly Question[] {
    return this.effects.flatMap((effect) => (effect.type === 'ask' ? [effect.question] : []))
  }

  unanswered(): readonly Question[] {
    return stageRunMachine.unanswered?.(this.state as StageRunState, this.plan) ?? []
  }

  told(type: string): Effect | undefined {
    return this.effects.find((effect) => effect.type === 'tell' && effect.event.type === type)
  }

  started(): readonly string[] {
    return this.effects.flatMap((effect) =>
      effect.type === 'start_child' ? [effect.event.type] : [],
    )
  }

  #occur(event: StageRunEvent, at?: number): StageRunEvent & Occurrence {
    return { ...event, ...occurrence(this.#n, SELF, 'rule', at ?? this.#n * 1_000) }
  }
}

const THREE = { tasks: [taskPlan('a'), taskPlan('b', [0]), taskPlan('c', [1])] }

suite('a stage', () => {
  test('begins no task before its entry gate has passed', () => {
    const stage = new Drive(THREE)
    assert.deepEqual(stage.started(), ['gate_created'])
    assert.equal(stage.statuses(), 'pending pending pending')
    stage.gate('entry', 'passed')
    assert.equal(stage.statuses(), 'running pending pending')
  })

  test('runs its tasks one after another', () => {
    const stage = new Drive(THREE).gate('entry', 'passed').child(0, 'succeeded')
    assert.equal(stage.statuses(), 'succeeded running pending')
  })

  test('runs the members of a group side by side and waits for all of them', () => {
    const tasks = [taskPlan('a'), taskPlan('b'), taskPlan('c', [0, 1])]
    const stage = new Drive({ tasks }).gate('entry', 'passed')
    assert.equal(stage.statuses(), 'running running pending')
    assert.equal(stage.child(1, 'succeeded').statuses(), 'running succeeded pending')
    assert.equal(stage.child(0, 'succeeded').statuses(), 'succeeded succeeded running')
  })

  test('judges its exit gate after the last task, and succeeds when that has passed', () => {
    const stage = new Drive({}).gate('entry', 'passed').child(0, 'succeeded')
    assert.deepEqual(stage.started(), ['gate_created'])
    stage.gate('exit', 'passed')
    assert.equal(stage.state?.status, 'succeeded')
    assert.ok(stage.told('child_finished'))
  })

  test('waits for a person when a task fails, and goes on with the attempt that a person asks for', () => {
    const stage = new Drive(THREE).gate('entry', 'passed').child(0, 'failed')
    assert.equal(stageRunMachine.waits(stage.state as StageRunState)?.on, 'person')
    stage.happens({ type: 'task_retried', task: 0, reason: '' })
    assert.equal(stage.state?.tasks[0]?.attempt, 2)
    assert.equal(stage.child(0, 'succeeded').statuses(), 'succeeded running pending')
  })

  test('goes on past a failed task that a person skips with a reason', () => {
    const stage = new Drive(THREE).gate('entry', 'passed').child(0, 'failed')
    assert.equal(stage.tries({ type: 'task_skipped', task: 0, reason: ' ' }), 'reason_missing')
    stage.happens({ type: 'task_skipped', task: 0, reason: 'known' })
    assert.equal(stage.statuses(), 'skipped running pending')
  })

  test('ends as failed when nobody is there to help', () => {
    const stage = new Drive(THREE, { onFailure: 'end' }).gate('entry', 'passed').child(0, 'failed')
    assert.equal(stage.state?.status, 'failed')
    assert.equal(stage.statuses(), 'failed skipped skipped')
  })

  test('waits at a rejected gate also when nobody is there to help, and ends when its patience is over', () => {
    const run = { onFailure: 'end', waitForPersonMs: 60_000 } as const
    const stage = new Drive(THREE, run).gate('entry', 'rejected')
    assert.equal(stage.state?.status, 'entry')
    const since = stage.state?.waitsSince ?? 0
    assert.equal(stage.happens({ type: 'woken' }, since + 59_999).state?.status, 'entry')
    assert.equal(stage.happens({ type: 'woken' }, since + 60_000).state?.status, 'failed')
  })

  test('repeats a task as often as its rule says, and no further', () => {
    const tasks = [taskPlan('a', [], { onError: { action: 'retry', times: 1, everyMs: 5_000 } })]
    const stage = new Drive({ tasks }).gate('entry', 'passed').child(0, 'failed')
    assert.equal(stage.statuses(), 'waiting')
    stage.happens({ type: 'woken' }, 60_000)
    assert.equal(stage.statuses(), 'running')
    assert.equal(stage.child(0, 'failed').statuses(), 'failed')
  })

  test('goes on past a failure that continues, and remembers it', () => {
    const tasks = [taskPlan('a', [], { onError: { action: 'continue' } }), taskPlan('b', [0])]
    const stage = new Drive({ tasks }).gate('entry', 'passed').child(0, 'failed')
    assert.equal(stage.statuses(), 'failed running')
  })

  test('stops a task whose time is over, and calls it failed', () => {
    const stage = new Drive({ tasks: [taskPlan('a', [], { timeoutMs: 5_000 })] })
    stage.gate('entry', 'passed').happens({ type: 'woken' }, 60_000)
    assert.ok(stage.told('abort_requested'))
    assert.equal(stage.child(0, 'aborted').statuses(), 'failed')
  })

  test('begins nothing while it is paused, and goes on when it is resumed', () => {
    const stage = new Drive(THREE).gate('entry', 'passed')
    stage.happens({ type: 'stage_paused' }).child(0, 'succeeded')
    assert.equal(stage.statuses(), 'succeeded pending pending')
    stage.happens({ type: 'stage_resumed' })
    assert.equal(stage.statuses(), 'succeeded running pending')
  })

  test('runs what is marked always when it is aborted, and tells its parent after that', () => {
    const tasks = [taskPlan('a'), taskPlan('clean', [0], { always: true })]
    const stage = new Drive({ tasks }).gate('entry', 'passed')
    stage.happens({ type: 'abort_requested', reason: 'stop' })
    assert.equal(stage.child(0, 'aborted').statuses(), 'aborted running')
    stage.child(1, 'succeeded')
    assert.equal(stage.state?.status, 'aborted')
    assert.ok(stage.told('child_finished'))
  })

  test('goes on from the task that it was restarted from, and keeps what came before', () => {
    const stage = new Drive(THREE, {}, { from: 1, kept: ['succeeded'] })
    assert.equal(stage.statuses(), 'succeeded running pending')
    assert.equal(stage.state?.entry.status, 'passed')
  })

  test('judges its entry gate again when it is restarted from a task and that gate has not passed', () => {
    const created = { from: 1, kept: ['succeeded'], entryAgain: true } as const
    const stage = new Drive(THREE, {}, created)
    assert.deepEqual(stage.started(), ['gate_created'])
    assert.equal(stage.statuses(), 'succeeded pending pending')
    assert.equal(stage.gate('entry', 'passed').statuses(), 'succeeded running pending')
  })

  test('tells those who answer for it that a gate was rejected', () => {
    const stage = new Drive({}).gate('entry', 'rejected')
    const notices = stage.effects.flatMap((effect) =>
      effect.type === 'send' && effect.effect.type === 'notify_owners' ? [effect.effect.what] : [],
    )
    assert.deepEqual(notices, ['gate_rejected'])
  })

  test('makes a new instance of a gate that was rejected', () => {
    const stage = new Drive({}).gate('entry', 'rejected')
    const first = stage.state?.entry.gate ?? ''
    stage.happens({ type: 'gate_retried', node: 'entry', reason: 'mended' })
    assert.equal(stage.state?.entry.instance, 2)
    const late = { type: 'gate_finished', gate: first, node: 'entry', attempt: 1 } as const
    assert.equal(stage.tries({ ...late, outcome: 'passed' }), 'stale_instance')
  })
})

suite('what is marked always', () => {
  const always = { always: true }

  test('keeps its order when the stage is aborted, whatever stands between', () => {
    const tasks = [
      taskPlan('a'),
      taskPlan('stop', [0], always),
      taskPlan('b', [1]),
      taskPlan('collect', [2], always),
    ]
    const stage = new Drive({ tasks }).gate('entry', 'passed')
    stage.happens({ type: 'abort_requested', reason: 'stop' }).child(0, 'aborted')
    assert.equal(stage.statuses(), 'aborted running skipped pending')
    assert.equal(stage.child(1, 'failed').statuses(), 'aborted failed skipped running')
  })

  test('still has its condition judged', () => {
    const tasks = [taskPlan('a'), taskPlan('clean', [0], { always: true, when: 'run.number > 1' })]
    const stage = new Drive({ tasks }).gate('entry', 'passed')
    stage.happens({ type: 'abort_requested', reason: 'stop' }).child(0, 'aborted')
    assert.equal(stage.statuses(), 'aborted ready')
    stage.happens({ type: 'condition_judged', node: 1, round: 1, holds: false })
    assert.equal(stage.state?.status, 'aborted')
  })

  test('comes to its own end when the stage is aborted while it runs', () => {
    const stage = new Drive({ tasks: [taskPlan('clean', [], always)] }).gate('entry', 'passed')
    stage.happens({ type: 'abort_requested', reason: 'stop' })
    assert.equal(stage.told('abort_requested'), undefined)
    assert.equal(stage.child(0, 'succeeded').state?.status, 'aborted')
  })

  test('goes on when a paused stage is aborted: its questions are asked again', () => {
    const tasks = [taskPlan('a', [], { when: 'run.number > 1' })]
    const stage = new Drive({
      tasks: [...tasks, taskPlan('clean', [0], { always: true, when: 'true' })],
    })
    stage.gate('entry', 'passed').happens({ type: 'stage_paused' })
    stage.happens({ type: 'abort_requested', reason: 'stop' })
    stage.happens({ type: 'woken' }, 900_000)
    assert.deepEqual(stage.effects, [
      { type: 'ask', question: { type: 'judge_condition', node: 1, cel: 'true', round: 2 } },
    ])
  })
})

suite('a stage with a condition', () => {
  test('waits for a person when its condition cannot be judged, and says why', () => {
    const stage = new Drive({ when: 'facts.soak' })
    stage.happens({
      type: 'condition_judged',
      node: -1,
      round: 0,
      error: 'facts.soak is not there',
    })
    const waits = stageRunMachine.waits(stage.state as StageRunState)
    assert.equal(waits?.on, 'person')
    assert.match(waits?.what ?? '', /facts\.soak is not there/)
    assert.equal(stageRunMachine.isTerminal(stage.state as StageRunState), false)
  })

  test('has failed when its condition cannot be judged and nobody is there to help', () => {
    const stage = new Drive({ when: 'facts.soak' }, { onFailure: 'end' })
    stage.happens({ type: 'condition_judged', node: -1, round: 0, error: 'no such fact' })
    assert.equal(stage.state?.status, 'failed')
  })
})

suite('a stage that is paused', () => {
  const timed = { tasks: [taskPlan('a', [], { timeoutMs: 60_000 })] }

  test('does not use up the time of its tasks', () => {
    const stage = new Drive(timed).gate('entry', 'passed')
    stage.happens({ type: 'stage_paused' }, 3_000)
    stage.happens({ type: 'woken' }, 900_000)
    assert.equal(stage.told('abort_requested'), undefined)
    stage.happens({ type: 'stage_resumed' }, 1_000_000)
    assert.equal(stage.state?.tasks[0]?.deadline, 62_000 + 997_000)
  })

  test('pauses and resumes the pipeline that a task of it runs', () => {
    const work = { kind: 'pipeline', plan: 'sha256:2', pipeline: 'p/inner' } as const
    const stage = new Drive({ tasks: [taskPlan('inner', [], { work })] }).gate('entry', 'passed')
    stage.happens({ type: 'stage_paused' })
    assert.ok(stage.told('run_paused'))
    stage.happens({ type: 'stage_resumed' })
    assert.ok(stage.told('run_resumed'))
  })
})

suite('a task', () => {
  test('that its condition leaves out is known by that, not by the words of a reason', () => {
    const tasks = [taskPlan('a', [], { when: 'run.number > 1' }), taskPlan('b', [0])]
    const stage = new Drive({ tasks }).gate('entry', 'passed')
    stage.happens({ type: 'condition_judged', node: 0, round: 1, holds: false })
    assert.equal(stage.state?.tasks[0]?.leftOut, true)
  })

  test('that waits for a metric waits until it has held for as long as it must', () => {
    const metric = {
      kind: 'metric',
      source: { kind: 'json', url: 'http://localhost/', field: 'errors' },
      limit: { below: 1 },
      forMs: 30_000,
    } as const
    const work = { kind: 'check', check: metric, withinMs: null, everyMs: 10_000 } as const
    const stage = new Drive({ tasks: [taskPlan('calm', [], { work })] }).gate('entry', 'passed')
    const answer = (round: number, holds: boolean, at: number): string => {
      stage.happens(
        { type: 'check_answered', node: 0, round, answer: holds ? 'holds' : 'not', evidence: '' },
        at,
      )
      const status = stage.statuses()
      if (status !== 'succeeded') stage.happens({ type: 'woken' }, at + 10_000)
      return status
    }
    assert.equal(answer(1, true, 10_000), 'waiting')
    assert.equal(answer(2, false, 20_000), 'waiting')
    assert.equal(answer(3, true, 30_000), 'waiting')
    assert.equal(answer(4, true, 40_000), 'waiting')
    assert.equal(answer(5, true, 50_000), 'waiting')
    assert.equal(answer(6, true, 60_000), 'succeeded')
  })
})

suite('a question of a stage', () => {
  const check = {
    kind: 'check',
    check: { kind: 'all_tasks_passed' },
    withinMs: null,
    everyMs: 10_000,
  } as const

  test('has no answer until its condition is judged, first of the stage, then of a task', () => {
    const stage = new Drive({ when: 'a', tasks: [taskPlan('a', [], { when: 'b' })] })
    assert.deepEqual(stage.unanswered(), stage.questions())
    stage.happens({ type: 'condition_judged', node: WHEN_NODE, round: 0, holds: true })
    assert.deepEqual(stage.unanswered(), [])
    stage.gate('entry', 'passed')
    assert.deepEqual(stage.unanswered(), stage.questions())
    stage.happens({ type: 'condition_judged', node: 0, round: 1, holds: true })
    assert.deepEqual(stage.unanswered(), [])
  })

  test('of a check has no answer until it comes, and again when it is polled', () => {
    const stage = new Drive({ tasks: [taskPlan('a', [], { work: check })] }).gate('entry', 'passed')
    assert.deepEqual(stage.unanswered(), [{ type: 'ask_check', node: 0, round: 1 }])
    const not = { type: 'check_answered', node: 0, round: 1, answer: 'not', evidence: '' } as const
    assert.deepEqual(stage.happens(not).unanswered(), [])
    stage.happens({ type: 'woken' }, 60_000)
    assert.deepEqual(stage.unanswered(), stage.questions())
    assert.equal(stage.questions().length, 1)
  })

  test('for a snapshot has no answer until it is made', () => {
    const application = { project: 'a', name: 'b' }
    const work = { kind: 'snapshot', application } as const
    const stage = new Drive({ tasks: [taskPlan('a', [], { work })] }).gate('entry', 'passed')
    assert.deepEqual(stage.unanswered(), [{ type: 'make_snapshot', node: 0, attempt: 1 }])
  })
})

suite('a stage that deploys', () => {
  const tasks = [taskPlan('deploy', [], { work: deployWork() }), taskPlan('test', [0])]

  test('asks for its environment before the first plan, and gives it back after the last task', () => {
    const stage = new Drive({ tasks }).gate('entry', 'passed')
    assert.ok(stage.told('lock_requested'))
    assert.equal(stage.statuses(), 'waiting pending')
    stage.happens({ type: 'lock_given', environment: 'env_1', token: 7 })
    const asked = { type: 'plan_process', node: 0, attempt: 1 }
    assert.deepEqual(stage.effects, [{ type: 'ask', question: asked }])
    assert.deepEqual(stage.unanswered(), [asked])
    stage.happens({ type: 'process_planned', node: 0, attempt: 1, plan: 'sha256:2' })
    assert.deepEqual(stage.started(), ['process_created'])
    assert.deepEqual(stage.unanswered(), [])
    stage.child(0, 'succeeded').child(1, 'succeeded')
    assert.ok(stage.told('holder_ended'))
  })

  test('does nothing and asks a person when reality has moved since the plan', () => {
    const stage = new Drive({ tasks }).gate('entry', 'passed')
    stage.happens({ type: 'lock_given', environment: 'env_1', token: 7 })
    stage.happens({ type: 'plan_differs', node: 0, attempt: 1, changes: ['edge-1: 1.0 → 1.1'] })
    assert.deepEqual(stage.started(), [])
    assert.equal(stageRunMachine.waits(stage.state as StageRunState)?.on, 'person')
  })

  test('asks for a plan again when the answer does not come', () => {
    const stage = new Drive({ tasks }).gate('entry', 'passed')
    stage.happens({ type: 'lock_given', environment: 'env_1', token: 7 })
    stage.happens({ type: 'woken' }, 90_000)
    assert.equal(stage.effects[0]?.type, 'ask')
  })

  test('does not use up the time of a deployment that waits for a change window', () => {
    const slow = [taskPlan('deploy', [], { work: deployWork(), timeoutMs: 60_000 })]
    const stage = new Drive({ tasks: slow }).gate('entry', 'passed')
    stage.happens({ type: 'lock_given', environment: 'env_1', token: 7 })
    const until = 3_600_000
    stage.happens({ type: 'plan_deferred', node: 0, attempt: 1, until, reason: 'frozen' })
    stage.happens({ type: 'woken' }, until)
    stage.happens({ type: 'process_planned', node: 0, attempt: 1, plan: 'sha256:2' }, until + 1_000)
    assert.equal(stage.happens({ type: 'woken' }, until + 2_000).statuses(), 'running')
    assert.equal(stage.state?.tasks[0]?.deadline, until + 60_000)
  })

  test('gives back an environment that it never got', () => {
    const stage = new Drive({ tasks }).gate('entry', 'passed')
    stage.happens({ type: 'abort_requested', reason: 'stop' })
    assert.equal(stage.state?.status, 'aborted')
    assert.ok(stage.told('holder_ended'))
  })
})

suite('properties of a stage', () => {
  test('independent outcomes in any order lead to the same states', () => {
    const tasks = [taskPlan('a'), taskPlan('b'), taskPlan('c'), taskPlan('d', [0, 1, 2])]
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (order) => {
        const stage = new Drive({ tasks }).gate('entry', 'passed')
        for (const index of order) stage.child(index, index === 1 ? 'failed' : 'succeeded')
        assert.equal(stage.statuses(), 'succeeded failed succeeded pending')
      }),
    )
  })

  test('an answer that comes twice is refused the second time', () => {
    const stage = new Drive(THREE).gate('entry', 'passed')
    const child = stage.state?.tasks[0]?.child ?? ''
    const done = { type: 'child_finished', child, node: '0', attempt: 1 } as const
    stage.happens({ ...done, outcome: 'succeeded' })
    assert.notEqual(stage.tries({ ...done, outcome: 'succeeded' }), 'ok')
  })

  test('a stage that has ended accepts nothing', () => {
    const stage = new Drive({}).gate('entry', 'passed').child(0, 'succeeded').gate('exit', 'passed')
    for (const event of EVENTS) assert.equal(stage.tries(event), 'already_finished', event.type)
  })
})

const EVENTS: readonly StageRunEvent[] = [
  { type: 'gate_finished', gate: 'gat_1', node: 'entry', attempt: 1, outcome: 'passed' },
  { type: 'gate_finished', gate: 'gat_1', node: 'exit', attempt: 1, outcome: 'rejected' },
  { type: 'gate_retried', node: 'exit', reason: 'again' },
  { type: 'lock_given', environment: 'env_1', token: 7 },
  { type: 'lock_refused', environment: 'env_1', refusal: 'queue_full' },
  { type: 'condition_judged', node: 0, round: 0, holds: true },
  { type: 'process_planned', node: 0, attempt: 1, plan: 'sha256:2' },
  { type: 'plan_differs', node: 0, attempt: 1, changes: [] },
  { type: 'plan_refused', node: 0, attempt: 1, refusal: 'no_resources', detail: 'none' },
  { type: 'plan_deferred', node: 0, attempt: 1, until: 5, reason: 'frozen' },
  { type: 'snapshot_made', node: 0, attempt: 1, digest: 'sha256:3', version: '2.0.0' },
  { type: 'snapshot_refused', node: 0, attempt: 1, detail: 'no build' },
  { type: 'check_answered', node: 0, round: 1, answer: 'holds', evidence: '' },
  { type: 'task_completed', task: 0, outcome: 'succeeded', reason: '' },
  { type: 'task_retried', task: 0, reason: '' },
  { type: 'task_skipped', task: 0, reason: 'known' },
  { type: 'stage_paused' },
  { type: 'stage_resumed' },
  { type: 'abort_requested', reason: 'stop' },
  { type: 'woken' },
]

test('every event in every state is accepted or refused by name', (context) => {
  const tasks = [taskPlan('deploy', [], { work: deployWork() })]
  const entry = new Drive({ tasks })
  const locking = new Drive({ tasks }).gate('entry', 'passed')
  const planning = new Drive({ tasks }).gate('entry', 'passed')
  planning.happens({ type: 'lock_given', environment: 'env_1', token: 7 })
  const stuck = new Drive({}).gate('entry', 'passed').child(0, 'failed')
  const exit = new Drive({}).gate('entry', 'passed').child(0, 'succeeded')
  const ended = new Drive({}).gate('entry', 'passed').child(0, 'succeeded').gate('exit', 'passed')
  const table = stateTable({
    machine: stageRunMachine,
    title: 'Stage run',
    plan: entry.plan,
    states: [
      { name: 'entry gate is judged', state: entry.state },
      { name: 'waits for the environment', state: locking.state },
      { name: 'a process is being planned', state: planning.state },
      { name: 'a task has failed', state: stuck.state },
      { name: 'exit gate is judged', state: exit.state },
      { name: 'succeeded', state: ended.state },
    ],
    events: EVENTS.map((event) => ({ event: { ...event, ...occurrence(99, SELF) } })),
  })
  context.assert.fileSnapshot(
    table,
    new URL('../../../../docs/reference/state/stage-run.md', import.meta.url).pathname,
    { serializers: [(text: string) => text] },
  )
})
