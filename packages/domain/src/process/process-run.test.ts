import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import {
  address,
  deployStep,
  occurrence,
  processPlan,
  stateTable,
  STAGING,
} from '@lockstep/testkit'
import * as fc from 'fast-check'

import type { AnyEvent, Effect } from '../kernel/effect.ts'
import { STATE_BYTES_MAX } from '../kernel/machine.ts'
import type { Occurrence } from '../kernel/occurrence.ts'
import type { Outcome } from '../kernel/status.ts'
import type { ProcessPlan, StepPlan } from './process-plan.ts'
import type { ProcessResults, ProcessRunEvent, ProcessRunState } from './process-run-state.ts'
import { processRunMachine, reduceProcessRun } from './process-run.ts'
import type { StepResults, TargetCounts } from './step-run-state.ts'

const SELF = address('prc', 1)
const PARENT = address('stg', 1)
const NONE: TargetCounts = {
  open: 0,
  succeeded: 0,
  failed: 0,
  errored: 0,
  aborted: 0,
  skipped: 0,
  unknown: 0,
}

type Started = Extract<Effect, { type: 'start_child' }>
type Created = Extract<ProcessRunEvent, { type: 'process_created' }>

/** A process run and the step runs that it has started. */
class World {
  state: ProcessRunState | undefined
  effects: readonly Effect[] = []
  readonly plan: ProcessPlan
  /** Step runs that have not ended. */
  readonly running = new Map<string, Started>()
  readonly started: Started[] = []
  readonly log: (ProcessRunEvent & Occurrence)[] = []
  now = 0
  #n = 0

  constructor(steps: readonly StepPlan[], created: Partial<Created> = {}) {
    this.plan = processPlan(steps)
    this.happens({
      type: 'process_created',
      plan: 'sha256:1',
      parent: PARENT,
      node: '0',
      attempt: 1,
      environment: STAGING.id,
      lockToken: 7,
      starter: 'user:usr_1',
      ...created,
    })
  }

