import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RunStatus } from '@lockstep/domain'
import {
  applicationsOf,
  findTask,
  focusOf,
  gatesOf,
  laneOf,
  neighbourOf,
  standOfStage,
  stepWords,
  togetherOf,
  wiresOf,
  type GateLine,
  type Stage,
  type Step,
  type Task,
} from './run-layout.ts'

const AT = '2026-11-17T14:00:00Z'

const step = (key: string, state: RunStatus): Step => ({
  id: null,
  key,
  title: key,
  component: key,
  state,
  targets: 2,
  succeeded: 0,
  skipped: 0,
  failed: 0,
  unknown: 0,
  reason: null,
  waitsFor: null,
  startedAt: AT,
  finishedAt: null,
  needs: [],
  passedOver: [],
  jobs: [],
})

const task = (key: string, application: string | null, changes: Partial<Task> = {}): Task => ({
  key,
  title: key,
  groups: [],
  kind: 'deploy',
  address: `car/x/1/staging/${key}`,
  state: 'running',
  attempt: 1,
  reason: null,
  since: null,
  startedAt: AT,
  finishedAt: null,
  waitsFor: null,
  application,
  from: null,
  to: null,
  run: null,
  manual: null,
  steps: [],
  tests: null,
  ...changes,
})

const gate = (rules: number, state: GateLine['state'] = 'not_reached'): GateLine => ({
  id: null,
  address: '',
  state,
  instance: 0,
  checks: rules,
  checksHold: 0,
  approvals: 0,
  approvalsGiven: 0,
  rules: Array.from({ length: rules }, () => ({
    name: 'check',
    kind: 'check' as const,
    state: 'pending' as const,
    evidence: '',
    by: [],
    decided: [],
    missing: [],
    until: null,
  })),
  since: null,
  reason: null,
})

const stage = (name: string, changes: Partial<Stage> = {}): Stage => ({
  id: null,
  name,
  title: name,
  environment: name,
  state: 'running',
  attempt: 1,
  entry: gate(0),
  tasks: [],
  exit: gate(1),
  startedAt: AT,
  finishedAt: null,
  ...changes,
})

const deploy = task('deploy firmware', 'firmware', {
  steps: [step('flash', 'succeeded'), step('check', 'running')],
})
const staging = stage('staging', { tasks: [deploy, task('round trip', null, { kind: 'test' })] })
const production = stage('production', { state: 'pending', startedAt: null })
const run = { stages: [staging, production] }

suite('the layout of a run', () => {
  test('each application has a lane with the steps of its processes', () => {
    const lane = laneOf(staging, 'firmware')
    assert.deepEqual(
      lane.rows.map(({ task: part, step: key, state }) => [part, key, state]),
      [
        ['staging/deploy firmware', 'flash', 'passed'],
        ['staging/deploy firmware', 'check', 'running'],
      ],
    )
    assert.equal(lane.resources, 2)
    assert.deepEqual(laneOf(staging, 'backend').rows, [])
  })

  test('with one application alone, what names none is its own', () => {
    assert.deepEqual(
      laneOf(staging, 'firmware', true).rows.map(({ title }) => title),
      ['flash', 'check', 'round trip'],
    )
  })

  test('steps are counted in words', () => {
    assert.equal(stepWords({ done: 1, all: 1 }), '1 of 1 step')
    assert.equal(stepWords({ done: 0, all: 3 }), '0 of 3 steps')
  })

  test('what has no application is done together', () => {
    assert.deepEqual(
      togetherOf(staging).map(({ title }) => title),
      ['round trip'],
    )
  })

  test('applications stand in the order in which they are brought, then in which they work', () => {
    const brings = [{ application: 'car/backend', snapshot: null, version: null, passed: null }]
    assert.deepEqual(applicationsOf({ ...run, brings }), ['backend', 'firmware'])
  })

  test('lanes are drawn on to gates and teams alone', () => {
    const stages = [stage('dev', { exit: gate(0) }), staging, production]
    assert.deepEqual(wiresOf({ stages }, 0, false), { before: false, behind: false })
    assert.deepEqual(wiresOf({ stages }, 0, true), { before: true, behind: false })
    assert.deepEqual(wiresOf({ stages }, 1, true), { before: false, behind: true })
    assert.deepEqual(wiresOf({ stages }, 2, false), { before: true, behind: true })
  })

  test('gates without rules are not shown', () => {
    assert.deepEqual(
      gatesOf(run).map(({ key }) => key),
      ['staging.exit', 'production.exit'],
    )
  })

  test('the stage that the run is at is wide, unless another one was chosen', () => {
    assert.equal(focusOf(run, undefined)?.name, 'staging')
    assert.equal(focusOf(run, 'production')?.name, 'production')
    assert.equal(focusOf(run, 'elsewhere')?.name, 'staging')
    const ended = { stages: [stage('staging', { state: 'succeeded' })] }
    assert.equal(focusOf(ended, undefined)?.name, 'staging')
  })

  test('going to the next one stops at the ends', () => {
    assert.equal(neighbourOf(['a', 'b'], 'a', 1), 'b')
    assert.equal(neighbourOf(['a', 'b'], 'b', 1), 'b')
    assert.equal(neighbourOf(['a', 'b'], undefined, 1), 'a')
    assert.equal(neighbourOf(['a', 'b'], undefined, -1), 'b')
    assert.equal(neighbourOf([], undefined, 1), undefined)
  })

  test('an address finds its task, and nothing else', () => {
    assert.equal(findTask(run, 'staging/round trip')?.task.key, 'round trip')
    assert.equal(findTask(run, 'production/round trip'), undefined)
    assert.equal(findTask(run, undefined), undefined)
  })

  test('a stage is as bad as its worst step, and waits with its gate', () => {
    assert.deepEqual(standOfStage(staging), { state: 'running', done: 1, all: 3 })
    const failed = stage('staging', { tasks: [task('a', null, { state: 'failed' })] })
    assert.equal(standOfStage(failed).state, 'failed')
    assert.equal(standOfStage({ ...staging, exit: gate(1, 'waiting') }).state, 'waiting')
    assert.equal(standOfStage(production).state, 'not_started')
    assert.equal(standOfStage(stage('a', { state: 'succeeded' })).state, 'passed')
  })
})
