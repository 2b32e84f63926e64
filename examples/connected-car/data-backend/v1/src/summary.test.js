import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { summarise } from './summary.js'

suite('summary', () => {
  test('averages are taken over the newest reading of each car', () => {
    const cars = [
      { stateOfChargePercent: 40, efficiencyMpge: 120, charging: true },
      { stateOfChargePercent: 60, efficiencyMpge: null, charging: false },
    ]
    assert.deepEqual(summarise(cars), {
      carCount: 2,
      averageChargePercent: 50,
      averageEfficiencyMpge: 120,
      chargingCount: 1,
    })
  })

  test('without cars there are no averages', () => {
    assert.deepEqual(summarise([]), {
      carCount: 0,
      averageChargePercent: null,
      averageEfficiencyMpge: null,
      chargingCount: 0,
    })
  })
})
