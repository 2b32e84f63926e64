import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { count, day, flag, moment, oneOf, searchSchema, textLike } from './search.ts'

const read = searchSchema({
  view: oneOf(['list', 'calendar']),
  page: count,
  q: textLike(),
  at: moment,
  from: day,
  drift: flag,
})

suite('search parameters', () => {
  test('that are right are kept', () => {
    const given = {
      view: 'calendar',
      page: 2,
      q: 'rc.4',
      at: '2026-11-16T15:00Z',
      from: '2028-02-29',
      drift: true,
    }
    assert.deepEqual(read(given), given)
  })

  test('that are wrong or unknown are left out, one by one', () => {
    const given = { view: 'poster', page: -1, q: 7, at: 'yesterday', drift: 'yes', more: 'x' }
    assert.deepEqual(read(given), { q: '7' })
  })

  test('that name a day of no calendar are left out', () => {
    for (const from of ['2026-99-01', '2026-11-00', '2026-02-31', '2026-11-16T15:00Z']) {
      assert.deepEqual(read({ from }), {}, from)
    }
    for (const at of ['2026-99-01T15:00Z', '2026-02-31T15:00Z', '2026-11-16T99:00Z']) {
      assert.deepEqual(read({ at }), {}, at)
    }
  })
})
