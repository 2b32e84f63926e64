import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { windowTimes } from './window-times.ts'

const at = Date.parse
const times = (when: string, from: string, until: string) =>
  windowTimes(when, at(from), at(until)).map((span) =>
    [span.from, span.until].map((ms) => new Date(ms).toISOString().slice(0, 16)),
  )

suite('the times of a change window', () => {
  test('are those of its zone, on its days only', () => {
    assert.deepEqual(
      times('Mon-Tue 06:00-16:00 Europe/Berlin', '2026-11-15T00:00Z', '2026-11-20T00:00Z'),
      [
        ['2026-11-16T05:00', '2026-11-16T15:00'],
        ['2026-11-17T05:00', '2026-11-17T15:00'],
      ],
    )
  })

  test('follow the clock of the zone when it changes', () => {
    assert.deepEqual(times('06:00-07:00 Europe/Berlin', '2026-10-24T00:00Z', '2026-10-26T00:00Z'), [
      ['2026-10-24T04:00', '2026-10-24T05:00'],
      ['2026-10-25T05:00', '2026-10-25T06:00'],
    ])
  })

  test('go on to the next day when they end before they begin', () => {
    assert.deepEqual(times('Fri 22:00-04:00 UTC', '2026-11-19T00:00Z', '2026-11-22T00:00Z'), [
      ['2026-11-20T22:00', '2026-11-21T04:00'],
    ])
  })

  test('include one that has begun before, and days that are listed', () => {
    assert.deepEqual(times('Sat,Mon 00:00-23:00 UTC', '2026-11-21T12:00Z', '2026-11-23T01:00Z'), [
      ['2026-11-21T00:00', '2026-11-21T23:00'],
      ['2026-11-23T00:00', '2026-11-23T23:00'],
    ])
  })

  test('of a text that is no window are none', () => {
    assert.deepEqual(times('whenever', '2026-11-21T12:00Z', '2026-11-23T01:00Z'), [])
  })
})
