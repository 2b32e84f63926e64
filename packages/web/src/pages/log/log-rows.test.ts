import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  foldedAtFirst,
  groupsAround,
  remarkAt,
  remarkRows,
  rowsOf,
  stepTo,
  type LogGroup,
  type LogRows,
} from './log-rows.ts'

const group = (
  line: number,
  through: number | null,
  marker: number | null = through,
): LogGroup => ({
  line,
  title: `group ${line}`,
  through,
  marker,
  ms: null,
  tookMs: null,
})
const linesOf = (rows: LogRows): readonly number[] =>
  Array.from({ length: rows.count }, (_, row) => rows.lineAt(row))

suite('rows of a log', () => {
  const outline = { lines: 12, groups: [group(2, 9), group(4, 6), group(11, null)] }

  test('are all lines but the ends of groups', () => {
    assert.deepEqual(linesOf(rowsOf(outline, new Set())), [1, 2, 3, 4, 5, 7, 8, 10, 11, 12])
  })

  test('leave out what is folded, also groups in groups', () => {
    assert.deepEqual(linesOf(rowsOf(outline, new Set([4]))), [1, 2, 3, 4, 7, 8, 10, 11, 12])
    assert.deepEqual(linesOf(rowsOf(outline, new Set([2, 4]))), [1, 2, 10, 11, 12])
    assert.deepEqual(linesOf(rowsOf(outline, new Set([11]))), [1, 2, 3, 4, 5, 7, 8, 10, 11])
  })

  test('find each line again, and of a hidden one the last before it', () => {
    const rows = rowsOf(outline, new Set([2]))
    for (const line of linesOf(rows)) {
      assert.equal(rows.lineAt(rows.rowOf(line)), line)
      assert.ok(rows.isShown(line))
    }
    assert.equal(rows.lineAt(rows.rowOf(7)), 2)
    assert.ok(!rows.isShown(7))
  })

  test('of nothing are none', () => {
    const rows = rowsOf({ lines: 0, groups: [] }, new Set())
    assert.deepEqual([rows.count, rows.rowOf(5), rows.isShown(1)], [0, 0, false])
  })

  test('can be those of errors only', () => {
    const rows = remarkRows([
      { line: 3, through: 5, text: 'a' },
      { line: 90, through: 90, text: 'b' },
    ])
    assert.deepEqual(linesOf(rows), [3, 4, 5, 90])
    assert.equal(rows.rowOf(90), 3)
  })
})

test('when a log has ended, the groups without an error are folded', () => {
  const errors = { count: 1, found: [{ line: 5, through: 5, text: 'x' }] }
  const groups = [group(1, 3), group(4, 6)]
  assert.deepEqual(foldedAtFirst({ ended: true, whole: true, groups, errors }), [1])
  assert.deepEqual(foldedAtFirst({ ended: true, whole: false, groups, errors }), [])
})

test('the groups around a line are known, so that a link to it opens them', () => {
  const groups = [group(2, 9), group(4, 6), group(11, null)]
  assert.deepEqual(
    groupsAround(groups, 5).map(({ line }) => line),
    [2, 4],
  )
  assert.deepEqual(groupsAround(groups, 11), [])
})

test('a line knows the error that it belongs to', () => {
  const found = [
    { line: 3, through: 5, text: 'a' },
    { line: 9, through: 9, text: 'b' },
  ]
  assert.deepEqual(
    [2, 3, 5, 6, 9, 10].map((line) => remarkAt(found, line)?.text),
    [undefined, 'a', 'a', undefined, 'b', undefined],
  )
})

test('next and previous go round', () => {
  assert.equal(stepTo([3, 9], 3, 1), 9)
  assert.equal(stepTo([3, 9], 9, 1), 3)
  assert.equal(stepTo([3, 9], 3, -1), 9)
  assert.equal(stepTo([], 3, 1), undefined)
})
