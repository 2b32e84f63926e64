import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { BLOCK_LINES, createLogLines, type Line } from './log-lines.ts'

/** A log whose lines say their number, answered when the test lets it. */
function openLog() {
  const asked: number[] = []
  const waiting: (() => void)[] = []
  let length = 200_000
  const log = createLogLines(async (from, count) => {
    asked.push(from)
    await new Promise<void>((resolve) => waiting.push(resolve))
    const to = Math.min(length, from + count - 1)
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, at): Line => ({
      text: `line ${from + at}`,
      ms: null,
    }))
  })
  const answer = async (): Promise<void> => {
    const told = new Promise<void>((resolve) => {
      const stop = log.subscribe(() => {
        stop()
        resolve()
      })
    })
    waiting.shift()?.()
    await told
  }
  return {
    log,
    asked,
    answer,
    shorten: (to: number): void => {
      length = to
    },
  }
}

suite('lines of a log', () => {
  test('are fetched where somebody looks, once', async () => {
    const { log, asked, answer } = openLog()
    log.want([199_980, 200_000], 200_000)
    assert.equal(log.lineAt(200_000), undefined)
    await answer()
    assert.equal(log.lineAt(200_000)?.text, 'line 200000')
    log.want([199_990, 200_000], 200_000)
    assert.deepEqual(asked, [199_751])
  })

  test('that were only scrolled past are not fetched', async () => {
    const { log, asked, answer } = openLog()
    for (let line = 1; line < 100_000; line += 1_000) log.want([line, line + 40], 200_000)
    assert.equal(asked.length, 2)
    await answer()
    await answer()
    await answer()
    assert.deepEqual(asked.slice(2), [99_001])
    assert.equal(log.lineAt(99_001)?.text, 'line 99001')
  })

  test('that come later complete the last block', async () => {
    const { log, asked, answer, shorten } = openLog()
    shorten(10)
    log.want([1, 10], 10)
    await answer()
    assert.equal(log.lineAt(11), undefined)
    shorten(20)
    log.want([1, 20], 20)
    await answer()
    assert.equal(log.lineAt(20)?.text, 'line 20')
    assert.deepEqual(asked, [1, 1])
  })

  test('are not asked for again and again when the server has fewer', async () => {
    const { log, asked, answer, shorten } = openLog()
    shorten(5)
    log.want([1, 20], 20)
    await answer()
    await answer()
    assert.deepEqual(asked, [1, 1])
    assert.equal(log.lineAt(5)?.text, 'line 5')
  })

  test('lie in blocks of one size', async () => {
    const { log, answer } = openLog()
    log.want([1, BLOCK_LINES + 1], 200_000)
    await answer()
    await answer()
    assert.equal(log.lineAt(BLOCK_LINES + 1)?.text, `line ${BLOCK_LINES + 1}`)
  })
})
