import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { address, deployWork, occurrence, runPlan, stagePlan, taskPlan } from '@lockstep/testkit'

import { reduceEnvironmentLock } from '../environment/environment-lock.ts'
import type { EnvironmentLockEvent, EnvironmentLockState } from '../environment/environment-lock.ts'
import type { Effect } from '../kernel/effect.ts'
import type { EnvironmentId } from '../kernel/id.ts'
import { environmentsChanged, type RunPlan, type StagePlan } from './run-plan.ts'
import { reduceStageRun } from './stage-run.ts'
import type { StageRunEvent, StageRunState } from './stage-run-state.ts'
import { lockOf } from './stage-task.ts'

const environment = (n: number): NonNullable<StagePlan['environment']> => ({
  id: `env_01K9S0000000000000000000S${n}` as EnvironmentId,
  project: 'connected-car',
  name: `place-${n}`,
  title: `Place ${n}`,
})

/** A stage that deploys in its own environment and, before that, runs a pipeline that changes the others. */
function planOf(own: number, ...others: readonly number[]): RunPlan {
  const environments = others.map((n) => environment(n).id)
  const called = {
    kind: 'pipeline',
    plan: 'sha256:9',
    pipeline: 'connected-car/other',
    environments,
  } as const
  const tasks = [
    taskPlan('deploy', [], { work: deployWork() }),
    taskPlan('other', [0], { work: called }),
  ]
  return runPlan([stagePlan('stage', { environment: environment(own), tasks })])
}

/** Stages and locks that tell each other, one message after another. */
class World {
  readonly stages = new Map<string, StageRunState>()
  readonly locks = new Map<string, EnvironmentLockState>()
  readonly #plans = new Map<string, RunPlan>()
  readonly #messages: { to: string; event: object }[] = []
  #at = 0

  constructor(environments: readonly number[]) {
    for (const n of environments) {
      const { id } = environment(n)
      this.#tellLock(lockOf(id), { type: 'lock_created', environment: id })
    }
  }

  /** A run begins with its stage; its entry gate has no rules. */
  begin(n: number, plan: RunPlan): string {
    const { id } = address('stg', n)
    this.#plans.set(id, plan)
    this.#tellStage(id, {
      type: 'stage_created',
      plan: 'sha256:1',
      stage: 0,
      parent: { root: address('run', n).id, id: address('run', n).id },
      node: '0',
      attempt: 1,
      starter: 'user:usr_1',
      paused: false,
      from: null,
      kept: [],
    })
    const gate = this.stages.get(id)?.entry.gate ?? ''
    this.#tellStage(id, {
      type: 'gate_finished',
      gate,
      node: 'entry',
      attempt: 1,
      outcome: 'passed',
    })
    return id
  }

  /** Delivers messages until there is none. */
  settle(): this {
    for (let next = this.#messages.shift(); next !== undefined; next = this.#messages.shift()) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the inbox has it
      const event = next.event as EnvironmentLockEvent & StageRunEvent
      if (next.to.startsWith('lck_')) this.#tellLock(next.to, event)
      else if (this.stages.has(next.to)) this.#tellStage(next.to, event)
    }
    return this
  }

  tell(id: string, event: StageRunEvent): this {
    this.#tellStage(id, event)
    return this
  }

  holders(): readonly string[] {
    return [...this.locks.values()].map(({ holder }) =>
      holder?.kind === 'runs' ? holder.claims.map(([, stage]) => stage).join(' ') : '',
    )
  }

  lock(id: string): StageRunState['lock'] | undefined {
    return this.stages.get(id)?.lock
  }

  #tellLock(id: string, event: EnvironmentLockEvent): void {
    const self = { root: id, id }
    const happening = { ...event, ...occurrence(1, self, 'rule', this.#tick()) }
    const result = reduceEnvironmentLock(this.locks.get(id), happening)
    assert.ok(result.ok, JSON.stringify(result))
    this.locks.set(id, result.state)
    this.#take(result.effects)
  }

  #tellStage(id: string, event: StageRunEvent): void {
    const plan = this.#plans.get(id)
    assert.ok(plan)
    const root = id.replace('stg_', 'run_')
    const happening = { ...event, ...occurrence(1, { root, id }, 'rule', this.#tick()) }
    const result = reduceStageRun(this.stages.get(id), happening, plan)
    assert.ok(result.ok, JSON.stringify(result))
    this.stages.set(id, result.state)
    this.#take(result.effects)
  }

  #take(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'tell') this.#messages.push({ to: effect.to.id, event: effect.event })
    }
  }

  #tick(): number {
    this.#at += 1_000
    return this.#at
  }
}

