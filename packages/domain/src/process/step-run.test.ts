import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import {
  address,
  deployStep,
  edgeTarget,
  edgeTargets,
  ingestApi,
  linkPlan,
  occurrence,
  processPlan,
  runPlan,
  stagePlan,
  STAGING,
  stateTable,
  stepPlan,
  taskPlan,
} from '@lockstep/testkit'
import * as fc from 'fast-check'

import type { Effect, Fact, JobOrder, JobReport } from '../kernel/effect.ts'
import type { Actor, Occurrence } from '../kernel/occurrence.ts'
import type { Plan } from '../pipeline/run-plan.ts'
import { findStep } from './find-step.ts'
import type { StepPlan } from './process-plan.ts'
import type {
  JobAt,
  StepResults,
  StepResume,
  StepRunEvent,
  StepRunState,
  TargetCounts,
} from './step-run-state.ts'
import { reduceStepRun, stepRunMachine } from './step-run.ts'

const SELF = address('stp', 1)
const PARENT = address('prc', 1)
const NEW = ingestApi('2.0.0')
const OLD = ingestApi('1.0.0')
const OK: JobReport = { outcome: 'succeeded', exitCode: 0, reason: null }
const RUNS_NEW: JobReport = { ...OK, runs: { version: NEW.version, digest: NEW.digest } }
const FAILED: JobReport = { outcome: 'failed', exitCode: 1, reason: 'exit code 1' }
const ERRORED: JobReport = { outcome: 'errored', exitCode: null, reason: 'no such file' }
const ABORTED: JobReport = { outcome: 'aborted', exitCode: null, reason: 'cancelled' }

type Inventory = Extract<Fact, { kind: 'inventory' }>
type Created = Extract<StepRunEvent, { type: 'step_created' }>

/** A step run with the rows of its jobs around it: what the store keeps, and nothing that the reducer could not ask for. */
class World {
  state: StepRunState | undefined
  effects: readonly Effect[] = []
  readonly step: StepPlan
  readonly plan: Plan
  readonly open = new Map<string, JobOrder>()
  readonly unknown = new Map<string, JobOrder>()
  readonly opened: JobOrder[] = []
  readonly facts: Fact[] = []
  readonly log: (StepRunEvent & Occurrence)[] = []
  now = 0
  #n = 0

  constructor(step: StepPlan, created: Partial<Created> = {}, plan: Plan = processPlan([step])) {
    this.step = step
    this.plan = plan
    this.happens({
      type: 'step_created',
      plan: 'sha256:1',
      step: step.key,
      parent: PARENT,
      node: step.key,
      attempt: 1,
      environment: STAGING.id,
      lockToken: 7,
      always: false,
      starter: 'user:usr_1',
      ...created,
    })
  }

