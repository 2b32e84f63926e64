import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { count, flag, moment, oneOf, searchSchema, textLike } from './search.ts'

const read = searchSchema({
  view: oneOf(['list', 'calendar']),
  page: count,
  q: textLike(),
  at: moment,
  drift: flag,
})

suite('search parameters', () => {
  test('that are right are kept', () => {
    const given = { view: 'calendar', page: 2, q: 'rc.4', at: '2026-11-16T15:00Z', drift: true }
    assert.deepEqual(read(given), given)
  })

  test('that are wrong or unknown are left out, one by one', () => {
    const given = { view: 'poster', page: -1, q: 7, at: 'yesterday', drift: 'yes', more: 'x' }
    assert.deepEqual(read(given), { q: '7' })
  })
})
