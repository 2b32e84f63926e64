import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { calendarState, touchesPeriod, type PlannedStage } from './calendar.ts'

const NOON = Date.parse('2026-11-18T12:00:00Z')
const planned = (more: Partial<PlannedStage> = {}): PlannedStage => ({
  at: Date.parse('2026-11-18T06:00:00Z'),
  isDay: false,
  begun: null,
  ended: null,
  outcome: null,
  ...more,
})

suite('a planned stage', () => {
  test('is late when its time is over and it has not begun; of a day, when the day is over', () => {
    const day = planned({ at: Date.parse('2026-11-18T00:00:00Z'), isDay: true })
    assert.equal(calendarState(planned(), NOON), 'late')
    assert.equal(calendarState(planned(), NOON - 86_400_000), 'planned')
    assert.equal(calendarState(day, NOON), 'planned')
    assert.equal(calendarState(day, Date.parse('2026-11-19T00:00:00Z')), 'late')
  })

  test('that nobody has planned is never late', () => {
    assert.equal(calendarState(planned({ at: null }), NOON), 'planned')
  })

  test('that has begun is under way, and then done or failed', () => {
    assert.equal(calendarState(planned({ begun: NOON }), NOON), 'under_way')
    const over = { begun: NOON - 10, ended: NOON }
    assert.equal(calendarState(planned({ ...over, outcome: 'succeeded' }), NOON), 'done')
    assert.equal(calendarState(planned({ ...over, outcome: 'other' }), NOON), 'failed')
  })
})

test('what goes on for ever touches every period after its beginning', () => {
  const forEver = { from: 10, until: null }
  assert.equal(touchesPeriod(forEver, { from: 50, until: 60 }), true)
  assert.equal(touchesPeriod(forEver, { from: 0, until: 10 }), false)
  assert.equal(touchesPeriod({ from: 10, until: 20 }, { from: 21, until: undefined }), false)
})
