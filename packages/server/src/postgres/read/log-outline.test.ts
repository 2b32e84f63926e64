import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { LogOutline } from './log-outline.ts'
import { LogSplitter } from './log-splitter.ts'

const outlineOf = (...parts: readonly string[]): LogOutline => {
  const outline = new LogOutline()
  for (const part of parts) outline.push(Buffer.from(part))
  return outline
}

suite('bytes of a log as lines', () => {
  test('are the same lines, however they came', () => {
    const whole = Buffer.from('one\nzwei ä\n\nfour\nrest')
    for (let size = 1; size <= whole.length; size += 1) {
      const splitter = new LogSplitter(10)
      const lines = []
      for (let at = 0; at < whole.length; at += size) {
        lines.push(...splitter.push(whole.subarray(at, at + size)))
      }
      assert.deepEqual(
        [...lines, splitter.rest()],
        [
          { at: 10, text: 'one' },
          { at: 14, text: 'zwei ä' },
          { at: 22, text: '' },
          { at: 23, text: 'four' },
          { at: 28, text: 'rest' },
        ],
        `in parts of ${size}`,
      )
      assert.equal(splitter.readTo, 10 + whole.length)
    }
  })

  test('an endless line is cut, and the next one stands where it begins', () => {
    const splitter = new LogSplitter(0)
    for (let mega = 0; mega < 4; mega += 1) splitter.push(Buffer.alloc(1_000_000, 'x'))
    const [first, second] = splitter.push(Buffer.from('\nnext\n'))
    assert.ok((first?.text.length ?? 0) < 5_000)
    assert.deepEqual(second, { at: 4_000_001, text: 'next' })
  })
})

suite('the outline of a log', () => {
  test('names errors with what belongs to them, and warnings', () => {
    const { errors, warnings } = outlineOf(
      '✓ fine\n! deprecated field\n✗ GET /v2/char',
      'ge\n  contract reads a number\n  at serialize.ts:47\n✓ fine\n  not of it\n\u001B[31merror\u001B[0m ended\n',
    )
    assert.deepEqual(errors, {
      count: 2,
      found: [
        { line: 3, through: 5, text: '✗ GET /v2/charge' },
        { line: 8, through: 8, text: 'error ended' },
      ],
    })
    assert.deepEqual(warnings, {
      count: 1,
      found: [{ line: 2, through: 2, text: '! deprecated field' }],
    })
  })

  test('knows groups in groups; those that are open end with the log', () => {
    const outline = outlineOf(
      '::group::a\n::group::b\n::endgroup::\nx\n::endgroup::\n::group::c\ny',
    )
    const at = { ms: null, tookMs: null }
    assert.deepEqual(outline.groups, [
      { line: 1, title: 'a', through: 5, marker: 5, ...at },
      { line: 2, title: 'b', through: 3, marker: 3, ...at },
      { line: 6, title: 'c', through: null, marker: null, ...at },
    ])
    assert.equal(outline.lines, 6)
    outline.end()
    assert.equal(outline.lines, 7)
    assert.deepEqual(outline.groups[2], { line: 6, title: 'c', through: 7, marker: null, ...at })
  })

  test('says how long a group took, from the times of its parts', () => {
    const outline = new LogOutline()
    outline.push(Buffer.from('::group::a\nx\n'), 0, [0, 100, 11, 150])
    outline.push(Buffer.from('::endgroup::\n'), 13, [0, 4_100])
    assert.deepEqual(
      outline.groups.map(({ ms, tookMs }) => [ms, tookMs]),
      [[100, 4_000]],
    )
  })

  test('counts all errors and names the first', () => {
    const { errors } = outlineOf('error: x\n'.repeat(1_000))
    assert.equal(errors.count, 1_000)
    assert.ok(errors.found.length < 1_000)
  })

  test('says where to begin reading for a line', () => {
    const outline = outlineOf(
      ...Array.from({ length: 10 }, () => `${'x'.repeat(63)}\n`.repeat(4_096)),
    )
    assert.deepEqual(outline.placeOf(1), { line: 1, at: 0 })
    for (const line of [4_096, 4_097, 20_000, 40_960]) {
      const place = outline.placeOf(line)
      assert.ok(place.line <= line && line - place.line <= 4_096, `line ${line}`)
      assert.equal(place.at, (place.line - 1) * 64)
    }
  })
})
