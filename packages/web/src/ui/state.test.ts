import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { RUN_STATUSES } from '@lockstep/domain'
import { shownStateOf, worstOf } from './state.ts'

suite('shownStateOf', () => {
  test('has a place for each state of the wire', () => {
    assert.deepEqual(
      RUN_STATUSES.map((status) => shownStateOf(status)),
      [
        'not_started',
        'not_started',
        'running',
        'waiting',
        'passed',
        'failed',
        'could_not_run',
        'aborted',
        'skipped',
        'unknown',
      ],
    )
  })

  test('shows amber only while a person is waited for', () => {
    assert.equal(shownStateOf('waiting', 'person'), 'waiting')
    assert.equal(shownStateOf('waiting', 'lock'), 'scheduled')
  })
})

suite('worstOf', () => {
  test('lets one failure stand for all', () => {
    assert.equal(worstOf(['passed', 'running', 'failed', 'waiting']), 'failed')
  })

  test('of nothing has not started', () => {
    assert.equal(worstOf([]), 'not_started')
  })
})
