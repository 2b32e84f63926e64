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
    await Promise.resolve()
    await Promise.resolve()
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
    await Promise.resolve()
    await Promise.resolve()
    const good = batch.ask('good')
    gate.open()
    await assert.rejects(bad, /no/)
    assert.equal(await good, 'good')
  })
})
