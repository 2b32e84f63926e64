import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseTelemetry } from './telemetry.js'

const format1 = {
  format: 1,
  car: 'car-1',
  sentAt: '2026-11-17T13:10:31.000Z',
  stateOfChargePercent: 63.2,
  efficiencyMpge: 118.4,
  speedKmh: 54,
  charging: false,
  odometerKm: 12_345.6,
}
const message = { ...format1, format: 2, cellsPercent: [63, 64, 62.5], chargingKw: 0 }

suite('telemetry', () => {
  test('format 2 gives the reading that was sent', () => {
    const { format: _, ...reading } = message
    assert.deepEqual(parseTelemetry(message), { reading })
  })

  test('format 1 is still taken; what it does not say is null', () => {
    const { format: _, ...reading } = format1
    assert.deepEqual(parseTelemetry(format1), {
      reading: { ...reading, cellsPercent: null, chargingKw: null },
    })
  })

  test('cells in a message of format 1 are not believed', () => {
    assert.equal(parseTelemetry({ ...message, format: 1 }).reading.cellsPercent, null)
  })

  test('fields that this version does not know are left out', () => {
    assert.equal('colour' in parseTelemetry({ ...message, colour: 'red' }).reading, false)
  })

  test('a format that this version does not speak is refused by its number', () => {
    assert.match(parseTelemetry({ ...message, format: 9 }).problem, /Format 9 is not taken/)
  })

  for (const [field, wrong] of [
    ['car', 'Car 1'],
    ['sentAt', 'yesterday'],
    ['stateOfChargePercent', 101],
    ['stateOfChargePercent', '63'],
    ['efficiencyMpge', -1],
    ['charging', 1],
    ['odometerKm', undefined],
    ['cellsPercent', []],
    ['cellsPercent', [50, 101]],
    ['chargingKw', -3],
  ]) {
    test(`${field} is refused as ${JSON.stringify(wrong)}`, () => {
      assert.match(
        parseTelemetry({ ...message, [field]: wrong }).problem,
        new RegExp(`^${field} is `),
      )
    })
  }

  test('what is not an object is refused', () => {
    assert.equal(parseTelemetry(null).problem, 'Telemetry is a JSON object.')
  })
})
