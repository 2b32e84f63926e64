import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { presentCar } from './present-car.js'

const reading = {
  car: 'car-1',
  sentAt: '2026-11-17T13:10:31.000Z',
  stateOfChargePercent: 63.2,
  efficiencyMpge: 118.4,
  speedKmh: 54.3,
  charging: false,
  odometerKm: 12_345.6,
}

suite('the car in words', () => {
  test('charge, status and facts of a driving car', () => {
    assert.deepEqual(presentCar('car-1', reading), {
      title: 'car-1',
      status: 'Driving at 54 km/h',
      charge: '63 %',
      percent: 63.2,
      colour: 'green',
      facts: [
        { name: 'Range', value: '220 km' },
        { name: 'Efficiency', value: '118 MPGe' },
        { name: 'Odometer', value: '12,345 km' },
      ],
    })
  })

  test('a charging car says so, a standing one is parked', () => {
    assert.equal(
      presentCar('car-1', { ...reading, charging: true, speedKmh: 0 }).status,
      'Charging',
    )
    assert.equal(presentCar('car-1', { ...reading, speedKmh: 0 }).status, 'Parked')
  })

  for (const [percent, colour] of [
    [50, 'green'],
    [49, 'amber'],
    [20, 'amber'],
    [19, 'red'],
  ]) {
    test(`at ${percent} % it is ${colour}`, () => {
      assert.equal(
        presentCar('car-1', { ...reading, stateOfChargePercent: percent }).colour,
        colour,
      )
    })
  }

  test('a car without efficiency has the range of its type', () => {
    assert.equal(presentCar('car-1', { ...reading, efficiencyMpge: null }).facts[0].value, '225 km')
  })

  test('a car that was not heard of is shown as silent', () => {
    assert.deepEqual(presentCar('car-1', undefined).status, 'Not heard of yet')
  })
})
