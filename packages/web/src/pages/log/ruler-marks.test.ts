import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsOf } from './log-rows.ts'
import { shareMarks } from './ruler-marks.ts'

test('marks of many lines become few heights', () => {
  const rows = rowsOf({ lines: 200_000, groups: [] }, new Set())
  const all = Array.from({ length: 10_000 }, (_, at) => at * 20 + 1)
  assert.ok(shareMarks(rows, all).length <= 401)
  assert.deepEqual(shareMarks(rows, [1, 2, 100_001]), [0, 50])
})
