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
    assert.deepEqual(lightFor(undefined), { colour: 'off', hex: '#7a817a', says: 'no signal' })
  })

  test('in the terminal it is a coloured point with the charge in words', () => {
    const light = lightFor({ stateOfChargePercent: 63.2, charging: true })
    assert.equal(
      presentInTerminal('car-1', light),
      '\u001B[38;2;47;191;95m●\u001B[0m car-1 63 %, charging',
    )
  })
})
