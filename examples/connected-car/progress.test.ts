import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { progressOf } from './demo/progress.ts'

const stages = (staging: 'pending' | 'running' | 'succeeded', production: 'pending' | 'waiting') =>
  [
    { title: 'Staging', state: staging },
    { title: 'Production', state: production },
  ] as const

suite('what the demo says of a release', () => {
  test('is which stage is under way, and what comes next', () => {
    const next = 'car to phone, when cars and phones are done.'
    assert.equal(
      progressOf({ state: 'running', stages: stages('running', 'pending'), next }),
      'Staging is under way. Next: car to phone, when cars and phones are done.',
    )
    assert.equal(
      progressOf({ state: 'waiting', stages: stages('succeeded', 'waiting'), next: 'It rests.' }),
      'Production is under way. Next: It rests.',
    )
  })

  test('is that it begins, and that it has succeeded', () => {
    const next = 'The first stage begins.'
    assert.equal(
      progressOf({ state: 'running', stages: stages('pending', 'pending'), next }),
      'The release is under way. Next: The first stage begins.',
    )
    assert.equal(
      progressOf({ state: 'succeeded', stages: stages('succeeded', 'pending'), next: '' }),
      'The release has succeeded.',
    )
  })
})
