import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { markLines } from './code-lines.ts'

const BEFORE = 'pipeline: p\nstages:\n  - stage: build\n    exit:\n      - approval: QA\n'
const marked = (after: string): readonly (readonly [number, string])[] => [
  ...markLines(BEFORE, after),
]

suite('the lines of a draft', () => {
  test('that are as before have no mark', () => {
    assert.deepEqual(marked(BEFORE), [])
  })

  test('are added, where nothing stood, also at the end', () => {
    assert.deepEqual(marked(BEFORE.replace('    exit', '    when: x\n    exit')), [[4, 'added']])
    assert.deepEqual(marked(`${BEFORE}        need: 2\n        by: []\n`), [
      [6, 'added'],
      [7, 'added'],
    ])
  })

  test('are changed, where something else stood, and those beside it are not', () => {
    assert.deepEqual(marked(BEFORE.replace('build', 'compile')), [[3, 'changed']])
  })

  test('that are gone leave no mark', () => {
    assert.deepEqual(marked(BEFORE.replace('    exit:\n      - approval: QA\n', '')), [])
  })

  test('of an empty draft or before are told too', () => {
    assert.deepEqual([...markLines('', 'a: 1')].length, 1)
    assert.deepEqual([...markLines('a: 1', '')].length <= 1, true)
  })
})
