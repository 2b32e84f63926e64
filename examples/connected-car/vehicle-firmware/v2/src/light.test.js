import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { lightFor, presentInTerminal } from './light.js'

suite('light', () => {
  for (const [percent, colour] of [
    [100, 'green'],
    [50, 'green'],
    [49.9, 'amber'],
    [20, 'amber'],
    [19.9, 'red'],
    [0, 'red'],
  ]) {
    test(`at ${percent} % it is ${colour}`, () => {
      assert.equal(lightFor({ stateOfChargePercent: percent, charging: false }).colour, colour)
    })
  }

  test('it is off while the car is not heard', () => {
    assert.deepEqual(lightFor(undefined), {
      colour: 'off',
      hex: '#7a817a',
      blinkMs: null,
      says: 'no signal',
    })
  })

  test('it blinks faster the faster the car is charged, and not while driving', () => {
    const blinkMs = (chargingKw) =>
      lightFor({ stateOfChargePercent: 60, charging: chargingKw > 0, chargingKw }).blinkMs
    assert.deepEqual([0, 10, 20, 50, 150].map(blinkMs), [null, 1500, 750, 300, 250])
  })

  test('a telemetry-agent of 1.x that tells no speed is shown without one', () => {
    const light = lightFor({ stateOfChargePercent: 60, charging: true })
    assert.deepEqual([light.says, light.blinkMs], ['60 %, charging', null])
  })

  test('in the terminal it is a coloured point with the charge in words', () => {
    const light = lightFor({ stateOfChargePercent: 63.2, charging: false, chargingKw: 0 })
    assert.equal(presentInTerminal('car-1', light), '\u001B[38;2;47;191;95m●\u001B[0m car-1 63 %')
  })

  test('in the terminal a ring stands for blinking', () => {
    const light = lightFor({ stateOfChargePercent: 63.2, charging: true, chargingKw: 46.5 })
    assert.equal(
      presentInTerminal('car-1', light),
      '\u001B[38;2;47;191;95m◉\u001B[0m car-1 63 %, charging with 47 kW',
    )
  })
})
