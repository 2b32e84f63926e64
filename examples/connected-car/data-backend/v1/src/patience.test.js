import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { askPatiently } from './patience.js'

const failure = (code) => Object.assign(new Error('no'), { code })

/** Fails with each of these codes in turn, then answers. */
function failing(...codes) {
  let asked = 0
  return async () => {
    asked += 1
    if (asked <= codes.length) throw failure(codes[asked - 1])
    return asked
  }
}

suite('a database that starts anew', () => {
  test('is asked again until it answers', async () => {
    const ask = failing('ECONNREFUSED', 'ENOENT', '57P01', '57P03', '08006', undefined)
    assert.equal(await askPatiently(ask, { everyMs: 1 }), 7)
  })

  test('that says no has answered', async () => {
    const ask = failing('23505')
    await assert.rejects(askPatiently(ask, { everyMs: 1 }), { code: '23505' })
  })

  test('that never comes back is given up, and why is said', async () => {
    const ask = () => Promise.reject(failure('ECONNREFUSED'))
    const asked = askPatiently(ask, { withinMs: 0, everyMs: 1 })
    await assert.rejects(asked, { code: 'ECONNREFUSED' })
  })
})
