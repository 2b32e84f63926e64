import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { cellsPercent, chargingKw } from './cells.js'

const average = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
const spread = (values) => Math.max(...values) - Math.min(...values)

suite('cells', () => {
  test('together the cells have the charge of the battery', () => {
    for (const name of ['car-1', 'car-2', 'car-3']) {
      assert.ok(Math.abs(average(cellsPercent({ name, chargePercent: 40 })) - 40) < 1e-9)
    }
  })

  test('cells differ by a few per cent, more when the battery is emptier', () => {
    const at40 = spread(cellsPercent({ name: 'car-1', chargePercent: 40 }))
    const at80 = spread(cellsPercent({ name: 'car-1', chargePercent: 80 }))
    assert.ok(at40 > at80 && at40 < 8, `${at40} and ${at80}`)
  })

  test('a full battery has full cells', () => {
    assert.deepEqual(cellsPercent({ name: 'car-1', chargePercent: 100 }), Array(8).fill(100))
  })

  test('a cell is never below empty', () => {
    assert.ok(cellsPercent({ name: 'car-1', chargePercent: 0 }).every((percent) => percent >= 0))
  })

  test('charging speed is what arrives in the battery', () => {
    assert.equal(chargingKw({ charging: true, chargePercent: 50 }), 46.5)
    assert.equal(chargingKw({ charging: false, chargePercent: 50 }), 0)
  })
})
