import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import fc from 'fast-check'

import { boundedText } from './bounded-text.ts'

suite('boundedText', () => {
  test('short text stays as it is', () => {
    assert.equal(boundedText('61 of 61', 8), '61 of 61')
  })

  test('long text is cut and says so', () => {
    assert.equal(boundedText('61 of 61, none new', 11), '61 of 61…')
  })

  test('a letter is never cut in two', () => {
    assert.equal(boundedText('äöü€', 8), 'äö…')
  })

  test('line ends become spaces', () => {
    assert.equal(boundedText('one\r\ntwo', 20), 'one two')
  })

  test('what is stored never takes more bytes than allowed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 3, max: 60 }), (text, max) => {
        const stored = JSON.stringify(boundedText(text, max))
        assert.ok(Buffer.byteLength(stored) <= max + '""'.length, stored)
      }),
    )
  })
})
