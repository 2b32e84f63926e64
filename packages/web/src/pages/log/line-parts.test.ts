import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { partsOf } from './line-parts.ts'

const short = (line: string, words?: string): readonly string[] =>
  partsOf(line, words).map(
    ({ text, tone, isBold, hit }) =>
      `${text}|${tone}${isBold ? '|bold' : ''}${hit === null ? '' : `|hit ${hit}`}`,
  )

suite('parts of a line', () => {
  test('take the colours that mean a state, and leave the others ink', () => {
    assert.deepEqual(
      short(
        'a\u001B[1;31mred\u001B[0m\u001B[92mgreen\u001B[38;5;208morange\u001B[36mcyan\u001B[90mgrey',
      ),
      ['a|ink', 'red|fail|bold', 'green|ok', 'orange|ink', 'cyan|ink', 'grey|faint'],
    )
  })

  test('never become markup', () => {
    const line = '<img src=x onerror=alert(1)> &lt; \u001B[31m<b>'
    assert.equal(
      partsOf(line)
        .map(({ text }) => text)
        .join(''),
      '<img src=x onerror=alert(1)> &lt; <b>',
    )
  })

  test('mark what is searched for, across colours and whatever its case', () => {
    assert.deepEqual(short('so\u001B[31mC and SOC.', 'soc'), [
      'so|ink|hit 0',
      'C|fail|hit 0',
      ' and |fail',
      'SOC|fail|hit 1',
      '.|fail',
    ])
    assert.deepEqual(short('socsoc', 'soc'), ['soc|ink|hit 0', 'soc|ink|hit 1'])
  })
})