  tries(event: StepRunEvent, by: Actor = 'rule'): string {
    this.#n += 1
    this.now += 1_000
    const occurred = { ...event, ...occurrence(this.#n, SELF, by, this.now) }
    const result = reduceStepRun(this.state, occurred, this.plan)
    if (!result.ok) return result.refusal
    this.log.push(occurred)
    this.state = result.state
    this.effects = result.effects
    for (const effect of result.effects) this.#perform(effect)
    return 'ok'
  }

  happens(event: StepRunEvent, by: Actor = 'rule'): this {
    assert.equal(this.tries(event, by), 'ok', event.type)
    return this
  }

  #perform(effect: Effect): void {
    if (effect.type === 'record') this.facts.push(effect.fact)
    if (effect.type !== 'open_jobs') return
    for (const job of effect.jobs) {
      assert.ok(!this.open.has(job.id), 'a job has an id of its own')
      this.open.set(job.id, job)
      this.opened.push(job)
    }
  }

  /** The open job on the nth target. */
  on(target: number): JobOrder {
    const job = [...this.open.values()].find((order) => order.target === target)
    assert.ok(job, `a job is open on target ${target}`)
    return job
  }

  finish(target: number, report: JobReport = OK): this {
    const job = this.on(target)
    this.open.delete(job.id)
    return this.happens({ type: 'job_finished', fence: 1, report, ...at(job) })
  }

  /** Every link of the chain on this target succeeds. */
  complete(target: number): this {
    for (let link = 0; link < this.step.links.length; link += 1) this.finish(target, RUNS_NEW)
    return this
  }

  lose(target: number): this {
    const job = this.on(target)
    this.open.delete(job.id)
    this.unknown.set(job.id, job)
    return this.happens({ type: 'job_lost', ...at(job) })
  }

  lost(target: number): JobAt {
    const job = [...this.unknown.values()].find((order) => order.target === target)
    assert.ok(job, `a job is unknown on target ${target}`)
    this.unknown.delete(job.id)
    return at(job)
  }

  counts(): TargetCounts {
    assert.ok(this.state)
    return this.state.counts
  }

  targets(): number[] {
    return [...this.open.values()].map((job) => job.target)
  }

  inventory(): Inventory[] {
    return this.facts.filter((fact) => fact.kind === 'inventory')
  }

  /** What the parent was told at the end. */
  told(): { outcome?: unknown; results?: StepResults; reason?: string } {
    const tell = this.effects.find((effect) => effect.type === 'tell')
    return (tell?.event ?? {}) as ReturnType<World['told']>
  }

  health(healthy: boolean): this {
    const question = this.asked()
    return this.happens({
      type: 'health_answered',
      round: question?.round ?? 0,
      healthy,
      detail: 'edge-1 answered 503',
    })
  }

  asked(): { round: number; targets: readonly number[] } | undefined {
    for (const effect of this.effects) {
      if (effect.type === 'ask' && effect.question.type === 'ask_health') return effect.question
    }
    return undefined
  }
}

function at(job: JobOrder): JobAt {
  return { job: job.id, target: job.target, link: job.link, attempt: job.attempt }
}

suite('opening', () => {
  test('the first window opens at once, and no target more', () => {
    const world = new World(deployStep(6, { atOnce: 2 }))
    assert.deepEqual(world.targets(), [0, 1])
    assert.equal(world.counts().open, 2)
  })

  test('a target goes through its links one after another', () => {
    const world = new World(deployStep(1))
    world.finish(0)
    assert.equal(world.on(0).link, 1)
    assert.equal(world.on(0).attempt, 1)
  })

  test('the last link of a target opens the next target', () => {
    const world = new World(deployStep(3)).complete(0)
    assert.deepEqual(world.targets(), [1])
    assert.equal(world.counts().succeeded, 1)
  })

  test('targets that verifiably run what is wanted are counted and never opened', () => {
    const skip = { action: 'skip', reason: 'already 2.0.0' } as const
    const targets = [edgeTarget(1, skip), edgeTarget(2), edgeTarget(3, skip), edgeTarget(4)]
    const world = new World(deployStep(4, { targets })).complete(1).complete(3)
    assert.equal(world.told().outcome, 'succeeded')
    assert.deepEqual(
      [world.counts().succeeded, world.counts().skipped, world.opened.length],
      [2, 2, 4],
    )
  })

  test('what is passed over is wanted there all the same, once a later step does not complete it', () => {
    const skip = { action: 'skip', reason: 'already 2.0.0' } as const
    const targets = [
      edgeTarget(1, skip),
      edgeTarget(2, { ...skip, completedBy: 'ingest-api.migrate' }),
    ]
    const world = new World(deployStep(2, { targets }))
    assert.deepEqual(
      world.facts.map((fact) => fact.kind === 'passed_over' && [fact.resource, fact.wanted]),
      [[targets[0]?.resource, { version: NEW.version, digest: NEW.digest }]],
    )
    assert.deepEqual(world.inventory(), [], 'what runs there is not said')
  })

  test('a step on which nothing is left to do ends in the event that creates it', () => {
    const targets = edgeTargets(5_000).map((target) => ({ ...target, action: 'skip' as const }))
    const world = new World(deployStep(0, { targets }))
    assert.equal(world.told().outcome, 'succeeded')
    assert.equal(world.counts().skipped, 5_000)
  })

  test('thousands at once are opened in slices, each woken by the one before', () => {
    const world = new World(deployStep(450, { atOnce: 1_000, stopAfter: 450 }))
    assert.equal(world.counts().open, 200)
    assert.equal(stepRunMachine.wakeAt(world.state!, world.plan), world.now)
    world.happens({ type: 'woken' })
    world.happens({ type: 'woken' })
    assert.equal(world.counts().open, 450)
    assert.equal(stepRunMachine.wakeAt(world.state!, world.plan), undefined)
  })

  test('a job carries the fencing token and the environment of its step', () => {
    const job = new World(deployStep(1), { always: true }).on(0)
    assert.deepEqual(
      [job.environment, job.lockToken, job.always, job.pool, job.step, job.timeoutMs],
      [STAGING.id, 7, true, edgeTarget(1).pool, 'ingest-api', 60_000],
    )
  })

  test('an answer for a job that cannot be open is refused', () => {
    const world = new World(deployStep(3))
    const job = at(world.on(0))
    const finished = { type: 'job_finished', fence: 1, report: OK } as const
    assert.equal(world.tries({ ...finished, ...job, target: 2 }), 'not_waiting_for_this')
    assert.equal(world.tries({ ...finished, ...job, link: 9 }), 'not_waiting_for_this')
  })

  test('a second answer for the only job of a step is refused', () => {
    const world = new World(deployStep(1, { links: [linkPlan('place')] }))
    const job = at(world.on(0))
    world.finish(0, RUNS_NEW)
    assert.equal(
      world.tries({ type: 'job_finished', fence: 1, report: OK, ...job }),
      'already_finished',
    )
  })
})

suite('failure', () => {
  test('the step stops opening after as many failures as the plan allows', () => {
    const world = new World(deployStep(5, { stopAfter: 2 }))
    world.finish(0, FAILED)
    assert.deepEqual(world.targets(), [1])
    world.finish(1, FAILED)
    assert.equal(world.told().outcome, 'failed')
    assert.deepEqual([world.counts().failed, world.counts().aborted], [2, 3])
  })

  test('targets in progress come to the end of their chain after the step has stopped', () => {
    const world = new World(deployStep(4, { atOnce: 2 })).finish(0, FAILED)
    world.finish(1)
    assert.deepEqual([world.on(1).link, world.targets()], [1, [1]])
    world.finish(1, RUNS_NEW)
    assert.deepEqual([world.told().outcome, world.counts().succeeded], ['failed', 1])
  })

  test('the reason names the link, the resource and how many more', () => {
    const world = new World(deployStep(2, { stopAfter: 2 }))
    world.finish(0).finish(0, FAILED).finish(1, FAILED)
    assert.equal(world.told().reason, 'restart on edge-1: exit code 1, and 1 more')
  })

  test('what could not be run at all ends the step as errored', () => {
    assert.equal(new World(deployStep(1)).finish(0, ERRORED).told().outcome, 'errored')
  })

  test('a link that may fail lets its target go on', () => {
    const links = [linkPlan('drain', { onError: { action: 'continue' } }), linkPlan('restart')]
    const world = new World(deployStep(1, { links })).finish(0, FAILED)
    assert.equal(world.on(0).link, 1)
    world.finish(0, RUNS_NEW)
    assert.equal(world.told().outcome, 'succeeded')
  })

  test('a failed link is repeated as often as its rule says, and not sooner', () => {
    const onError = { action: 'retry', times: 2, everyMs: 10_000 } as const
    const world = new World(deployStep(1, { links: [linkPlan('restart', { onError })] }))
    world.finish(0, FAILED)
    const { attempt, cause, notBefore } = world.on(0)
    assert.deepEqual([attempt, cause, notBefore], [2, 'retry_rule', world.now + 10_000])
    world.finish(0, FAILED).finish(0, FAILED)
    assert.equal(world.told().outcome, 'failed')
  })

  test('a repeated link takes the place of the failed one: its target succeeds', () => {
    const onError = { action: 'retry', times: 1, everyMs: 10_000 } as const
    const world = new World(deployStep(1, { links: [linkPlan('restart', { onError })] }))
    world.finish(0, FAILED).finish(0, RUNS_NEW)
    assert.deepEqual([world.told().outcome, world.counts().failed], ['succeeded', 0])
  })

  test('a job that an agent stopped by itself is a bad end, not a success', () => {
    const world = new World(deployStep(2)).finish(0, ABORTED)
    assert.deepEqual([world.told().outcome, world.counts().aborted], ['aborted', 2])
  })
})

suite('inventory', () => {
  test('what the agent reads again after the whole chain is verified', () => {
    const [fact] = new World(deployStep(1)).complete(0).inventory()
    assert.deepEqual(fact, {
      kind: 'inventory',
      environment: STAGING.id,
      component: { project: 'backend', application: 'data-backend', name: 'ingest-api' },
      resource: 'edge-1',
      runs: { version: '2.0.0', digest: NEW.digest },
      wanted: { version: '2.0.0', digest: NEW.digest },
      verified: true,
      unknown: false,
      by: { root: SELF.root, job: fact?.by.job },
    })
  })

  test('other bits than wanted are a failure that says what runs', () => {
    const world = new World(deployStep(1)).finish(0)
    world.finish(0, { ...OK, runs: { version: OLD.version, digest: OLD.digest } })
    assert.equal(world.told().reason, 'restart on edge-1: runs 1.0.0, wanted 2.0.0')
    const [fact] = world.inventory()
    assert.deepEqual([fact?.runs?.version, fact?.verified], ['1.0.0', false])
  })

  test('other bits are a failure also where the link may fail', () => {
    const links = [linkPlan('restart', { onError: { action: 'continue' } })]
    const world = new World(deployStep(1, { links })).finish(0, { ...OK, runs: null })
    assert.equal(world.told().outcome, 'failed')
  })

  test('the same version with other bits names both digests', () => {
    const world = new World(deployStep(1)).finish(0)
    world.finish(0, { ...OK, runs: { version: '2.0.0', digest: OLD.digest } })
    assert.equal(
      world.told().reason,
      'restart on edge-1: runs 2.0.0 (sha256:10000000), wanted 2.0.0 (sha256:20000000)',
    )
  })

  test('an agent that reads nothing again leaves the resource reported and not verified', () => {
    const [fact] = new World(deployStep(1)).finish(0).finish(0).inventory()
    assert.deepEqual([fact?.runs?.version, fact?.verified], ['2.0.0', false])
  })

  test('a broken chain takes the verification of the resource away', () => {
    const [fact] = new World(deployStep(1)).finish(0).finish(0, FAILED).inventory()
    assert.deepEqual(
      [fact?.runs?.version, fact?.wanted?.version, fact?.verified, fact?.unknown],
      ['1.0.0', '2.0.0', false, false],
    )
  })

  test('a step that a later one completes verifies nothing', () => {
    const targets = [edgeTarget(1, { completedBy: 'ingest-api.migrate' })]
    const [fact] = new World(deployStep(1, { targets })).complete(0).inventory()
    assert.equal(fact?.verified, false)
  })

  test('a component that was taken away is verified as gone', () => {
    const step = deployStep(1, { installs: null, removes: true, links: [linkPlan('stop')] })
    const [fact] = new World(step).finish(0, { ...OK, runs: null }).inventory()
    assert.deepEqual([fact?.runs, fact?.wanted, fact?.verified], [null, null, true])
  })

  test('a component that still runs after it was taken away is a failure', () => {
    const step = deployStep(1, { installs: null, removes: true, links: [linkPlan('stop')] })
    const world = new World(step).finish(0, RUNS_NEW)
    assert.equal(world.told().reason, 'stop on edge-1: still runs 2.0.0')
  })

  test('lost contact leaves it unknown what runs', () => {
    const [fact] = new World(deployStep(1)).lose(0).inventory()
    assert.deepEqual([fact?.unknown, fact?.verified], [true, false])
  })

  test('a step that places nothing records no inventory', () => {
    const world = new World(deployStep(1, { installs: null })).complete(0)
    assert.deepEqual(world.inventory(), [])
  })
})

suite('lost contact', () => {
  test('a lost job waits for evidence or a person, who is told', () => {
    const world = new World(deployStep(1)).lose(0)
    assert.deepEqual([world.state?.status, world.counts().unknown], ['waiting', 1])
    assert.equal(stepRunMachine.waits(world.state!)?.on, 'person')
    assert.ok(world.effects.some((effect) => effect.type === 'send'))
  })

  test('people are told of the first lost target, not of each', () => {
    const world = new World(deployStep(2, { atOnce: 2 })).lose(0).lose(1)
    assert.ok(!world.effects.some((effect) => effect.type === 'send'))
  })

  test('an unknown target takes up its place in the window', () => {
    const world = new World(deployStep(3, { atOnce: 2, stopAfter: 3 })).lose(0)
    assert.deepEqual(world.targets(), [1])
    world.complete(1)
    assert.deepEqual(world.targets(), [2])
  })

  test('work that may be repeated is repeated', () => {
    const links = [linkPlan('place', { onLost: 'retry' })]
    const world = new World(deployStep(1, { links })).lose(0)
    assert.deepEqual([world.on(0).attempt, world.on(0).cause], [2, 'lost'])
    assert.equal(world.counts().unknown, 0)
  })

  test('an attempt that was repeated is closed, so that its late end counts for nothing', () => {
    const links = [linkPlan('place', { onLost: 'retry' })]
    const world = new World(deployStep(1, { links }))
    const { id } = world.on(0)
    world.lose(0)
    assert.deepEqual(
      world.effects.find(({ type }) => type === 'close_jobs'),
      { type: 'close_jobs', jobs: [id], outcome: 'superseded' },
    )
  })

  test('work that is lost again and again waits for a person although it may be repeated', () => {
    const world = new World(deployStep(1, { links: [linkPlan('place', { onLost: 'retry' })] }))
    for (let attempt = 1; attempt <= 10; attempt += 1) world.lose(0)
    assert.deepEqual([world.counts().unknown, world.opened.length], [1, 10])
  })

  test('the journal of the agent settles what is unknown, and the chain goes on', () => {
    const world = new World(deployStep(1)).lose(0)
    const lost = world.lost(0)
    const event = { type: 'unknown_resolved', verdict: 'ran', report: OK, ...lost } as const
    world.happens(event, 'agent:agt_1')
    assert.deepEqual([world.state?.status, world.on(0).link], ['running', 1])
  })

  test('the journal may also say that it failed', () => {
    const world = new World(deployStep(1)).lose(0)
    const lost = world.lost(0)
    const event = { type: 'unknown_resolved', verdict: 'ran', report: FAILED, ...lost } as const
    assert.equal(world.happens(event, 'agent:agt_1').told().outcome, 'failed')
  })

  test('a person says that it ran, and that is reported but never verified', () => {
    const world = new World(deployStep(1, { links: [linkPlan('restart')] })).lose(0)
    const lost = world.lost(0)
    const event = { type: 'unknown_resolved', verdict: 'ran', reason: 'I looked', ...lost } as const
    assert.equal(world.happens(event, 'user:usr_1').told().outcome, 'succeeded')
    const fact = world.inventory().at(-1)
    assert.deepEqual([fact?.runs?.version, fact?.verified, fact?.unknown], ['2.0.0', false, false])
  })

  for (const verdict of ['did_not_run', 'try_again'] as const) {
    test(`a person who says ${verdict} starts another attempt`, () => {
      const world = new World(deployStep(1)).lose(0)
      const lost = world.lost(0)
      world.happens({ type: 'unknown_resolved', verdict, reason: 'safe', ...lost }, 'user:usr_1')
      assert.deepEqual([world.on(0).attempt, world.on(0).cause], [2, 'person'])
    })
  }

  test('a person says why', () => {
    const world = new World(deployStep(1)).lose(0)
    const event = {
      type: 'unknown_resolved',
      verdict: 'ran',
      reason: ' ',
      ...world.lost(0),
    } as const
    assert.equal(world.tries(event, 'user:usr_1'), 'reason_missing')
  })

  test('nothing is settled where nothing is unknown', () => {
    const world = new World(deployStep(1))
    const event = { type: 'unknown_resolved', verdict: 'ran', ...at(world.on(0)) } as const
    assert.equal(world.tries(event, 'agent:agt_1'), 'not_unknown')
  })
})

suite('health between batches', () => {
  const health = { url: 'http://localhost:8080/healthz', status: 200, withinMs: 60_000 }

  test('the next batch is not touched before this one is healthy', () => {
    const world = new World(deployStep(4, { atOnce: 2, health })).complete(0)
    assert.deepEqual(world.targets(), [1])
    world.complete(1)
    assert.deepEqual([world.targets(), world.asked()?.targets], [[], [0, 1]])
    world.health(true)
    assert.deepEqual(world.targets(), [2, 3])
  })

  test('the last batch is judged too', () => {
    const world = new World(deployStep(1, { health })).complete(0)
    assert.equal(world.state?.status, 'running')
    assert.equal(world.health(true).told().outcome, 'succeeded')
  })

  test('an unhealthy batch is asked again until its time is over, then the step fails', () => {
    const world = new World(deployStep(2, { health })).complete(0).health(false)
    assert.equal(stepRunMachine.wakeAt(world.state!, world.plan), world.now + 2_000)
    world.now += 60_000
    world.happens({ type: 'woken' }).health(false)
    assert.deepEqual(
      [world.told().outcome, world.told().reason],
      ['failed', 'not healthy: edge-1 answered 503'],
    )
    assert.deepEqual([world.counts().succeeded, world.counts().aborted], [1, 1])
  })

  test('an answer that does not come is asked for again, and the first one is stale', () => {
    const world = new World(deployStep(1, { health })).complete(0)
    world.now += 10_000
    world.happens({ type: 'woken' })
    assert.equal(world.asked()?.round, 2)
    assert.deepEqual(stepRunMachine.unanswered?.(world.state!, world.plan), [world.asked()])
    const late = { type: 'health_answered', round: 1, healthy: true, detail: '' } as const
    assert.equal(world.tries(late), 'stale_round')
    world.health(false)
    assert.deepEqual(stepRunMachine.unanswered?.(world.state!, world.plan), [])
  })

  test('a server that was away does not fail a healthy batch', () => {
    const world = new World(deployStep(1, { health })).complete(0)
    world.now += 600_000
    world.happens({ type: 'woken' })
    assert.equal(world.health(true).told().outcome, 'succeeded')
  })

  test('targets that were passed over are not asked about', () => {
    const skip = { action: 'skip', reason: 'already 2.0.0' } as const
    const targets = [edgeTarget(1), edgeTarget(2, skip), edgeTarget(3)]
    const world = new World(deployStep(0, { targets, atOnce: 2, health })).complete(0).complete(2)
    assert.deepEqual(world.asked()?.targets, [0, 2])
  })

  test('health nobody asked about is refused', () => {
    const world = new World(deployStep(1, { health }))
    const answer = { type: 'health_answered', round: 1, healthy: true, detail: '' } as const
    assert.equal(world.tries(answer), 'not_asked')
  })
})

suite('abort', () => {
  test('an abort cancels what is open and ends when nothing is', () => {
    const world = new World(deployStep(5, { atOnce: 2 }))
    world.happens({ type: 'abort_requested', reason: 'wrong set' })
    assert.deepEqual(world.effects, [{ type: 'cancel_jobs', graceMs: 10_000 }])
    world.finish(0, ABORTED)
    assert.equal(world.state?.status, 'aborting')
    world.finish(1, ABORTED)
    assert.deepEqual(
      [world.told().outcome, world.told().reason, world.counts().aborted],
      ['aborted', 'wrong set', 5],
    )
  })

  test('jobs that were never claimed end in one event', () => {
    const world = new World(deployStep(5, { atOnce: 3 })).happens({
      type: 'abort_requested',
      reason: 'x',
    })
    world.happens({ type: 'jobs_cancelled', jobs: [...world.open.values()].map(at) })
    assert.deepEqual([world.told().outcome, world.counts().aborted], ['aborted', 5])
    assert.deepEqual(world.inventory(), [], 'nothing was touched')
  })

  test('a chain that is cut after its first link is no longer verified', () => {
    const world = new World(deployStep(1)).finish(0).happens({
      type: 'abort_requested',
      reason: 'x',
    })
    world.happens({ type: 'jobs_cancelled', jobs: [at(world.on(0))] })
    assert.equal(world.inventory()[0]?.verified, false)
  })

  test('a target whose last link still succeeds has succeeded', () => {
    const world = new World(deployStep(2)).finish(0).happens({
      type: 'abort_requested',
      reason: 'x',
    })
    world.finish(0, RUNS_NEW)
    assert.deepEqual([world.counts().succeeded, world.counts().aborted], [1, 1])
  })

  test('nothing is repeated and no further link begins', () => {
    const onError = { action: 'retry', times: 5, everyMs: 1 } as const
    const links = [linkPlan('place', { onError }), linkPlan('restart')]
    const world = new World(deployStep(2, { links, atOnce: 2 }))
    world.happens({ type: 'abort_requested', reason: 'x' }).finish(0, FAILED).finish(1, OK)
    assert.deepEqual([world.counts().failed, world.counts().aborted], [1, 1])
    assert.equal(world.opened.length, 2)
  })

  test('what is unknown does not hold the abort up', () => {
    const world = new World(deployStep(1)).lose(0).happens({ type: 'abort_requested', reason: 'x' })
    assert.deepEqual([world.told().outcome, world.counts().unknown], ['aborted', 1])
  })

  test('a second abort is refused', () => {
    const world = new World(deployStep(1)).happens({ type: 'abort_requested', reason: 'x' })
    assert.equal(world.tries({ type: 'abort_requested', reason: 'y' }), 'already_aborting')
  })
})

suite('going on after a person was asked', () => {
  const ask = { onError: 'ask', atOnce: 2, stopAfter: 1 } as const

  function resumeOf(world: World): StepResume {
    const resume = world.told().results?.resume
    assert.ok(resume)
    return resume
  }

  test('another attempt begins at the links that failed and goes on behind them', () => {
    const first = new World(deployStep(5, ask)).complete(0).finish(1).finish(1, FAILED).complete(2)
    const again = new World(deployStep(5, ask), { attempt: 2, resume: resumeOf(first) })
    assert.deepEqual(
      again.opened.map(({ target, link, cause }) => [target, link, cause]),
      [
        [1, 1, 'person'],
        [3, 0, null],
      ],
    )
    again.finish(1, RUNS_NEW).complete(3).complete(4)
    assert.deepEqual([again.told().outcome, again.counts().succeeded], ['succeeded', 5])
  })

  test('an unhealthy batch is asked about again before anything else', () => {
    const health = { url: 'http://localhost/', status: 200, withinMs: 0 }
    const first = new World(deployStep(3, { ...ask, health })).complete(0).complete(1).health(false)
    const again = new World(deployStep(3, { ...ask, health }), { resume: resumeOf(first) })
    assert.deepEqual([again.targets(), again.asked()?.targets], [[], [0, 1]])
    assert.deepEqual(again.health(true).targets(), [2])
  })

  test('a target of an earlier batch that is tried again is judged with the batch in hand', () => {
    const health = { url: 'http://localhost/', status: 200, withinMs: 0 }
    const step = deployStep(3, { onError: 'ask', stopAfter: 2, health })
    const first = new World(step).finish(0, FAILED).health(true).finish(1, FAILED)
    const again = new World(step, { attempt: 2, resume: resumeOf(first) })
    again.finish(0, OK).finish(0, RUNS_NEW).finish(1, OK).finish(1, RUNS_NEW)
    assert.deepEqual(again.asked()?.targets, [0, 1])
  })

  test('more failures than can be named begin again from the first target', () => {
    const world = new World(deployStep(11, { onError: 'ask', atOnce: 11, stopAfter: 11 }))
    for (let target = 0; target < 11; target += 1) world.finish(target, FAILED)
    assert.equal(world.told().results?.resume, undefined)
  })

  test('a step that asks nobody leaves nothing to go on from', () => {
    const world = new World(deployStep(1)).finish(0, FAILED)
    assert.equal(world.told().results?.resume, undefined)
  })
})

suite('results of builds and tests', () => {
  const step = stepPlan('qa/on-real-phones', {
    atOnce: 3,
    stopAfter: 3,
    targets: edgeTargets(3).map((target) => ({ ...target, from: null, to: null })),
  })
  const plan = runPlan([
    stagePlan('qa', {
      tasks: [
        taskPlan('on-real-phones', [], {
          work: { kind: 'work', purpose: 'test', application: null, step },
        }),
      ],
    }),
  ])
  const counts = { total: 10, passed: 9, failed: 1, skipped: 0, newFailures: 1 }
  const tests = { ...counts, failures: ['wakes up'] }

  test('tests of all cells are summed', () => {
    const world = new World(step, {}, plan)
    for (const cell of [0, 1, 2]) world.finish(cell, { ...FAILED, tests })
    assert.deepEqual(world.told().results?.tests, {
      total: 30,
      passed: 27,
      failed: 3,
      skipped: 0,
      newFailures: 3,
      failures: ['wakes up', 'wakes up', 'wakes up'],
    })
    assert.equal(world.told().outcome, 'failed')
  })

  test('every cell leaves its test results under stage and task', () => {
    const world = new World(step, {}, plan).finish(1, { ...OK, tests })
    const [fact] = world.facts
    assert.ok(fact?.kind === 'test_results')
    assert.deepEqual([fact.stage, fact.task, fact.results], ['qa', 'on-real-phones', tests])
  })

  test('a repeated attempt is not summed with the one that it replaces', () => {
    const onError = { action: 'retry', times: 1, everyMs: 0 } as const
    const repeated = { ...step, links: [linkPlan('run', { onError })] }
    const world = new World(repeated, { step: repeated.key }, processPlan([repeated]))
    world.finish(0, { ...FAILED, tests }).finish(0, { ...OK, tests: { ...counts, failures: [] } })
    world.finish(1).finish(2)
    assert.equal(world.told().results?.tests?.total, 10)
  })

  test('version and artifacts are passed up, the same artifact once', () => {
    const build = { ...step, targets: step.targets.slice(0, 2) }
    const world = new World(build, {}, processPlan([build]))
    const report: JobReport = { ...OK, version: '2.0.0', artifacts: [NEW] }
    world.finish(0, report).finish(1, report)
    assert.deepEqual(
      [world.told().results?.version, world.told().results?.artifacts],
      ['2.0.0', [NEW]],
    )
  })

  test('results stay within their limits whatever is reported', () => {
    const artifacts = Array.from({ length: 80 }, (_, n) => ingestApi(`1.0.${n}`))
    const failures = Array.from({ length: 20 }, () => 'long '.repeat(1_000))
    const world = new World(step, {}, plan)
    const report: JobReport = { ...OK, artifacts, tests: { ...counts, failures } }
    world.finish(0, report).finish(1, report)
    assert.ok(JSON.stringify(world.state).length < 16 * 1024)
  })
})

// ── properties ─────────────────────────────────────────────────────────────────────────────────

type Answer = 'good' | 'failed' | 'errored' | 'aborted' | 'lost'

const steps = fc.record({
  targets: fc.array(fc.boolean(), { maxLength: 12 }),
  links: fc.integer({ min: 1, max: 3 }),
  atOnce: fc.integer({ min: 1, max: 5 }),
  stopAfter: fc.integer({ min: 1, max: 13 }),
  retries: fc.integer({ min: 0, max: 2 }),
  hasHealth: fc.boolean(),
})
const answers = fc.array(
  fc.record({
    which: fc.nat(),
    answer: fc.constantFrom<Answer>('good', 'good', 'good', 'failed', 'errored', 'aborted', 'lost'),
    abort: fc.integer({ min: 0, max: 30 }).map((n) => n === 0),
  }),
  { minLength: 60, maxLength: 60 },
)

function generated(shape: Shape): StepPlan {
  const { targets, links, atOnce, stopAfter, retries, hasHealth } = shape
  return deployStep(0, {
    atOnce,
    stopAfter,
    health: hasHealth ? { url: 'http://localhost/', status: 200, withinMs: 5_000 } : null,
    links: Array.from({ length: links }, (_, n) =>
      linkPlan(`link ${n}`, { onError: { action: 'retry', times: retries, everyMs: 0 } }),
    ),
    targets: targets.map((skip, n) => edgeTarget(n + 1, { action: skip ? 'skip' : 'run' })),
  })
}

interface Shape {
  targets: boolean[]
  links: number
  atOnce: number
  stopAfter: number
  retries: number
  hasHealth: boolean
}

const REPORTS: Record<Exclude<Answer, 'lost'>, JobReport> = {
  good: RUNS_NEW,
  failed: FAILED,
  errored: ERRORED,
  aborted: ABORTED,
}

/** Drives a step by these answers to its end; `look` sees it after each. */
function drive(
  step: StepPlan,
  moves: readonly { which: number; answer: Answer; abort: boolean }[],
  look: (world: World, hadStopped: boolean) => void,
): World {
  const world = new World(step)
  for (let n = 0; n < 5_000 && !stepRunMachine.isTerminal(world.state!); n += 1) {
    const move = moves[n % moves.length] ?? { which: 0, answer: 'good', abort: false }
    const hadStopped = isStopped(world)
    advance(world, n >= moves.length ? { ...move, answer: 'good', abort: false } : move)
    look(world, hadStopped)
  }
  return world
}

function isStopped({ state, step }: World): boolean {
  if (state === undefined) return false
  const { failed, errored, aborted, unknown } = state.counts
  return state.status === 'aborting' || failed + errored + aborted + unknown >= step.stopAfter
}

function advance(world: World, move: { which: number; answer: Answer; abort: boolean }): void {
  if (move.abort && world.tries({ type: 'abort_requested', reason: 'x' }) === 'ok') return
  const rows = [...world.open.values()]
  const job = rows[move.which % Math.max(1, rows.length)]
  if (job !== undefined && move.answer === 'lost') return void world.lose(job.target)
  if (job !== undefined && move.answer !== 'lost') {
    return void world.finish(job.target, REPORTS[move.answer])
  }
  const [lost] = world.unknown.values()
  if (lost !== undefined) {
    const report = move.answer === 'lost' ? RUNS_NEW : REPORTS[move.answer]
    const event = { type: 'unknown_resolved', verdict: 'ran', report } as const
    return void world.happens({ ...event, ...world.lost(lost.target) }, 'agent:agt_1')
  }
  if (world.asked() !== undefined) return void world.health(move.answer === 'good')
  world.now += 10_000
  world.happens({ type: 'woken' })
}

function sum(counts: TargetCounts): number {
  return Object.values(counts).reduce((total, n) => total + n, 0)
}

suite('whatever happens', () => {
  test('there are never more targets in work than the plan allows, and the counts are those of the rows', () => {
    fc.assert(
      fc.property(steps, answers, (shape, moves) => {
        drive(generated(shape), moves, (world) => {
          const { open, unknown } = world.counts()
          assert.deepEqual([open, unknown], [world.open.size, world.unknown.size])
          assert.ok(open + unknown <= shape.atOnce)
          assert.equal(new Set(world.targets()).size, world.open.size)
        })
      }),
    )
  })

  test('no new target is opened after an abort or after too many bad ends', () => {
    fc.assert(
      fc.property(steps, answers, (shape, moves) => {
        let begun = 0
        drive(generated(shape), moves, (world, hadStopped) => {
          const now = world.opened.filter((job) => job.link === 0 && job.attempt === 1).length
          if (hadStopped && isStopped(world)) assert.equal(now, begun)
          begun = now
        })
      }),
    )
  })

  test('every target ends in exactly one bucket, and only an unblemished step succeeds', () => {
    fc.assert(
      fc.property(steps, answers, (shape, moves) => {
        const world = drive(generated(shape), moves, () => {})
        const counts = world.counts()
        assert.equal(sum(counts), shape.targets.length)
        assert.equal(counts.open, 0)
        const bad = counts.failed + counts.errored + counts.aborted + counts.unknown
        if (world.state?.status === 'succeeded') assert.equal(bad, 0)
        if (bad === 0 && world.state?.status !== 'succeeded') {
          assert.ok(['failed', 'aborted'].includes(world.state?.status ?? ''))
        }
      }),
    )
  })

  test('the log folds to the stored state, and an ended step accepts nothing', () => {
    fc.assert(
      fc.property(steps, answers, (shape, moves) => {
        const world = drive(generated(shape), moves, () => {})
        let state: StepRunState | undefined
        for (const event of world.log) {
          const result = reduceStepRun(state, event, world.plan)
          assert.ok(result.ok)
          state = result.state
        }
        assert.deepEqual(state, world.state)
        for (const { type, ...rest } of world.log) {
          const again = { type, ...rest } as StepRunEvent
          assert.equal(world.tries(again), 'already_finished')
        }
      }),
      { numRuns: 50 },
    )
  })

  test('the order in which targets end does not change how the step ends', () => {
    const outcome = fc.constantFrom<Exclude<Answer, 'lost'>>('good', 'failed', 'errored')
    const orders = fc.tuple(fc.infiniteStream(fc.nat()), fc.infiniteStream(fc.nat()))
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 10 }), orders, (fates, streams) => {
        const [one, other] = streams.map((stream) => {
          const world = new World(deployStep(fates.length, { atOnce: 4, stopAfter: 99 }))
          while (world.open.size > 0) {
            const rows = [...world.open.values()]
            const job = rows[(stream.next().value ?? 0) % rows.length]!
            world.finish(job.target, REPORTS[fates[job.target] ?? 'good'])
          }
          return [world.state?.status, world.counts()]
        })
        assert.deepEqual(one, other)
      }),
    )
  })

  test('the state is as small for ten thousand targets as for ten', () => {
    const sizes = [10, 10_000].map((targets) => {
      const step = deployStep(targets, { atOnce: targets, stopAfter: targets })
      const world = new World(step)
      while (stepRunMachine.wakeAt(world.state!, world.plan) !== undefined) {
        world.happens({ type: 'woken' })
      }
      assert.equal(world.counts().open, targets)
      return JSON.stringify(world.state).length
    })
    assert.ok(Math.max(...sizes) < 700)
    assert.ok(Math.abs((sizes[0] ?? 0) - (sizes[1] ?? 0)) < 40)
  })
})

