// The phone's page as one kind of device gets it (DEVICE), from the app that runs on this host, found by
// PORT_BASE or PHONE_URL; and whether the longest words that can come fit its screen.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, suite, test } from 'node:test'
import { LAYOUTS } from '../src/layouts.js'
import { presentCar } from '../src/present-car.js'

const device = process.env.DEVICE ?? process.env.device ?? 'phone-large'
const phone = process.env.PHONE_URL ?? `http://127.0.0.1:${Number(process.env.PORT_BASE) + 5}`
const version = readFileSync(new URL('../VERSION', import.meta.url), 'utf8').trim()

/** What one line of the facts holds at 16 px on the narrowest screen of each kind. */
const CHARACTERS_OF_A_LINE = { 'phone-small': 30, 'phone-large': 38, 'phone-old': 30, tablet: 44 }

const fullest = {
  stateOfChargePercent: 100,
  efficiencyMpge: 249.9,
  speedKmh: 188.8,
  charging: false,
  odometerKm: 999_999.9,
  cellsPercent: Array(8).fill(100),
  chargingKw: 249.9,
}

suite(`my car on ${device}`, () => {
  let page
  before(async () => {
    const answer = await fetch(`${phone}/?device=${device}`)
    assert.equal(answer.status, 200)
    page = await answer.text()
  })

  test('the page is the one for this device', () => {
    assert.match(page, new RegExp(`data-device="${device}"`))
    assert.equal(page.includes('{{'), false, 'a place in the template was not filled')
  })

  test('it takes the width of the screen', () => {
    assert.match(page, /name="viewport" content="width=device-width/)
    assert.match(page, new RegExp(`repeat\\(${LAYOUTS[device].columns}, 1fr\\)`))
  })

  test('it has a place for everything that is shown', () => {
    for (const id of ['title', 'status', 'charge', 'arc', 'facts', 'shown-by'])
      assert.match(page, new RegExp(`id="${id}"`))
  })

  test('it loads nothing from elsewhere', () => {
    assert.equal(/(src|href)="(https?:)?\/\//.test(page), false)
  })

  test('the history is shown where there is room for it', () => {
    assert.equal(!/id="history"[^>]*hidden/.test(page), LAYOUTS[device].history)
  })

  test('an old phone asks, the others listen', () => {
    assert.match(page, new RegExp(`data-live="${device === 'phone-old' ? 'polling' : 'events'}"`))
  })

  for (const reading of [fullest, { ...fullest, charging: true }]) {
    const { status, facts } = presentCar('a-car-with-a-long-name-1', reading)
    test(`its longest words fit while ${status.toLowerCase()}`, () => {
      const lines = [status, ...facts.map(({ name, value }) => `${name}  ${value}`)]
      for (const line of lines)
        assert.ok(line.length <= CHARACTERS_OF_A_LINE[device], `"${line}" is ${line.length} long`)
    })
  }

  test('the app is the version of this commit', async () => {
    const running = await (await fetch(`${phone}/version`)).json()
    assert.deepEqual([running.component, running.version], ['owner-app', version])
  })
})
