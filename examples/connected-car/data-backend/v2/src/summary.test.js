import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { summarise } from './summary.js'

const old = {
  stateOfChargePercent: 40,
  efficiencyMpge: 120,
  charging: true,
  cellsPercent: null,
  chargingKw: null,
}
const charging = {
  stateOfChargePercent: 60,
  efficiencyMpge: null,
  charging: true,
  cellsPercent: [58, 62, 60],
  chargingKw: 47.5,
}
const driving = {
  stateOfChargePercent: 80,
  efficiencyMpge: 130,
  charging: false,
  cellsPercent: [80, 81],
  chargingKw: 0,
}

suite('summary', () => {
  test('averages are taken over the newest reading of each car, old and new', () => {
    const { averageChargePercent, averageEfficiencyMpge, chargingCount } = summarise([
      old,
      charging,
      driving,
    ])
    assert.deepEqual([averageChargePercent, averageEfficiencyMpge, chargingCount], [60, 125, 2])
  })

  test('charging speed is the power that all cars take together', () => {
    assert.equal(summarise([old, charging, driving, charging]).chargingKw, 95)
  })

  test('the widest spread of cells is found among the cars that tell of cells', () => {
    const { carsWithCells, widestCellSpreadPercent } = summarise([old, charging, driving])
    assert.deepEqual([carsWithCells, widestCellSpreadPercent], [2, 4])
  })

  test('while no car tells of cells there is no spread', () => {
    assert.equal(summarise([old]).widestCellSpreadPercent, null)
  })
})
