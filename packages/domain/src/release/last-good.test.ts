import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { findLastGood } from './last-good.ts'

/** `1 2! 3`: deployed 1, failed with 2, deployed 3. */
function after(history: string): string | undefined {
  return findLastGood(
    history
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => ({ snapshot: word.replace('!', ''), succeeded: !word.endsWith('!') })),
  )
}

suite('a roll back goes', () => {
  test('nowhere where nothing was before', () => {
    assert.deepEqual([after(''), after('1'), after('1!')], [undefined, undefined, undefined])
  })

  test('to the snapshot before', () => {
    assert.equal(after('1 2'), '1')
  })

  test('to what ran last when a deployment has failed', () => {
    assert.equal(after('1 2 3!'), '2')
    assert.equal(after('1 2 2!'), '1')
  })

  test('to the same snapshot again when it has failed, and never forward', () => {
    assert.equal(after('1 2 1!'), '1')
    assert.equal(after('1 2 3! 2!'), '2')
  })

  test('two back when it is done twice', () => {
    assert.equal(after('1 2 3 2'), '1')
    assert.equal(after('1 2 3 2 1'), undefined)
  })

  test('to what ran before, when something new was deployed after a roll back', () => {
    assert.equal(after('1 2 1 3'), '1')
  })
})
