import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { barWords, runBars } from './run-bars.ts'

const at = (s: number): string => new Date(s * 1_000).toISOString()

suite('the last runs as bars', () => {
  const bars = runBars(
    [
      { state: 'running', startedAt: at(100), finishedAt: null },
      { state: 'failed', startedAt: at(50), finishedAt: at(75) },
      { state: 'succeeded', startedAt: at(0), finishedAt: at(0) },
    ],
    200_000,
  )

  test('stand in the order of time, as high as they are long', () => {
    assert.deepEqual(bars, [
      { state: 'passed', height: 0.25 },
      { state: 'failed', height: 0.5 },
      { state: 'running', height: 1 },
    ])
  })

  test('are told in words', () => {
    assert.equal(barWords(bars), '3 runs: 1 passed, 1 failed, 1 running')
    assert.equal(barWords(bars.slice(0, 1)), '1 run: 1 passed')
  })
})
