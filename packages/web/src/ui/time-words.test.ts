import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { clockDuration, durationWords, timeWords } from './time-words.ts'

const at = (day: number, hour: number, minute: number, month = 10, year = 2026): number =>
  new Date(year, month, day, hour, minute).getTime()
const now = at(17, 14, 32)

suite('timeWords', () => {
  test('says as much as is needed', () => {
    assert.equal(timeWords(at(17, 9, 5), now), '09:05')
    assert.equal(timeWords(at(16, 15, 6), now), 'Mon 15:06')
    assert.equal(timeWords(at(18, 6, 0), now), 'Wed 06:00')
    assert.equal(timeWords(at(2, 12, 0), now), '2 Nov')
    assert.equal(timeWords(at(24, 12, 0, 11, 2025), now), '24 Dec 2025')
  })

  test('calls yesterday by its day, however short it is ago', () => {
    assert.equal(timeWords(at(16, 23, 59), at(17, 0, 1)), 'Mon 23:59')
  })
})

suite('a duration', () => {
  test('is a clock in tables', () => {
    assert.equal(clockDuration(252_000), '4:12')
    assert.equal(clockDuration(3_852_000), '1:04:12')
    assert.equal(clockDuration(-5), '0:00')
  })

  test('has units in text', () => {
    assert.deepEqual([12_300, 2_520_000, 6_120_000, 7_200_000, 273_600_000].map(durationWords), [
      '12\u202fs',
      '42\u202fmin',
      '1\u202fh 42\u202fm',
      '2\u202fh',
      '3\u202fd 4\u202fh',
    ])
  })
})
