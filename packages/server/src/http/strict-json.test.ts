import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { MalformedJson, parseStrictJson } from './strict-json.ts'

/** Values that are refused on purpose: texts, keys and numbers that would not come back as they went in. */
function isUnusual(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed()
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(
    ([key, inner]) =>
      ['__proto__', 'constructor', 'prototype'].includes(key) || isUnusual(key) || isUnusual(inner),
  )
}

function isReadable(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

suite('parseStrictJson', () => {
  test('reads what JSON.parse reads, for every ordinary value', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 6 }).filter((value) => !isUnusual(value)),
        (value) => {
          const text = JSON.stringify(value)
          assert.deepEqual(parseStrictJson(text), JSON.parse(text))
        },
      ),
    )
  })

  test('finds every duplicate key, however it is spelled', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 8 }), (key) => {
        const escaped = Array.from(
          { length: key.length },
          (_, at) => `\\u${key.charCodeAt(at).toString(16).padStart(4, '0')}`,
        ).join('')
        assert.throws(
          () => parseStrictJson(`{"x":[{${JSON.stringify(key)}:1,"${escaped}":2}]}`),
          MalformedJson,
        )
      }),
    )
  })

  test('refuses what JSON.parse refuses, in its own words', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      '"a"',
      '"b"',
      '1',
      'x',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        fc.pre(!isReadable(text))
        assert.throws(() => parseStrictJson(text), MalformedJson)
      }),
    )
  })

  test('the same key in two objects is not a duplicate', () => {
    assert.deepEqual(parseStrictJson('[{"a":{"a":1}},{"a":"a\\":{"}]'), [
      { a: { a: 1 } },
      { a: 'a":{' },
    ])
  })
})
