import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { JOBS_SHOWN_MAX } from '@lockstep/contract'
import { parseId, type RunStatus } from '@lockstep/domain'
import type { StepDefinition } from '@lockstep/define/check'
import type { Run } from '../../lib/runs.ts'
import type { ListedProcess } from './list-processes.ts'
import {
  funnelOf,
  isCut,
  medianTimes,
  slowestFirst,
  standSteps,
  standWords,
  type StepStand,
  type Task,
} from './step-stands.ts'

type Chain = Task['steps'][number]
type Job = Chain['jobs'][number]

const JOB = parseId('job', 'job_01JD0000000000000000000000')
if (JOB === undefined) throw new Error('an id is one')

const at = (seconds: number): string =>
  new Date(Date.UTC(2026, 10, 17, 14, 0, seconds)).toISOString()
const job = (link: string, resource: string, state: RunStatus, more: Partial<Job> = {}): Job => ({
  id: JOB,
  step: 'api',
  link,
  resource,
  state,
  attempt: 1,
  cause: null,
  agent: null,
  startedAt: at(0),
  finishedAt: state === 'running' ? null : at(10),
  noContactSince: null,
  code: null,
  exitCode: null,
  reason: null,
  runs: null,
  tests: null,
  logLength: 0,
  ...more,
})
const chain = (key: string, state: RunStatus, more: Partial<Chain> = {}): Chain => ({
  id: null,
  key,
  title: key,
  component: 'api',
  state,
  targets: 3,
  succeeded: 0,
  skipped: 0,
  failed: 0,
  unknown: 0,
  reason: null,
  waitsFor: null,
  startedAt: at(0),
  finishedAt: null,
  needs: [],
  passedOver: [],
  jobs: [],
  ...more,
})
const task = (steps: readonly Chain[]): Task => ({
  key: 'deploy backend',
  title: 'deploy backend',
  groups: [],
  kind: 'deploy',
  address: 'car/x/1/staging/deploy-backend',
  state: 'running',
  attempt: 1,
  reason: null,
  since: null,
  startedAt: at(0),
  finishedAt: null,
  waitsFor: null,
  application: 'backend',
  from: null,
  to: null,
  run: null,
  manual: null,
  steps: [...steps],
  tests: null,
})

const common = {
  needs: [] as string[],
  timeout: '1h',
  always: false,
  onError: 'stop',
  onLost: 'ask',
  runOn: 'every',
} as const
const outer = (component: string) =>
  ({ ...common, kind: 'component_step', name: component, component, process: 'deploy' }) as const
const inner = (name: string): StepDefinition => ({
  ...common,
  kind: 'command',
  name,
  argv: ['x'],
  env: {},
})
const deploy: ListedProcess = {
  key: 'deploy',
  name: 'deploy',
  component: null,
  isImplied: true,
  steps: [outer('api'), outer('store')],
}
const ofApi: ListedProcess = {
  key: 'api.deploy',
  name: 'deploy',
  component: 'api',
  isImplied: false,
  steps: [inner('place'), inner('restart')],
}
const removal: ListedProcess = { ...ofApi, key: 'api.undeploy', name: 'undeploy' }
const ALL = [deploy, ofApi, removal]

const halfway = task([
  chain('api', 'running', {
    succeeded: 1,
    jobs: [
      job('place', 'a', 'succeeded'),
      job('restart', 'a', 'succeeded', { startedAt: at(12), finishedAt: at(20) }),
      job('place', 'b', 'failed'),
      job('place', 'b', 'running', { attempt: 2, startedAt: at(15) }),
    ],
  }),
  chain('store', 'pending'),
])

function wordsOf(stands: ReadonlyMap<string, StepStand>, step: string) {
  const stand = stands.get(step)
  assert.ok(stand)
  return standWords(stand)
}

