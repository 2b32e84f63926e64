import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { parseTime, presentElapsed, presentMoment, presentTime, presentWait } from './time.ts'

const nowMs = Date.parse('2026-11-17T13:32:00Z')
const view = { width: 80, zone: 'Europe/Berlin', nowMs }

suite('times', () => {
  test('a moment has its day', () => {
    assert.equal(presentMoment(nowMs, 'Europe/Berlin'), 'Tue 17 Nov 14:32')
  })

  test('today has a clock, this week a weekday, this year a date, before a year', () => {
    assert.deepEqual(
      [
        '2026-11-17T12:50:00Z',
        '2026-11-18T05:00:00Z',
        '2026-09-03T08:00:00Z',
        '2025-09-03T08:00:00Z',
      ].map((at) => presentTime(at, view)),
      ['13:50', 'Wed 06:00', '3 Sep', '3 Sep 2025'],
    )
  })

  test('work is measured as a clock, then in hours, then in days', () => {
    assert.deepEqual([341_000, 1_323_000, 82_080_000, 100_800_000].map(presentElapsed), [
      '5:41',
      '22:03',
      '22 h 48 m',
      '1 d 4 h',
    ])
  })

  test('a wait is told in words', () => {
    assert.deepEqual([12_000, 2_520_000, 6_120_000, 7_200_000, 260_000_000].map(presentWait), [
      '12 s',
      '42 min',
      '1 h 42 min',
      '2 h',
      '3 d',
    ])
  })
})

suite('parseTime', () => {
  for (const [text, instant] of [
    ['14:30', '2026-11-17T13:30:00.000Z'],
    ['2026-11-17T14:30Z', '2026-11-17T14:30:00.000Z'],
    ['2026-11-19 10:05', '2026-11-19T09:05:00.000Z'],
    ['2h ago', '2026-11-17T11:32:00.000Z'],
  ] as const) {
    test(`"${text}" is a moment in the zone of the reader`, () => {
      assert.equal(new Date(parseTime(text, view) ?? Number.NaN).toISOString(), instant)
    })
  }

  test('what is no time is none', () => {
    assert.equal(parseTime('tomorrow', view), undefined)
  })
})
