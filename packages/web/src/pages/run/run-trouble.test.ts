import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Run } from '../../lib/runs.ts'
import { listTroubles } from './run-trouble.ts'

type Stage = Run['stages'][number]
type Task = Stage['tasks'][number]
type Step = Task['steps'][number]

const AT = '2026-11-17T10:00:00Z'

const step = (changes: Partial<Step>): Step => ({
  id: null,
  key: 'restart',
  title: 'Restart',
  component: null,
  state: 'failed',
  targets: 1,
  succeeded: 0,
  skipped: 0,
  failed: 1,
  unknown: 0,
  reason: null,
  waitsFor: null,
  startedAt: AT,
  finishedAt: AT,
  needs: [],
  passedOver: [],
  jobs: [],
  ...changes,
})

const task = (changes: Partial<Task>): Task => ({
  key: 'unit tests',
  title: 'Unit tests',
  groups: [],
  kind: 'test',
  address: '',
  state: 'failed',
  attempt: 1,
  reason: null,
  since: AT,
  startedAt: AT,
  finishedAt: AT,
  waitsFor: null,
  application: null,
  from: null,
  to: null,
  run: null,
  manual: null,
  steps: [],
  tests: null,
  ...changes,
})

const gate = (changes: Partial<Stage['exit']> = {}): Stage['exit'] => ({
  id: null,
  address: '',
  state: 'passed',
  instance: 0,
  checks: 0,
  checksHold: 0,
  approvals: 0,
  approvalsGiven: 0,
  rules: [],
  since: null,
  reason: null,
  ...changes,
})

const runOf = (tasks: readonly Task[], exit = gate()): Pick<Run, 'stages'> => ({
  stages: [
    {
      id: null,
      name: 'qa',
      title: 'QA',
      environment: null,
      state: 'running',
      attempt: 1,
      entry: gate(),
      tasks: [...tasks],
      exit,
      startedAt: AT,
      finishedAt: null,
    },
  ],
})

suite('what has gone wrong in a run', () => {
  test('is the task that failed, with the reason that the server gives', () => {
    assert.deepEqual(listTroubles(runOf([task({ reason: '2 of 9 tests failed' })])), [
      {
        where: 'QA, Unit tests',
        reason: '2 of 9 tests failed',
        state: 'failed',
        at: { task: 'qa/unit tests', step: null },
      },
    ])
  })

  test('is the step of a process when the task itself says nothing', () => {
    const steps = [step({ key: 'place', title: 'Place', state: 'succeeded', failed: 0 })]
    const broken = step({ reason: 'host-1: exit 1' })
    const [found] = listTroubles(runOf([task({ steps: [...steps, broken] })]))
    assert.equal(found?.where, 'QA, Unit tests, Restart')
    assert.equal(found?.reason, 'host-1: exit 1')
    assert.deepEqual(found?.at, { task: 'qa/unit tests', step: 'restart' })
  })

  test('is a process that waits on a person because a step of it failed', () => {
    const steps = [step({ state: 'waiting' })]
    assert.equal(listTroubles(runOf([task({ state: 'waiting', steps })]))[0]?.state, 'failed')
  })

  test('is a step of which nobody knows what became', () => {
    const steps = [step({ state: 'unknown', failed: 0, unknown: 1 })]
    const [found] = listTroubles(runOf([task({ state: 'running', steps })]))
    assert.equal(found?.state, 'unknown')
    assert.equal(found?.reason, 'nobody knows what became of it')
  })

  test('is a gate that was rejected', () => {
    const [found] = listTroubles(
      runOf([], gate({ state: 'rejected', reason: 'The bench is down' })),
    )
    assert.equal(found?.where, 'QA, exit gate')
    assert.equal(found?.reason, 'The bench is down')
  })

  test('is nothing while all goes well, or waits on a person for something else', () => {
    assert.deepEqual(
      listTroubles(runOf([task({ state: 'succeeded' }), task({ state: 'waiting' })])),
      [],
    )
  })
})