// ── every state × every event ──────────────────────────────────────────────────────────────────

test('a step run does this in every state on every event', (t) => {
  const health = { url: 'http://localhost:8080/healthz', status: 200, withinMs: 60_000 }
  const step = deployStep(2, { health })
  const running = new World(step)
  const unknown = new World(step).lose(0)
  const judging = new World(step).complete(0)
  const aborting = new World(step).happens({ type: 'abort_requested', reason: 'wrong set' })
  const succeeded = new World(step).complete(0).health(true).complete(1).health(true)
  const failed = new World(step).finish(0, FAILED)
  const job = at(running.opened[0]!)
  const events: readonly StepRunEvent[] = [
    running.log[0]!,
    { type: 'job_finished', fence: 1, report: OK, ...job },
    { type: 'job_finished', fence: 1, report: FAILED, ...job },
    { type: 'job_lost', ...job },
    { type: 'jobs_cancelled', jobs: [job] },
    { type: 'unknown_resolved', verdict: 'ran', reason: 'I looked', ...job },
    { type: 'unknown_resolved', verdict: 'try_again', reason: 'safe', ...job },
    { type: 'health_answered', round: 1, healthy: true, detail: '' },
    { type: 'health_answered', round: 1, healthy: false, detail: 'edge-1 answered 503' },
    { type: 'health_answered', round: 9, healthy: true, detail: '' },
    { type: 'abort_requested', reason: 'wrong set' },
    { type: 'woken' },
  ]
  const names = new Map([
    [2, 'job_finished (failed)'],
    [5, 'unknown_resolved (ran)'],
    [6, 'unknown_resolved (try again)'],
    [8, 'health_answered (not healthy)'],
    [9, 'health_answered (another round)'],
  ])
  const table = stateTable({
    machine: stepRunMachine,
    title: 'Step run',
    plan: running.plan,
    states: [
      { name: 'does not exist', state: undefined },
      { name: 'a job is open', state: running.state },
      { name: 'contact to a target is lost', state: unknown.state },
      { name: 'the health of a batch is judged', state: judging.state },
      { name: 'is being aborted', state: aborting.state },
      { name: 'has succeeded', state: succeeded.state },
      { name: 'has failed', state: failed.state },
    ],
    events: events.map((event, index) => ({
      event: { ...event, ...occurrence(900, SELF, 'user:usr_1', 9_000_000) },
      name: names.get(index) ?? event.type,
    })),
  })
  t.assert.fileSnapshot(
    table,
    new URL('../../../../docs/reference/state/step-run.md', import.meta.url).pathname,
    { serializers: [(text: string) => text] },
  )
})

test('the machine reads its own step from the plan', () => {
  const step = deployStep(1)
  assert.equal(findStep(new World(step).plan, step.key), step)
})
