import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createRefresher } from './refresher.ts'

/** A clock and a server that do nothing by themselves. */
function arrange() {
  let time = 0
  const fetched: string[] = []
  const waiting: { at: number; run: () => void }[] = []
  const answers: (() => void)[] = []
  const touch = createRefresher({
    refresh(key) {
      fetched.push(`${key}@${time}`)
      return new Promise((resolve) => answers.push(resolve))
    },
    now: () => time,
    later: (ms, run) => waiting.push({ at: time + ms, run }),
  })
  return {
    fetched,
    touch,
    /** The server answers what was asked for last. */
    answer: async () => {
      answers.pop()?.()
      await new Promise((resolve) => setImmediate(resolve))
    },
    advance: (to: number) => {
      time = to
      const [due, later] = [
        waiting.filter(({ at }) => at <= to),
        waiting.filter(({ at }) => at > to),
      ]
      waiting.splice(0, waiting.length, ...later)
      for (const { run } of due) run()
    },
  }
}

suite('a touched thing', () => {
  test('is fetched at once', () => {
    const { touch, fetched } = arrange()
    touch('run')
    assert.deepEqual(fetched, ['run@0'])
  })

  test('is fetched once more for everything that happens while it is fetched', async () => {
    const { touch, fetched, answer, advance } = arrange()
    touch('run')
    touch('run')
    touch('run')
    await answer()
    advance(500)
    assert.deepEqual(fetched, ['run@0', 'run@500'])
  })

  test('is fetched again soon when answers come quickly, and not so soon when they are slow', async () => {
    const { touch, fetched, answer, advance } = arrange()
    touch('run')
    touch('run')
    advance(20)
    await answer()
    advance(99)
    assert.deepEqual(fetched, ['run@0'])
    advance(100)
    touch('run')
    advance(260)
    await answer()
    advance(579)
    assert.deepEqual(fetched, ['run@0', 'run@100'])
    advance(580)
    assert.deepEqual(fetched, ['run@0', 'run@100', 'run@580'])
  })

  test('is left alone when nothing has happened since', async () => {
    const { touch, fetched, answer, advance } = arrange()
    touch('run')
    await answer()
    advance(500)
    advance(5_000)
    assert.deepEqual(fetched, ['run@0'])
  })

  test('does not hold up another', () => {
    const { touch, fetched } = arrange()
    touch('run')
    touch('gate')
    assert.deepEqual(fetched, ['run@0', 'gate@0'])
  })
})
