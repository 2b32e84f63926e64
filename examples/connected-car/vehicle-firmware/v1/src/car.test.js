import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { liveOn, newCar, recentEfficiencyMpge } from './car.js'

const HOUR = 3600

suite('car', () => {
  test('the same car lives the same day each time', () => {
    assert.deepEqual(liveOn(newCar('car-1'), HOUR), liveOn(newCar('car-1'), HOUR))
  })

  test('two cars do not start with the same charge', () => {
    assert.notEqual(newCar('car-1').chargePercent, newCar('car-2').chargePercent)
  })

  test('stopped and continued is the same as driven through', () => {
    const half = JSON.parse(JSON.stringify(liveOn(newCar('car-1'), HOUR / 2)))
    assert.deepEqual(liveOn(half, HOUR / 2), liveOn(newCar('car-1'), HOUR))
  })

  test('driving takes from the charge and adds to the odometer', () => {
    const before = { ...newCar('car-1'), chargePercent: 80 }
    const after = liveOn(before, HOUR)
    assert.ok(after.chargePercent < 80 && after.chargePercent > 55, `${after.chargePercent}`)
    const drivenKm = after.odometerKm - before.odometerKm
    assert.ok(drivenKm > 25 && drivenKm < 100, `${drivenKm}`)
  })

  test('a low battery is charged to 90 % before the car drives on', () => {
    let car = { ...newCar('car-1'), chargePercent: 20.01 }
    car = liveOn(car, 600)
    assert.deepEqual([car.charging, car.speedKmh], [true, 0])
    assert.ok(car.chargePercent > 25)
    let hours = 0
    while (car.charging && hours < 5) {
      car = liveOn(car, 60)
      hours += 1 / 60
    }
    assert.ok(car.chargePercent > 88, `${car.chargePercent}`)
    assert.ok(hours > 0.8 && hours < 1.5, `${hours} h from 25 to 90 % at 50 kW`)
  })

  test('the charge never leaves its limits, and the efficiency stays that of such a car', () => {
    let car = newCar('car-7')
    for (let hour = 0; hour < 24; hour += 1) {
      car = liveOn(car, HOUR)
      assert.ok(
        car.chargePercent >= 19 && car.chargePercent <= 91,
        `${car.chargePercent} % after ${hour} h`,
      )
      const mpge = recentEfficiencyMpge(car)
      assert.ok(mpge > 80 && mpge < 220, `${mpge} MPGe after ${hour} h`)
    }
  })
})
