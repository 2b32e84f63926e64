import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { shortDuration } from './short-duration.ts'

suite('how long a part of a log took', () => {
  test('has tenths while it is short', () => {
    assert.equal(shortDuration(0), '0.0\u202fs')
    assert.equal(shortDuration(840), '0.8\u202fs')
    assert.equal(shortDuration(9_990), '9.9\u202fs')
  })
  test('has none from ten seconds on', () => {
    assert.equal(shortDuration(10_000), '10\u202fs')
    assert.equal(shortDuration(125_000), '2\u202fmin')
  })
})
