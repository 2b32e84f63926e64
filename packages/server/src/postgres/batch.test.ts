import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Batch } from './batch.ts'

function createGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

suite('Batch', () => {
  test('what comes while a question is under way is asked together, and each gets its own answer', async () => {
    const first = createGate()
    const statements: (readonly number[])[] = []
    const doubled = new Batch<number, number>(async (asked) => {
      statements.push(asked)
      if (statements.length === 1) await first.opened
      return asked.map((number) => 2 * number)
    })
    const one = doubled.ask(1)
    await new Promise(setImmediate)
    const others = [doubled.ask(2), doubled.ask(3)]
    first.open()
    assert.deepEqual(await Promise.all([one, ...others]), [2, 4, 6])
    assert.deepEqual(statements, [[1], [2, 3]])
  })

  test('a statement that fails is told to those that it was for, and to nobody else', async () => {
    const gate = createGate()
    const batch = new Batch<string, string>(async (asked) => {
      await gate.opened
      if (asked.includes('bad')) throw new Error('no')
      return asked
    })
    const bad = batch.ask('bad')
    await new Promise(setImmediate)
    const good = batch.ask('good')
    gate.open()
    await assert.rejects(bad, /no/)
    assert.equal(await good, 'good')
  })

  test('what has the same key goes one after the other, and no more goes together than may', async () => {
    const first = createGate()
    const statements: (readonly string[])[] = []
    const batch = new Batch<string, string>(
      async (asked) => {
        statements.push(asked)
        if (statements.length === 1) await first.opened
        return asked
      },
      { keyOf: (asked) => asked.slice(0, 1), sizeOf: ({ length }) => length, sizeMax: 5 },
    )
    const answers = [batch.ask('begin')]
    await new Promise(setImmediate)
    for (const asked of ['a1', 'a2', 'b1', 'c-too-long', 'd']) answers.push(batch.ask(asked))
    first.open()
    assert.deepEqual(await Promise.all(answers), ['begin', 'a1', 'a2', 'b1', 'c-too-long', 'd'])
    assert.deepEqual(statements, [['begin'], ['a1', 'b1', 'd'], ['a2'], ['c-too-long']])
  })
})
