import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { newCar } from './car.js'
import { presentTelemetry } from './telemetry.js'

const sentAt = new Date('2026-11-17T13:10:31Z')

suite('telemetry', () => {
  test('format 2 tells all that format 1 told, under the same names', () => {
    const car = {
      ...newCar('car-1'),
      chargePercent: 63.2041,
      speedKmh: 54.04,
      odometerKm: 12_345.678,
      tripKm: 100,
      tripKwh: 16,
    }
    const {
      cellsPercent: _cells,
      chargingKw: _charging,
      ...asBefore
    } = presentTelemetry(car, sentAt)
    assert.deepEqual(asBefore, {
      format: 2,
      car: 'car-1',
      sentAt: '2026-11-17T13:10:31.000Z',
      stateOfChargePercent: 63.2,
      efficiencyMpge: 130.9,
      speedKmh: 54,
      charging: false,
      odometerKm: 12_345.68,
    })
  })

  test('format 2 tells the charge of each cell', () => {
    const { cellsPercent } = presentTelemetry({ ...newCar('car-1'), chargePercent: 63 }, sentAt)
    assert.equal(cellsPercent.length, 8)
    assert.ok(
      cellsPercent.every((percent) => percent > 59 && percent < 67),
      `${cellsPercent}`,
    )
  })

  test('format 2 tells the charging speed, 0 while driving', () => {
    const car = { ...newCar('car-1'), chargePercent: 63 }
    assert.equal(presentTelemetry({ ...car, charging: true }, sentAt).chargingKw, 46.5)
    assert.equal(presentTelemetry({ ...car, charging: false }, sentAt).chargingKw, 0)
  })

  test('a car that has not driven has no efficiency', () => {
    assert.equal(presentTelemetry(newCar('car-1'), sentAt).efficiencyMpge, null)
  })
})
