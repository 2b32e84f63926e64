import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { causeWords } from './cause-words.ts'

suite('why there is an attempt', () => {
  test('is said in words, also for the first', () => {
    assert.equal(causeWords(null), 'the step was due')
    assert.equal(causeWords('lost'), 'contact was lost before')
  })
  test('keeps a word that is not known here', () => {
    assert.equal(causeWords('new_cause'), 'new cause')
  })
})
