import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Environment } from '../../lib/inventory.ts'
import type { Release, Run } from '../../lib/runs.ts'
import { layoutCalendar } from './change-calendar.ts'

/** In the zone of whoever runs the test: the calendar shows the days of its reader. */
const local = (text: string): number => new Date(text).getTime()
const FROM = local('2026-11-17T14:30')

const release = (planned: Record<string, string>): Release =>
  ({ id: 'rel_1', title: 'Connected Car 2.0', planned }) as unknown as Release
const gate = (state: string) => ({ state })
const stage = (changes: Partial<Run['stages'][number]>): unknown => ({
  name: 'staging',
  title: 'Staging',
  state: 'running',
  startedAt: null,
  finishedAt: null,
  entry: gate('passed'),
  exit: gate('not_reached'),
  ...changes,
})
const runOf = (...stages: unknown[]): Run => ({ state: 'running', stages }) as unknown as Run
const place = (changes: Partial<Environment>): Environment =>
  ({
    id: 'env_1',
    title: 'Production',
    windows: [],
    freezes: [],
    frozen: null,
    ...changes,
  }) as Environment

const lay = (
  releases: { release: Release; run: Run | undefined }[],
  environments: readonly Environment[] = [],
) => layoutCalendar({ from: FROM, days: 10, now: FROM, environments, releases })

suite('the change calendar', () => {
  test('begins at midnight of its first day and knows today and weekends', () => {
    const { days, now } = lay([])
    assert.deepEqual(
      days.slice(0, 5).map(({ label, isToday, isWeekend }) => [label, isToday, isWeekend]),
      [
        ['Tue 17', true, false],
        ['Wed 18', false, false],
        ['Thu 19', false, false],
        ['Fri 20', false, false],
        ['Sat 21', false, true],
      ],
    )
    assert.equal(Math.round((now ?? 0) * 100), 604)
  })

  test('shows a planned stage from its date to that of the next one, in a row of its release', () => {
    const { bars, rows } = lay([
      { release: release({ staging: '2026-11-18', production: '2026-11-20' }), run: undefined },
    ])
    assert.deepEqual(
      bars.map(({ words, left, width, kind, row }) => ({ words, left, width, kind, row })),
      [
        { words: 'Staging of Connected Car 2.0', left: 10, width: 20, kind: 'planned', row: 0 },
        { words: 'Production of Connected Car 2.0', left: 30, width: 10, kind: 'planned', row: 0 },
      ],
    )
    assert.equal(rows, 1)
  })

  test('shows what has happened instead of what was planned, and what is late', () => {
    const began = new Date(local('2026-11-17T00:00')).toISOString()
    const run = runOf(stage({ startedAt: began, exit: gate('waiting') as never }))
    const { bars } = lay([
      { release: release({ staging: '2026-11-16', production: '2026-11-17' }), run },
    ])
    assert.deepEqual(
      bars.map(({ words, kind }) => [words, kind]),
      [
        ['Staging of Connected Car 2.0', 'waiting'],
        ['Production of Connected Car 2.0', 'late'],
      ],
    )
  })

  test('leaves out what is before or after its days', () => {
    const { bars, rows } = lay([{ release: release({ staging: '2026-12-24' }), run: undefined }])
    assert.deepEqual([bars, rows], [[], 0])
  })

  test('shows freezes whole days long, and one without end to the last day', () => {
    const freeze = { name: 'Year end', from: '2026-11-25', until: '2026-11-25' }
    const { freezes } = lay([], [place({ freezes: [freeze] })])
    assert.deepEqual(
      freezes.map(({ left, width, words }) => ({ left, width, words })),
      [{ left: 80, width: 10, words: 'Production is frozen: Year end' }],
    )
    const from = new Date(local('2026-11-26T00:00')).toISOString()
    const byHand = lay([], [place({ frozen: { from, until: null, reason: 'Audit' } })])
    assert.deepEqual(
      byHand.freezes.map(({ left, width }) => [left, width]),
      [[90, 10]],
    )
  })
})
