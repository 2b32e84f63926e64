import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { UsageRefusal } from '../../command/failure.ts'
import { factValueOf } from './fact-value.ts'

suite('factValueOf', () => {
  test('reads numbers, truth and text', () => {
    const typed = ['0', '-5', '0.25', 'true', 'false', 'green', '1.2.3', '2026-11-26']
    assert.deepEqual(typed.map(factValueOf), [0, -5, 0.25, true, false, ...typed.slice(5)])
  })

  for (const text of ['1e999', '1e5', '.5', '+5', '-1E9', '1234567890123456']) {
    test(`refuses ${text}, which looks like a number, and says how it becomes text`, () => {
      assert.throws(
        () => factValueOf(text),
        (error) =>
          error instanceof UsageRefusal &&
          error.message === `"${text}" is no number that a fact can be.` &&
          error.more.includes('If it is meant as text:  --text'),
      )
    })
  }
})
