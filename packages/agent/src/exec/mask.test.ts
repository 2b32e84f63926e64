import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { masker } from './mask.ts'

function mask(secrets: readonly string[], chunks: readonly string[]): string {
  const hiding = masker(secrets)
  const parts = chunks.map((chunk) => Buffer.from(hiding.push(Buffer.from(chunk))))
  return Buffer.concat([...parts, Buffer.from(hiding.flush())]).toString()
}

suite('masking', () => {
  test('hides a secret, its base64 at any place, its URL and JSON forms', () => {
    const secret = 'p"ss wörd/1'
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
      assert.equal(mask([secret], [`a ${form} b`]), 'a •••••••• b')
    }
    for (const before of ['', 'x', 'xy']) {
      const encoded = Buffer.from(`${before}${secret}tail`).toString('base64')
      assert.match(mask([secret], [encoded]), /••••••••/)
    }
  })

  test('hides each line of a secret of several', () => {
    assert.equal(mask(['first line\nsecond line'], ['> second line <']), '> •••••••• <')
  })

  test('does the same however the output is cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('hunter2', 'hun', 'ter2', ' ', 'x\n', 'hunte'), { maxLength: 12 }),
        fc.nat(5),
        (words, size) => {
          const text = words.join('')
          const chunks = text.match(new RegExp(`[^]{1,${size + 1}}`, 'g')) ?? []
          const masked = mask(['hunter2'], chunks)
          assert.equal(masked, text.replaceAll('hunter2', '••••••••'))
        },
      ),
    )
  })

  test('without secrets, and for values too short to be one, leaves the bytes alone', () => {
    assert.equal(mask([], ['abc']), 'abc')
    assert.equal(mask(['abc'], ['abc']), 'abc')
  })
})