  tries(event: ProcessRunEvent): string {
    this.#n += 1
    this.now += 1_000
    const occurred = { ...event, ...occurrence(this.#n, SELF, 'rule', this.now) }
    const result = reduceProcessRun(this.state, occurred, this.plan)
    if (!result.ok) return result.refusal
    this.log.push(occurred)
    this.state = result.state
    this.effects = result.effects
    for (const effect of result.effects) {
      if (effect.type !== 'start_child') continue
      this.started.push(effect)
      this.running.set(effect.node, effect)
    }
    return 'ok'
  }

  happens(event: ProcessRunEvent): this {
    assert.equal(this.tries(event), 'ok', event.type)
    return this
  }

  end(key: string, outcome: Outcome = 'succeeded', results?: StepResults): this {
    const child = this.running.get(key)
    assert.ok(child, `step ${key} is running`)
    this.running.delete(key)
    return this.happens({
      type: 'child_finished',
      child: child.id,
      node: key,
      attempt: child.attempt,
      outcome,
      ...(results === undefined ? {} : { results }),
      ...(outcome === 'succeeded' ? {} : { reason: `restart on edge-1: ${outcome}` }),
    })
  }

  /** Statuses of the steps in the order of the plan. */
  steps(): string[] {
    return this.state?.steps.map(({ status }) => status) ?? []
  }

  asked(): { node: number; round: number } | undefined {
    for (const effect of this.effects) {
      if (effect.type === 'ask' && effect.question.type === 'judge_condition') {
        return effect.question
      }
    }
    return undefined
  }

  judge(answer: { holds: boolean } | { error: string }): this {
    const { node, round } = this.asked() ?? { node: -1, round: -1 }
    return this.happens({ type: 'condition_judged', node, round, ...answer })
  }

  told(): { outcome?: Outcome; reason?: string; results?: ProcessResults } {
    const tell = this.effects.find(
      (effect) => effect.type === 'tell' && effect.event.type === 'child_finished',
    )
    return (tell?.type === 'tell' ? tell.event : {}) as ReturnType<World['told']>
  }
}

function step(key: string, needs: readonly string[] = [], patch: Partial<StepPlan> = {}): StepPlan {
  return deployStep(1, { key, title: key, component: key, needs, ...patch })
}

suite('order', () => {
  test('a step starts when what it needs has succeeded, and not before', () => {
    const world = new World([step('store'), step('api', ['store']), step('page', ['api'])])
    assert.deepEqual(world.steps(), ['running', 'pending', 'pending'])
    world.end('store')
    assert.deepEqual(world.steps(), ['succeeded', 'running', 'pending'])
  })

  test('steps that need the same run side by side, and what needs both waits for both', () => {
    const world = new World([step('a'), step('b', ['a']), step('c', ['a']), step('d', ['b', 'c'])])
    world.end('a')
    assert.deepEqual([...world.running.keys()], ['b', 'c'])
    world.end('c')
    assert.deepEqual([...world.running.keys()], ['b'])
    assert.deepEqual([...world.end('b').running.keys()], ['d'])
  })

  test('a step run is given the plan, its key, the environment and the token', () => {
    const [child] = new World([step('api', [], { always: true })]).started
    assert.deepEqual(child?.event, {
      type: 'step_created',
      plan: 'sha256:1',
      step: 'api',
      parent: SELF,
      node: 'api',
      attempt: 1,
      environment: STAGING.id,
      lockToken: 7,
      always: true,
      starter: 'user:usr_1',
    })
  })

  test('the parent is told once, with the sums of all targets', () => {
    const world = new World([step('a'), step('b', ['a'])])
    world.end('a', 'succeeded', { counts: { ...NONE, succeeded: 3, skipped: 1 } })
    world.end('b', 'succeeded', { counts: { ...NONE, succeeded: 2 } })
    assert.deepEqual(world.told(), {
      type: 'child_finished',
      child: SELF.id,
      node: '0',
      attempt: 1,
      outcome: 'succeeded',
      results: { counts: { ...NONE, succeeded: 5, skipped: 1 }, steps: 2 },
    })
  })

  test('the end of another attempt or of a stranger is stale', () => {
    const world = new World([step('a')])
    const child = world.running.get('a')!
    const ended = { type: 'child_finished', node: 'a', outcome: 'succeeded' } as const
    assert.equal(world.tries({ ...ended, child: child.id, attempt: 2 }), 'stale_attempt')
    assert.equal(world.tries({ ...ended, child: 'stp_other', attempt: 1 }), 'stale_attempt')
    assert.equal(world.tries({ ...ended, child: child.id, attempt: 1, node: 'x' }), 'no_such_step')
  })
})

suite('conditions', () => {
  const conditional = [step('a', [], { when: 'parameters.migrate' }), step('b', ['a'])]

  test('a step whose condition holds starts', () => {
    const world = new World(conditional)
    assert.deepEqual(world.steps(), ['ready', 'pending'])
    assert.deepEqual(world.judge({ holds: true }).steps(), ['running', 'pending'])
  })

  test('a step whose condition does not hold is skipped, and what needs it starts', () => {
    assert.deepEqual(new World(conditional).judge({ holds: false }).steps(), ['skipped', 'running'])
  })

  test('a condition that cannot be judged is an error and never passes', () => {
    const world = new World(conditional).judge({ error: 'no such parameter: migrate' })
    assert.deepEqual(world.steps(), ['errored', 'aborted'])
    assert.equal(world.told().outcome, 'errored')
    assert.equal(world.told().reason, 'a: its condition: no such parameter: migrate')
  })

  test('an answer that does not come is asked for again, and the first one is stale', () => {
    const world = new World(conditional)
    assert.equal(processRunMachine.wakeAt(world.state!, world.plan), world.now + 10_000)
    world.now += 10_000
    world.happens({ type: 'woken' })
    assert.equal(world.asked()?.round, 2)
    assert.deepEqual(processRunMachine.unanswered?.(world.state!, world.plan), [world.asked()])
    const late = { type: 'condition_judged', node: 0, round: 1, holds: true } as const
    assert.equal(world.tries(late), 'stale_round')
    world.judge({ holds: true })
    assert.deepEqual(processRunMachine.unanswered?.(world.state!, world.plan), [])
  })
})

suite('failure', () => {
  test('a failed step stops the process: what runs comes to its end, nothing else starts', () => {
    const world = new World([step('a'), step('b'), step('c', ['a', 'b'])]).end('a', 'failed')
    assert.deepEqual(
      [world.state?.status, world.steps()],
      ['stopping', ['failed', 'running', 'aborted']],
    )
    assert.equal(world.end('b').told().outcome, 'failed')
    assert.equal(world.told().reason, 'a: restart on edge-1: failed')
  })

  test('a step that may fail does not fail the process', () => {
    const world = new World([step('a', [], { onError: 'continue' }), step('b', ['a'])])
    world.end('a', 'failed')
    assert.equal(world.end('b').told().outcome, 'succeeded')
  })

  test('what belongs to the same component does not go on after a part of it that failed', () => {
    const part = { component: 'store', onError: 'continue' } as const
    const world = new World([
      step('store', [], part),
      step('store.migrate', ['store'], part),
      step('store.restart', ['store.migrate'], part),
      step('api', ['store.restart']),
    ]).end('store', 'failed')
    assert.deepEqual(world.steps(), ['failed', 'aborted', 'aborted', 'running'])
  })

  test('a step that always runs does so at the end, after everything else has ended', () => {
    const world = new World([step('a'), step('b'), step('tidy', ['b'], { always: true })])
    world.end('a', 'failed')
    assert.deepEqual([...world.running.keys()], ['b'])
    assert.deepEqual([...world.end('b').running.keys()], ['tidy'])
    assert.equal(world.end('tidy').told().outcome, 'failed')
  })

  test('a step that always runs waits after a failure also for what it does not need', () => {
    const world = new World([step('a'), step('b'), step('tidy', ['a'], { always: true })])
    assert.deepEqual([...world.end('a', 'failed').running.keys()], ['b'])
    assert.deepEqual([...world.end('b').running.keys()], ['tidy'])
  })

  test('a step that always runs does so although what it needs was never reached', () => {
    const world = new World([step('a'), step('b', ['a']), step('tidy', ['b'], { always: true })])
    assert.deepEqual(world.end('a', 'errored').steps(), ['errored', 'aborted', 'running'])
    assert.equal(world.end('tidy').told().outcome, 'errored')
  })
})

suite('a person is asked', () => {
  const asks = [step('a', [], { onError: 'ask' }), step('b', ['a'])]

  test('a failed step waits, and somebody is told', () => {
    const world = new World(asks).end('a', 'failed')
    assert.deepEqual([world.state?.status, world.steps()], ['waiting', ['waiting', 'pending']])
    assert.equal(processRunMachine.waits(world.state!)?.on, 'person')
    assert.ok(world.effects.some((effect) => effect.type === 'send'))
  })

  test('a retry is a new attempt with a new step run that goes on where the old one ended', () => {
    const resume = {
      cursor: 4,
      succeeded: 3,
      skipped: 0,
      batch: { from: 3, opened: 1 },
      again: [[3, 1]],
    } as const
    const results = { counts: { ...NONE, succeeded: 3, failed: 1 }, resume }
    const world = new World(asks).end('a', 'failed', results)
    world.happens({ type: 'step_retried', step: 'a' })
    const [first, second] = world.started
    assert.notEqual(first?.id, second?.id)
    assert.deepEqual([second?.attempt, second?.event['resume']], [2, resume])
    assert.equal(world.state?.status, 'running')
    world.end('a', 'succeeded', { counts: { ...NONE, succeeded: 4 } }).end('b')
    assert.deepEqual(world.told().results?.counts, { ...NONE, succeeded: 4 })
  })

  test('a step that is skipped lets the process go on', () => {
    const world = new World(asks).end('a', 'failed')
    assert.equal(world.tries({ type: 'step_skipped', step: 'a', reason: ' ' }), 'reason_missing')
    world.happens({ type: 'step_skipped', step: 'a', reason: 'edge-3 is being replaced' })
    assert.equal(world.end('b').told().outcome, 'succeeded')
  })

  test('what a step has done counts also when it is given up', () => {
    const counts = { ...NONE, succeeded: 3, failed: 1 }
    const skipped = new World(asks).end('a', 'failed', { counts })
    skipped.happens({ type: 'step_skipped', step: 'a', reason: 'x' }).end('b')
    assert.deepEqual(skipped.told().results?.counts, counts)
    const aborted = new World(asks).end('a', 'failed', { counts })
    aborted.happens({ type: 'abort_requested', reason: 'x' })
    assert.deepEqual(aborted.told().results?.counts, counts)
  })

  test('only a step that waits is retried or skipped', () => {
    const world = new World(asks)
    assert.equal(world.tries({ type: 'step_retried', step: 'a' }), 'not_failed')
    assert.equal(world.tries({ type: 'step_skipped', step: 'b', reason: 'x' }), 'not_failed')
    assert.equal(world.tries({ type: 'step_retried', step: 'x' }), 'no_such_step')
  })

  test('nobody is asked any more when another step stops the process', () => {
    const world = new World([step('a', [], { onError: 'ask' }), step('b')]).end('a', 'errored')
    world.end('b', 'failed')
    assert.deepEqual([world.told().outcome, world.steps()], ['failed', ['errored', 'failed']])
  })
})

suite('abort', () => {
  test('every running step is told, and the process ends when they have', () => {
    const world = new World([step('a'), step('b'), step('c', ['a'])])
    const children = ['a', 'b'].map((key) => world.running.get(key)?.id)
    world.happens({ type: 'abort_requested', reason: 'wrong set' })
    const told = world.effects.filter((effect) => effect.type === 'tell')
    assert.deepEqual(
      told.map((effect) => effect.to.id),
      children,
    )
    assert.deepEqual(
      told.map((effect) => effect.event['reason']),
      ['wrong set', 'wrong set'],
    )
    world.end('a', 'aborted').end('b', 'succeeded')
    assert.deepEqual([world.told().outcome, world.told().reason], ['aborted', 'wrong set'])
    assert.deepEqual(world.steps(), ['aborted', 'succeeded', 'aborted'])
  })

  test('steps that always run do so after an abort, and are not told of it', () => {
    const world = new World([step('a'), step('tidy', ['a'], { always: true })])
    world.happens({ type: 'abort_requested', reason: 'x' }).end('a', 'aborted')
    assert.deepEqual([...world.running.keys()], ['tidy'])
    assert.equal(world.end('tidy').told().outcome, 'aborted')
  })

  test('a process that waits for a person ends at once', () => {
    const world = new World([step('a', [], { onError: 'ask' })]).end('a', 'failed')
    world.happens({ type: 'abort_requested', reason: 'x' })
    assert.deepEqual([world.told().outcome, world.steps()], ['aborted', ['failed']])
  })

  test('a second abort is refused', () => {
    const world = new World([step('a')]).happens({ type: 'abort_requested', reason: 'x' })
    assert.equal(world.tries({ type: 'abort_requested', reason: 'y' }), 'already_aborting')
  })
})

// ── properties ─────────────────────────────────────────────────────────────────────────────────

/** Steps of which each needs some of those before it. */
const graphs = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(), { maxLength: 3 }),
      always: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
      onError: fc.constantFrom<StepPlan['onError']>('stop', 'continue', 'ask'),
      when: fc.constantFrom(null, null, 'parameters.x'),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((shapes) =>
    shapes.map(({ needs, ...rest }, index) =>
      step(
        `s${index}`,
        index === 0 ? [] : [...new Set(needs.map((need) => `s${need % index}`))],
        rest,
      ),
    ),
  )
const moves = fc.array(
  fc.record({
    which: fc.nat(),
    outcome: fc.constantFrom<Outcome>('succeeded', 'succeeded', 'failed', 'errored', 'aborted'),
    choice: fc.constantFrom('retry', 'skip', 'abort', 'no', 'no', 'no'),
  }),
  { minLength: 40, maxLength: 40 },
)

function drive(
  steps: readonly StepPlan[],
  answers: readonly { which: number; outcome: Outcome; choice: string }[],
  look: (world: World) => void,
): World {
  const world = new World(steps)
  look(world)
  const open = new Map<number, number>()
  const collect = () => {
    for (const effect of world.effects) {
      if (effect.type !== 'ask' || effect.question.type !== 'judge_condition') continue
      open.set(effect.question.node, effect.question.round)
    }
  }
  collect()
  for (let n = 0; n < 400 && !processRunMachine.isTerminal(world.state!); n += 1) {
    const move = answers[n % answers.length]!
    advance(world, n < answers.length ? move : { ...move, choice: 'skip' }, open)
    collect()
    look(world)
  }
  return world
}

function advance(
  world: World,
  { which, outcome, choice }: { which: number; outcome: Outcome; choice: string },
  open: Map<number, number>,
): void {
  if (choice === 'abort' && which % 5 === 0) {
    if (world.tries({ type: 'abort_requested', reason: 'x' }) === 'ok') return
  }
  for (const [node, round] of open) {
    open.delete(node)
    const answer = which % 3 === 0 ? { error: 'no' } : { holds: which % 3 === 1 }
    if (world.tries({ type: 'condition_judged', node, round, ...answer }) === 'ok') return
  }
  const running = [...world.running.keys()]
  const key = running[which % Math.max(1, running.length)]
  if (key !== undefined) return void world.end(key, outcome)
  const waiting = world.plan.steps[world.steps().indexOf('waiting')]
  if (waiting === undefined) return
  const retry: ProcessRunEvent = { type: 'step_retried', step: waiting.key }
  world.happens(
    choice === 'retry' ? retry : { type: 'step_skipped', step: waiting.key, reason: 'x' },
  )
}

suite('whatever happens', () => {
  test('no step starts before its needs are settled, and every process comes to an end', () => {
    fc.assert(
      fc.property(graphs, moves, (steps, answers) => {
        const world = drive(steps, answers, ({ effects, state, plan }) => {
          for (const effect of effects) {
            if (effect.type !== 'start_child') continue
            const { needs } = plan.steps.find(({ key }) => key === effect.node)!
            for (const need of needs) {
              const slot = state?.steps[plan.steps.findIndex(({ key }) => key === need)]
              const ended = ['succeeded', 'skipped', 'failed', 'errored', 'aborted']
              assert.ok(ended.includes(slot?.status ?? ''), `${need} before ${effect.node}`)
            }
          }
        })
        assert.ok(processRunMachine.isTerminal(world.state!))
        assert.equal(world.running.size, 0)
      }),
    )
  })

  test('after a stop or an abort only steps marked always start', () => {
    fc.assert(
      fc.property(graphs, moves, (steps, answers) => {
        let wasClosing = false
        drive(steps, answers, ({ effects, state, plan }) => {
          const started = effects.filter((effect) => effect.type === 'start_child')
          const ordinary = started.filter(
            ({ node }) => plan.steps.find(({ key }) => key === node)?.always !== true,
          )
          if (wasClosing) assert.deepEqual(ordinary, [])
          wasClosing = state?.status === 'stopping' || state?.status === 'aborting'
        })
      }),
    )
  })

  test('a step marked always has run in every process that ended, unless its condition or a person said no', () => {
    fc.assert(
      fc.property(graphs, moves, (steps, answers) => {
        const world = drive(steps, answers, () => {})
        for (const { key, always, when } of steps) {
          if (!always || when !== null) continue
          assert.ok(
            world.started.some(({ node }) => node === key),
            `${key} has run`,
          )
        }
      }),
    )
  })

  test('the log folds to the stored state, and an ended process accepts nothing', () => {
    fc.assert(
      fc.property(graphs, moves, (steps, answers) => {
        const world = drive(steps, answers, () => {})
        let state: ProcessRunState | undefined
        for (const event of world.log) {
          const result = reduceProcessRun(state, event, world.plan)
          assert.ok(result.ok)
          state = result.state
        }
        assert.deepEqual(state, world.state)
        for (const event of world.log) assert.equal(world.tries(event), 'already_finished')
      }),
    )
  })

  test('the order in which independent steps end does not change how the process ends', () => {
    const fates = fc.array(fc.constantFrom<Outcome>('succeeded', 'failed', 'errored'), {
      minLength: 2,
      maxLength: 8,
    })
    fc.assert(
      fc.property(fates, fc.infiniteStream(fc.nat()), (outcomes, order) => {
        const steps = outcomes.map((_outcome, index) => step(`s${index}`))
        const [one, other] = [0, 1].map(() => {
          const world = new World(steps)
          while (world.running.size > 0) {
            const keys = [...world.running.keys()]
            const key = keys[(order.next().value ?? 0) % keys.length]!
            world.end(key, outcomes[Number(key.slice(1))])
          }
          return [world.told().outcome, world.steps()]
        })
        assert.deepEqual(one, other)
      }),
    )
  })

  test('two hundred steps side by side fit into a state, also when each has failed and is asked about', () => {
    const steps = Array.from({ length: 200 }, (_, n) => step(`s${n}`, [], { onError: 'ask' }))
    const world = new World(steps)
    assert.ok(JSON.stringify(world.state).length < STATE_BYTES_MAX)
    const again = Array.from({ length: 10 }, (_, n) => [9_000 + n, 49] as const)
    const resume = {
      cursor: 10_000,
      succeeded: 9_000,
      skipped: 0,
      batch: { from: 9_000, opened: 500 },
      again,
    }
    const results = { counts: { ...NONE, succeeded: 9_000, failed: 10 }, resume }
    for (const { key } of steps) {
      world.end(key, 'failed', results)
      assert.ok(JSON.stringify(world.state).length < STATE_BYTES_MAX)
    }
  })
})

// ── every state × every event ──────────────────────────────────────────────────────────────────

test('a process run does this in every state on every event', (t) => {
  const steps = [step('a', [], { onError: 'ask' }), step('b', ['a'], { when: 'parameters.x' })]
  const tidy = step('tidy', [], { always: true, onError: 'continue' })
  const running = new World(steps)
  const judging = new World(steps).end('a')
  const waiting = new World(steps).end('a', 'failed')
  const aborting = new World(steps).happens({ type: 'abort_requested', reason: 'wrong set' })
  const stopping = new World([step('a'), step('b'), tidy]).end('b', 'failed')
  const succeeded = new World([step('a')]).end('a')
  const childEnds: AnyEvent = {
    type: 'child_finished',
    child: running.started[0]!.id,
    node: 'a',
    attempt: 1,
    outcome: 'succeeded',
  }
  const events: [name: string, event: AnyEvent][] = [
    ['process_created', { ...running.log[0]! }],
    ['child_finished', childEnds],
    ['child_finished (failed)', { ...childEnds, outcome: 'failed', reason: 'exit code 1' }],
    ['child_finished (another attempt)', { ...childEnds, attempt: 2 }],
    ['condition_judged', { type: 'condition_judged', node: 1, round: 1, holds: true }],
    ['condition_judged (no)', { type: 'condition_judged', node: 1, round: 1, holds: false }],
    ['condition_judged (error)', { type: 'condition_judged', node: 1, round: 1, error: 'no x' }],
    ['step_retried', { type: 'step_retried', step: 'a' }],
    ['step_skipped', { type: 'step_skipped', step: 'a', reason: 'is being replaced' }],
    ['abort_requested', { type: 'abort_requested', reason: 'wrong set' }],
    ['woken', { type: 'woken' }],
  ]
  const table = stateTable({
    machine: processRunMachine,
    title: 'Process run',
    plan: running.plan,
    states: [
      { name: 'does not exist', state: undefined },
      { name: 'a step runs', state: running.state },
      { name: 'a condition is judged', state: judging.state },
      { name: 'a person is asked about a step', state: waiting.state },
      { name: 'is being aborted', state: aborting.state },
      { name: 'has succeeded', state: succeeded.state },
    ],
    events: events.map(([name, event]) => ({
      name,
      event: { ...event, ...occurrence(900, SELF, 'user:usr_1', 9_000_000) },
    })),
  })
  const closing = stateTable({
    machine: processRunMachine,
    title: 'Process run',
    plan: stopping.plan,
    states: [{ name: 'a step has failed and another one still runs', state: stopping.state }],
    events: events.map(([name, event]) => ({
      name,
      event: { ...event, ...occurrence(900, SELF, 'user:usr_1', 9_000_000) },
    })),
  })
  t.assert.fileSnapshot(
    `${table}${closing.slice(closing.indexOf('\n## '))}`,
    new URL('../../../../docs/reference/state/process-run.md', import.meta.url).pathname,
    { serializers: [(text: string) => text] },
  )
})
