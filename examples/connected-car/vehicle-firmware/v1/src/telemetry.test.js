import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { newCar } from './car.js'
import { presentTelemetry } from './telemetry.js'

const sentAt = new Date('2026-11-17T13:10:31Z')

suite('telemetry', () => {
  test('format 1 tells charge, efficiency, speed and distance', () => {
    const car = {
      ...newCar('car-1'),
      chargePercent: 63.2041,
      speedKmh: 54.04,
      odometerKm: 12_345.678,
      tripKm: 100,
      tripKwh: 16,
    }
    assert.deepEqual(presentTelemetry(car, sentAt), {
      format: 1,
      car: 'car-1',
      sentAt: '2026-11-17T13:10:31.000Z',
      stateOfChargePercent: 63.2,
      efficiencyMpge: 130.9,
      speedKmh: 54,
      charging: false,
      odometerKm: 12_345.68,
    })
  })

  test('a car that has not driven has no efficiency', () => {
    assert.equal(presentTelemetry(newCar('car-1'), sentAt).efficiencyMpge, null)
  })
})
