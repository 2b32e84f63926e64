import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  CAR,
  afterUse,
  batteryPowerKw,
  chargingPowerKw,
  efficiencyMpge,
  wheelPowerKw,
} from './battery.js'

const isBetween = (value, low, high) =>
  assert.ok(value >= low && value <= high, `${value} is not between ${low} and ${high}`)

suite('battery', () => {
  test('a standing car uses only what its own devices need', () => {
    assert.equal(wheelPowerKw(0, 0), 0)
    assert.equal(batteryPowerKw(0, 0), CAR.auxiliaryKw)
  })

  test('steady driving takes as much as such cars are measured to take', () => {
    isBetween((100 * batteryPowerKw(50, 0)) / 50, 7, 11)
    isBetween((100 * batteryPowerKw(100, 0)) / 100, 12, 18)
    isBetween((100 * batteryPowerKw(130, 0)) / 130, 17, 26)
  })

  test('twice the speed takes more than twice the power', () => {
    assert.ok(wheelPowerKw(120, 0) > 2 * wheelPowerKw(60, 0))
  })

  test('braking gives back some of the energy, never all of it', () => {
    const given = -batteryPowerKw(50, -1)
    isBetween(given, 1, -wheelPowerKw(50, -1))
  })

  test('braking hard gives back no more than the inverter takes', () => {
    assert.equal(batteryPowerKw(130, -6), CAR.auxiliaryKw - CAR.regenerationKwMax)
  })

  test('charging slows down when the battery is nearly full', () => {
    assert.equal(chargingPowerKw(20), 50)
    assert.equal(chargingPowerKw(80), 50)
    isBetween(chargingPowerKw(90), 27, 28)
    isBetween(chargingPowerKw(100), 4.9, 5.1)
  })

  test('half of the capacity is half of the charge', () => {
    assert.equal(afterUse(80, 31), 30)
    assert.equal(afterUse(30, -31), 80)
  })

  test('the charge stays between empty and full', () => {
    assert.equal(afterUse(1, 31), 0)
    assert.equal(afterUse(99, -31), 100)
  })

  test('100 km with 16 kWh are 131 MPGe', () => {
    assert.equal(Math.round(efficiencyMpge(100, 16)), 131)
  })

  test('there is no efficiency before the car has driven', () => {
    assert.equal(efficiencyMpge(0, 0), null)
  })
})
