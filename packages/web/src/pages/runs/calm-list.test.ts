import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { splitNew } from './calm-list.ts'

const rows = ['run_5', 'run_4', 'run_2'].map((id) => ({ id }))
const idsOf = (list: readonly { readonly id: string }[]): readonly string[] =>
  list.map(({ id }) => id)

suite('rows that come while somebody reads', () => {
  test('wait above the first row that was seen', () => {
    const { fresh, shown } = splitNew(rows, 'run_4')
    assert.deepEqual([idsOf(fresh), idsOf(shown)], [['run_5'], ['run_4', 'run_2']])
  })

  test('are shown at once to who has seen none, or whose rows are all gone', () => {
    assert.deepEqual(idsOf(splitNew(rows, null).shown), ['run_5', 'run_4', 'run_2'])
    assert.deepEqual(idsOf(splitNew(rows, 'run_1').shown), ['run_5', 'run_4', 'run_2'])
  })

  test('wait above where the first row stood, when it is not in the list any more', () => {
    assert.deepEqual(idsOf(splitNew(rows, 'run_3').fresh), ['run_5', 'run_4'])
  })
})
