import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  changeWords,
  detailWords,
  listDays,
  stateOfChange,
  type EnvironmentChange,
} from './history-words.ts'

const change = (more: Partial<EnvironmentChange> = {}): EnvironmentChange => ({
  key: 'k',
  at: new Date(2026, 10, 16, 15, 6).toISOString(),
  what: 'arrived',
  application: 'car/vehicle-firmware',
  version: '2.0.0-rc.4',
  from: ['1.8.5'],
  components: ['battery-light'],
  resources: ['bench-car-01', 'bench-car-02'],
  resourceCount: 2,
  drift: false,
  run: 'car/connected-car-2.0/7',
  runId: null,
  by: 'release-manager',
  reason: null,
  ...more,
})

suite('the history of an environment', () => {
  test('is shown by day', () => {
    const now = new Date(2026, 10, 17, 9, 0).getTime()
    const today = change({ at: new Date(2026, 10, 17, 8, 0).toISOString() })
    const old = change({ at: new Date(2025, 10, 17, 8, 0).toISOString() })
    assert.deepEqual(
      listDays([today, change(), change(), old], now).map(({ title, entries }) => [
        title,
        entries.length,
      ]),
      [
        ['Today', 1],
        ['Mon 16 Nov', 2],
        ['Mon, 17 Nov 2025', 1],
      ],
    )
  })

  test('says what a run brought, where to, and from what', () => {
    assert.deepEqual(changeWords(change()), { before: '', after: '2.0.0-rc.4' })
    assert.equal(
      detailWords(change()),
      '2 resources · connected-car-2.0 #7, started by release-manager · from 1.8.5',
    )
  })

  test('says what was found on a host, told or accepted by somebody, or lost', () => {
    const found = change({
      what: 'found',
      drift: true,
      version: '1.9.0-local',
      run: null,
      by: 'bench-car-04',
      resources: ['bench-car-04'],
      resourceCount: 1,
    })
    assert.deepEqual(changeWords(found), { before: 'Drift of ', after: '' })
    assert.equal(
      detailWords(found),
      'battery-light 1.9.0-local on bench-car-04 · found by bench-car-04 · from 1.8.5',
    )
    const told = change({ what: 'told', run: null, by: 'qa-lead', from: [] })
    assert.equal(detailWords(told), '2 resources · told by qa-lead')
    assert.equal(changeWords(change({ what: 'left', version: null })).after, 'taken away')
    const accepted = change({ what: 'accepted', run: null, from: [], reason: 'Hotfix of the fair' })
    assert.deepEqual(changeWords(accepted), { before: 'Drift of ', after: 'accepted' })
    assert.equal(
      detailWords(accepted),
      'battery-light 2.0.0-rc.4 on 2 resources · accepted by release-manager · “Hotfix of the fair”',
    )
    assert.deepEqual(
      [found, told, change({ what: 'lost' }), change({ what: 'left' })].map(stateOfChange),
      ['drifted', 'passed', 'unknown', 'aborted'],
    )
  })
})
