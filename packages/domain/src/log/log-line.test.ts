import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { LINE_SHOWN_MAX, plainLine, shownLine } from './log-line.ts'

suite('a line of a log', () => {
  test('keeps its colours, and no other sequence that steers a terminal', () => {
    const red = '\u001B[1;31mred\u001B[0m'
    assert.equal(shownLine(`${red}\u001B[2K\u001B[3;4H!\u0007\u0008`), `${red}!`)
    assert.equal(
      shownLine('\u001B]0;a title\u0007a\u001B]8;;http://x\u001B\\link\u001B(B'),
      'alink',
    )
    assert.equal(shownLine('a\u009Bb'), 'ab')
  })

  test('shows what was written last over itself', () => {
    assert.equal(shownLine('10 %\r90 %\r100 %\r'), '100 %')
  })

  test('is cut when it is endless', () => {
    assert.equal(shownLine('x'.repeat(LINE_SHOWN_MAX + 1)).length, LINE_SHOWN_MAX + 2)
  })

  test('has letters without colours', () => {
    assert.equal(plainLine('\u001B[38;5;9mso\u001B[0mc\tpercent'), 'soc\tpercent')
    assert.equal(plainLine('<b>plain</b>'), '<b>plain</b>')
  })
})
