import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createFigures } from './figures.js'

suite('figures', () => {
  test('there is no error share while nothing came in', () => {
    assert.equal(createFigures().read().errorPercent, null)
  })

  test('refused and failed telemetry count as errors', () => {
    const figures = createFigures(() => 0)
    for (const outcome of ['accepted', 'accepted', 'refused', 'failed']) figures.count(outcome)
    assert.deepEqual(figures.read(), { accepted: 2, refused: 1, failed: 1, errorPercent: 50 })
  })

  test('only the last minute counts', () => {
    let time = 0
    const figures = createFigures(() => time)
    figures.count('failed')
    time = 60_001
    figures.count('accepted')
    assert.deepEqual(figures.read(), { accepted: 1, refused: 0, failed: 0, errorPercent: 0 })
  })
})
