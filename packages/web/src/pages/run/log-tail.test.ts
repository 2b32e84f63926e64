import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { lastLines } from './log-tail.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

suite('the tail of a log', () => {
  test('half a line at its beginning is left out, a whole one stays', () => {
    assert.deepEqual(lastLines(bytes('lf\none\ntwo\n'), 10, false), ['one', 'two'])
    assert.deepEqual(lastLines(bytes('one\ntwo\n'), 10, true), ['one', 'two'])
  })

  test('only the last lines are kept, without colours and with what stands there in the end', () => {
    const text = '1\n\u001B[31mred\u001B[0m\n10 %\r90 %\r100 %\n'
    assert.deepEqual(lastLines(bytes(text), 2, true), ['red', '100 %'])
  })
})
