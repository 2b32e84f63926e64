import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { Calendar } from '../documents.ts'
import { presentCalendar } from './calendar.ts'

type Entry = Calendar['items'][number]
const view = { width: 140, zone: 'Europe/Berlin', nowMs: Date.parse('2026-11-18T13:00:00Z') }

const entry = (more: Partial<Entry>): Entry => ({
  kind: 'stage',
  project: 'connected-car',
  subject: 'connected-car/connected-car-2.0',
  title: 'Connected Car 2.0',
  stage: 'production',
  environment: 'connected-car/production',
  at: '2026-11-18T05:00:00.000Z',
  isDay: false,
  begun: null,
  until: null,
  state: 'planned',
  ...more,
})

test('the calendar says what was planned, what has become of it, and what takes nothing', () => {
  const staging = entry({
    stage: 'staging',
    environment: null,
    at: '2026-11-16T00:00:00.000Z',
    isDay: true,
    begun: '2026-11-16T14:02:00.000Z',
    until: '2026-11-17T13:50:00.000Z',
    state: 'done',
  })
  const freeze = entry({
    kind: 'freeze',
    subject: 'connected-car/production',
    title: 'end of year',
    stage: null,
    at: '2026-12-18T00:00:00.000Z',
    isDay: true,
    until: '2027-01-06T00:00:00.000Z',
    state: 'frozen',
  })
  assert.equal(
    presentCalendar([staging, entry({ state: 'late' }), freeze], view),
    `planned            what                              stage        environment                stands
Mon 16 Nov         connected-car/connected-car-2.0   staging                                 ✓ Tue 17 Nov 14:50
Wed 18 Nov 06:00   connected-car/connected-car-2.0   production   connected-car/production   ! late, not begun
Fri 18 Dec         freeze: end of year                            connected-car/production   until Wed 6 Jan`,
  )
  assert.equal(presentCalendar([], view), 'Nothing is planned, and nothing is frozen.')
})
