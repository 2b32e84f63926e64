import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BackOff } from './back-off.ts'

test('pauses double up to a minute, are spread in full, and begin anew after a success', () => {
  const most = new BackOff(1_000, () => 1)
  assert.deepEqual(
    Array.from({ length: 8 }, () => most.nextMs()),
    [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000],
  )
  most.reset()
  assert.equal(most.nextMs(), 1_000)
  assert.equal(new BackOff(1_000, () => 0).nextMs(), 0)
  assert.equal(new BackOff(1_000, () => 0.5).nextMs(7_000), 7_500)
})