suite('where the steps of a process stand in a run', () => {
  test('of a component: each step on each resource, in its newest attempt', () => {
    const stands = standSteps(ofApi, ALL, halfway, false)
    const place = stands.get('place')
    assert.equal(place?.state, 'running')
    assert.deepEqual([place?.all, place?.done, place?.now, place?.failed], [3, 1, 1, 0])
    assert.deepEqual(wordsOf(stands, 'place'), { count: 1, word: 'now' })
    const restart = stands.get('restart')
    assert.equal(restart?.state, 'running')
    assert.deepEqual(wordsOf(stands, 'restart'), { count: 1, word: 'of 3 passed' })
  })

  test('of an application: each component as a whole', () => {
    const stands = standSteps(deploy, ALL, halfway, false)
    assert.equal(stands.get('api')?.state, 'running')
    assert.equal(stands.get('api')?.done, 1)
    assert.equal(stands.get('store')?.state, 'not_started')
    assert.deepEqual(wordsOf(stands, 'store'), { count: 3, word: 'waiting' })
    assert.deepEqual(funnelOf(deploy, stands), [
      { count: 1, word: 'running' },
      { count: 1, word: 'not started' },
    ])
  })

  test('a component that was cut into chains is done where all of them are', () => {
    const stands = standSteps(
      deploy,
      ALL,
      task([
        chain('api', 'succeeded', { succeeded: 3 }),
        chain('api.health', 'running', { succeeded: 1 }),
        chain('api-gateway', 'succeeded', { succeeded: 3 }),
      ]),
      false,
    )
    assert.deepEqual([stands.get('api')?.state, stands.get('api')?.done], ['running', 1])
  })

  test('what failed comes before what runs', () => {
    const stands = standSteps(
      ofApi,
      ALL,
      task([
        chain('api', 'running', {
          jobs: [job('place', 'a', 'failed'), job('place', 'b', 'running')],
        }),
      ]),
      false,
    )
    assert.equal(stands.get('place')?.state, 'failed')
    assert.deepEqual(wordsOf(stands, 'place'), { count: 1, word: 'failed' })
  })

  test('resources that have it already are skipped, not waiting', () => {
    const passedOver = ['a', 'b', 'c'].map((resource) => ({ resource, reason: 'already 2.0.0' }))
    const stands = standSteps(
      ofApi,
      ALL,
      task([chain('api', 'succeeded', { skipped: 3, passedOver })]),
      false,
    )
    assert.equal(stands.get('restart')?.state, 'skipped')
    assert.deepEqual(wordsOf(stands, 'restart'), { count: 3, word: 'skipped' })
    assert.deepEqual(funnelOf(ofApi, stands), [{ count: 3, word: 'skipped' }])
  })

  test('resources that have it already are counted though only some of them are listed', () => {
    const passedOver = [{ resource: 'a', reason: 'already 2.0.0' }]
    const running = task([chain('api', 'running', { skipped: 2, passedOver })])
    assert.equal(standSteps(ofApi, ALL, running, false).get('place')?.skipped, 2)
  })

  test('a resource that failed before does not come to the step: it is not reached, not skipped', () => {
    const failed = chain('api', 'failed', {
      failed: 3,
      jobs: ['a', 'b', 'c'].map((resource) => job('place', resource, 'failed')),
    })
    const stands = standSteps(ofApi, ALL, task([failed]), false)
    assert.equal(stands.get('restart')?.skipped, 0)
    assert.deepEqual(wordsOf(stands, 'restart'), { count: 3, word: 'not reached' })
  })

  test('are not counted where the run has more jobs than it tells', () => {
    const stands = standSteps(ofApi, ALL, halfway, true)
    assert.deepEqual(wordsOf(stands, 'place'), { count: null, word: 'not counted' })
    assert.equal(stands.get('place')?.state, 'running')
    assert.deepEqual(funnelOf(ofApi, stands), [])
    assert.deepEqual(wordsOf(standSteps(deploy, ALL, halfway, true), 'store'), {
      count: 3,
      word: 'waiting',
    })
    const jobs = Array.from({ length: JOBS_SHOWN_MAX }, (_, at) =>
      job('place', `${at}`, 'succeeded'),
    )
    const runOf = (some: readonly Job[]) => ({
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a stage only its tasks are read
      stages: [{ tasks: [task([chain('api', 'running', { jobs: [...some] })])] }] as Run['stages'],
    })
    assert.equal(isCut(runOf(jobs)), true)
    assert.equal(isCut(runOf(jobs.slice(1))), false)
  })

  test('a process that the run does not carry out has no stands', () => {
    assert.equal(standSteps(removal, ALL, halfway, false).size, 0)
  })

  test('the funnel of a component counts its resources, each once', () => {
    assert.deepEqual(funnelOf(ofApi, standSteps(ofApi, ALL, halfway, false)), [
      { count: 1, word: 'passed' },
      { count: 1, word: 'on a step' },
      { count: 1, word: 'waiting' },
    ])
  })
})

suite('the time of a median resource', () => {
  test('on a component lasts from the first thing that is done there to the last', () => {
    const [api] = medianTimes(standSteps(deploy, ALL, halfway, false), Date.parse(at(20)))
    assert.deepEqual([api?.step, api?.ms], ['api', 20_000])
  })

  test('is that of each step, and what it waits in between', () => {
    const times = medianTimes(standSteps(ofApi, ALL, halfway, false), Date.parse(at(25)))
    assert.deepEqual(
      times.map(({ step, ms, isWaiting }) => [step, ms, isWaiting]),
      [
        ['place', 10_000, false],
        ['restart', 2_000, true],
        ['restart', 8_000, false],
      ],
    )
    assert.equal(
      times.reduce((sum, { share }) => sum + share, 0),
      100,
    )
  })
})

test('what is longest on a step comes first, what has not begun last', () => {
  const sorted = slowestFirst(
    [
      job('place', 'quick', 'succeeded', { finishedAt: at(2) }),
      job('place', 'waits', 'pending', { startedAt: null, finishedAt: null }),
      job('place', 'slow', 'succeeded', { finishedAt: at(40) }),
      job('place', 'since 5', 'running', { startedAt: at(5) }),
      job('place', 'since 0', 'running'),
    ].map((one) => ({ ...one, chain: null })),
  )
  assert.deepEqual(
    sorted.map(({ resource }) => resource),
    ['since 0', 'since 5', 'slow', 'quick', 'waits'],
  )
})
