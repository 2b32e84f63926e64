import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createSharedReads } from './shared-reads.ts'

/** A server that numbers its answers. */
function arrange() {
  let asked = 0
  const reads = createSharedReads(() => Promise.resolve((asked += 1)))
  return { reads, asked: () => asked }
}

suite('what several tabs read', () => {
  test('is read once for all of them', async () => {
    const { reads, asked } = arrange()
    const answers = [reads.answer({ of: 'waiting gates' }), reads.answer({ of: 'waiting gates' })]
    assert.deepEqual(await Promise.all(answers), [1, 1])
    assert.equal(await reads.answer({ of: 'waiting gates' }), 1)
    assert.equal(asked(), 1)
  })

  test('is read for each thing', async () => {
    const { reads } = arrange()
    assert.equal(await reads.answer({ of: 'waiting gates' }), 1)
    assert.equal(await reads.answer({ of: 'waiting tasks' }), 2)
  })

  test('is read again after a change, also while the answer before is under way', async () => {
    const { reads } = arrange()
    const before = reads.answer({ of: 'waiting gates' })
    reads.forget()
    const after = reads.answer({ of: 'waiting gates' })
    assert.deepEqual([await before, await after], [1, 2])
  })

  test('is asked for again when that has failed', async () => {
    let isDown = true
    const reads = createSharedReads(() =>
      isDown ? Promise.reject(new Error('down')) : Promise.resolve('up'),
    )
    await assert.rejects(reads.answer({ of: 'waiting tasks' }))
    isDown = false
    assert.equal(await reads.answer({ of: 'waiting tasks' }), 'up')
  })
})
