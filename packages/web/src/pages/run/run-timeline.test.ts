import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Run } from '../../lib/runs.ts'
import { timelineOf } from './run-timeline.ts'

type Stage = Run['stages'][number]

const gate = (state: Stage['exit']['state'], since: string | null): Stage['exit'] => ({
  id: null,
  address: '',
  state,
  instance: 0,
  checks: 0,
  checksHold: 0,
  approvals: 0,
  approvalsGiven: 0,
  rules: [],
  since,
  reason: null,
})

const stage = (name: string, changes: Partial<Stage>): Stage => ({
  id: null,
  name,
  title: name,
  environment: null,
  state: 'running',
  attempt: 1,
  entry: gate('passed', null),
  tasks: [],
  exit: gate('not_reached', null),
  startedAt: null,
  finishedAt: null,
  ...changes,
})

const BEGIN = '2026-11-17T10:00:00Z'
const MIDDLE = '2026-11-17T11:00:00Z'
const END = '2026-11-17T12:00:00Z'

suite('the time line of a run', () => {
  test('stages of a run that has ended fill the line', () => {
    const { bars, now } = timelineOf(
      {
        startedAt: BEGIN,
        finishedAt: END,
        stages: [
          stage('a', { state: 'succeeded', startedAt: BEGIN, finishedAt: MIDDLE }),
          stage('b', { state: 'failed', startedAt: MIDDLE, finishedAt: END }),
        ],
      },
      Date.parse(END) + 1_000_000,
    )
    assert.equal(now, null)
    assert.deepEqual(
      bars.map(({ key, left, width }) => [key, left, width]),
      [
        ['a done', 0, 50],
        ['b failed', 50, 50],
      ],
    )
  })

  test('what waits on a person is a bar of its own, and what is ahead has its room', () => {
    const { bars, now } = timelineOf(
      {
        startedAt: BEGIN,
        finishedAt: null,
        stages: [
          stage('a', { startedAt: BEGIN, exit: gate('waiting', MIDDLE) }),
          stage('b', {}),
          stage('c', {}),
        ],
      },
      Date.parse(END),
    )
    assert.equal(now, 76)
    assert.deepEqual(
      bars.map(({ key, left, width }) => [key, left, width]),
      [
        ['a done', 0, 38],
        ['a waiting', 38, 38],
        ['b ahead', 76, 12],
        ['c ahead', 88, 12],
      ],
    )
  })
})