suite('a stage that runs a pipeline in other environments', () => {
  test('begins when it has all of them, and gives all of them back', () => {
    const world = new World([1, 2, 3])
    const stage = world.begin(1, planOf(2, 3, 1))
    assert.equal(world.lock(stage), 'asked')
    world.settle()
    assert.deepEqual(world.holders(), [stage, stage, stage])
    assert.equal(world.lock(stage), 1)
    world.tell(stage, { type: 'abort_requested', reason: 'enough' }).settle()
    assert.deepEqual(world.holders(), ['', '', ''])
    assert.equal(world.stages.get(stage)?.claims, undefined)
  })

  test('never waits for another one that wants the same in reverse', () => {
    const world = new World([1, 2])
    const [one, two] = [world.begin(1, planOf(1, 2)), world.begin(2, planOf(2, 1))]
    world.settle()
    assert.deepEqual(world.holders(), [one, one])
    assert.equal(world.lock(two), 'asked')
    world.tell(one, { type: 'abort_requested', reason: 'enough' }).settle()
    assert.deepEqual(world.holders(), [two, two])
    assert.equal(typeof world.lock(two), 'number')
  })

  test('takes back what it has, and what it waits for, when it is aborted while it waits', () => {
    const world = new World([1, 2])
    const other = world.begin(1, planOf(2))
    world.settle()
    const waiting = world.begin(2, planOf(1, 2))
    world.settle()
    assert.deepEqual(world.holders(), [waiting, other])
    world.tell(waiting, { type: 'abort_requested', reason: 'enough' }).settle()
    assert.deepEqual(world.holders(), ['', other])
    assert.deepEqual(
      [...world.locks.values()].map(({ queue }) => queue.length),
      [0, 0],
    )
  })

  test('gives back what it has when another one cannot be had', () => {
    const world = new World([1, 2])
    const other = world.begin(1, planOf(2))
    world.settle()
    const refused = world.begin(2, planOf(1, 2))
    world.settle()
    world.tell(refused, {
      type: 'lock_refused',
      environment: environment(2).id,
      refusal: 'queue_full',
    })
    world.settle()
    assert.deepEqual(world.holders(), ['', other])
    assert.equal(world.stages.get(refused)?.tasks[0]?.status, 'errored')
  })

  test('does not ask for those of a pipeline that has already run', () => {
    const [deploy, other] = planOf(1, 2).stages[0]?.tasks ?? []
    assert.ok(deploy !== undefined && other !== undefined)
    const tasks = [
      { ...other, after: [] },
      { ...deploy, after: [0] },
    ]
    const world = new World([1, 2])
    const stage = world.begin(
      1,
      runPlan([stagePlan('stage', { environment: environment(1), tasks })]),
    )
    world.settle()
    assert.deepEqual(world.holders(), ['', ''])
    const child = world.stages.get(stage)?.tasks[0]?.child ?? ''
    world
      .tell(stage, { type: 'child_finished', child, node: '0', attempt: 1, outcome: 'succeeded' })
      .settle()
    assert.deepEqual(world.holders(), [stage, ''])
  })
})

test('what a plan changes is what its stages deploy to, and what the pipelines that it runs change', () => {
  assert.deepEqual(environmentsChanged(planOf(3, 2, 1)), [
    environment(1).id,
    environment(2).id,
    environment(3).id,
  ])
  const looksOnly = runPlan([stagePlan('stage', { environment: environment(1) })])
  assert.deepEqual(environmentsChanged(looksOnly), [])
})
