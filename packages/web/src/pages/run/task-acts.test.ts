import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Task } from './run-layout.ts'
import { actsOn } from './task-acts.ts'

const MAY = { control: true, abort: true, completeTasks: true, resolve: true }
const MAY_NOT = { control: false, abort: false, completeTasks: false, resolve: false }
const BEGUN = { startedAt: '2026-11-17T14:00:00Z' }

const task = (changes: Partial<Task>): Task => ({
  key: 'deploy',
  title: 'deploy',
  groups: [],
  kind: 'deploy',
  address: '',
  state: 'running',
  attempt: 1,
  reason: null,
  since: null,
  startedAt: null,
  finishedAt: null,
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

const labels = (given: Task, can = MAY): readonly string[] =>
  actsOn({ can }, BEGUN, given, null).map(({ label }) => label)

suite('what a person may do about a task', () => {
  test('one that failed is tried again or skipped', () => {
    assert.deepEqual(labels(task({ state: 'failed' })), ['Skip', 'Retry'])
    assert.deepEqual(labels(task({ state: 'errored' })), ['Skip', 'Retry'])
  })

  test('one that has begun can be run again from there; one that has not, cannot', () => {
    assert.deepEqual(labels(task({ state: 'succeeded' })), ['Run again from here'])
    assert.deepEqual(labels(task({ state: 'pending' })), [])
  })

  test('a manual task that waits is ended by those who may', () => {
    const manual = task({ state: 'waiting', manual: { by: ['qa'], instructions: 'Look.' } })
    assert.deepEqual(labels(manual), ['It failed', 'It is done'])
    assert.deepEqual(labels(manual, { ...MAY, completeTasks: false }), [])
  })

  test('whoever may not steer a run is offered nothing', () => {
    assert.deepEqual(labels(task({ state: 'failed' }), MAY_NOT), [])
  })

  test('skipping and going back need a reason, trying again does not', () => {
    const needs = actsOn({ can: MAY }, BEGUN, task({ state: 'failed' }), null)
    assert.deepEqual(
      needs.map(({ needsReason }) => needsReason),
      [true, false],
    )
  })
})
