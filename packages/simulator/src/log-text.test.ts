import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { LogText } from './log-text.ts'

const JOB = 'job_01K9S0000000000000000000J1'
const OTHER = 'job_01K9S0000000000000000000J2'

suite('LogText', () => {
  test('is the same in one piece and in parts, wherever it is cut', () => {
    const text = new LogText(7)
    const whole = text.read(JOB, 0, 50_000)
    assert.equal(whole.length, 50_000)
    for (const cut of [1, 16_383, 16_384, 16_385, 40_000]) {
      const parts = [new LogText(7).read(JOB, 0, cut), new LogText(7).read(JOB, cut, 50_000)]
      assert.ok(Buffer.concat(parts).equals(whole))
    }
  })

  test('differs by seed, by job and by place', () => {
    const text = new LogText(7)
    const block = text.read(JOB, 0, 16_384)
    assert.ok(!text.read(JOB, 16_384, 32_768).equals(block))
    assert.ok(!text.read(OTHER, 0, 16_384).equals(block))
    assert.ok(!new LogText(8).read(JOB, 0, 16_384).equals(block))
  })
})
