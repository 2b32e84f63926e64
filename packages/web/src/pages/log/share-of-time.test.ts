import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shareOfTime } from './share-of-time.ts'

test('the longest step has the whole bar, one that goes on counts until now', () => {
  const at = (s: number): string => new Date(s * 1_000).toISOString()
  const steps = [
    { startedAt: at(0), finishedAt: at(10) },
    { startedAt: at(10), finishedAt: at(10) },
    { startedAt: at(10), finishedAt: null },
    { startedAt: null, finishedAt: null },
  ]
  assert.deepEqual(shareOfTime(steps, 30_000), [50, 2, 100, 0])
})
