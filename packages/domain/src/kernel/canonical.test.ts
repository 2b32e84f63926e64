import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { canonicalText } from './canonical.ts'

suite('canonicalText', () => {
  test('keys are sorted and white space is gone', () => {
    assert.equal(
      canonicalText({ b: [1, { d: null, c: true }], a: 'x' }),
      '{"a":"x","b":[1,{"c":true,"d":null}]}',
    )
  })

  test('the order in which keys were written does not matter', () => {
    assert.equal(canonicalText({ one: 1, two: 2 }), canonicalText({ two: 2, one: 1 }))
  })

  // U+1F600 begins with the unit D83D, below U+FB33, although its code point is above.
  test('keys are ordered by UTF-16 units, not by code points', () => {
    assert.equal(
      canonicalText({ '\ufb33': 1, '\u{1f600}': 2, '\u20ac': 3, '\r': 4, '1': 5, '\u0080': 6 }),
      '{"\\r":4,"1":5,"\u0080":6,"\u20ac":3,"\u{1f600}":2,"\ufb33":1}',
    )
  })

  test('numbers are printed as ECMAScript prints them', () => {
    assert.equal(
      canonicalText([-0, 1e21, 1e-7, 0.1, 100, 333333333.3333333, 4.5, 2e-3]),
      '[0,1e+21,1e-7,0.1,100,333333333.3333333,4.5,0.002]',
    )
  })

  test('control characters are escaped as short as possible', () => {
    assert.equal(canonicalText('\u000f\n"\\/é'), '"\\u000f\\n\\"\\\\/é"')
  })

  test('a field without a value is not there', () => {
    const value: { [key: string]: number } = { a: 1 }
    Object.assign(value, { b: undefined })
    assert.equal(canonicalText(value), '{"a":1}')
  })

  test('what JSON cannot carry is refused', () => {
    assert.throws(() => canonicalText(Number.NaN))
    assert.throws(() => canonicalText([Number.POSITIVE_INFINITY]))
    assert.throws(() => canonicalText('\ud800'))
  })
})
