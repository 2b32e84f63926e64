// A short drive of the car that runs on this host, watched from outside. Finds it by PORT_BASE.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, suite, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'

const READINGS = 5
const WITHIN_MS = 30_000

const base = Number(process.env.PORT_BASE)
const [agent, light] = [`http://127.0.0.1:${base + 2}`, `http://127.0.0.1:${base + 3}`]
const version = readFileSync(new URL('../VERSION', import.meta.url), 'utf8').trim()
const read = async (url) => (await fetch(url)).json()

/** Asks until the answer is right; gives the last one when the time is over, for the assertion to show. */
async function readUntil(url, isRight) {
  const deadline = Date.now() + WITHIN_MS
  for (;;) {
    const answer = await read(url)
    if (isRight(answer) || Date.now() > deadline) return answer
    await wait(200)
  }
}

suite('drive cycle', () => {
  let drive
  before(async () => {
    const { sentAt } = await read(`${agent}/state`)
    const recent = await readUntil(
      `${agent}/recent`,
      (all) => all.filter((each) => each.sentAt > sentAt).length >= READINGS,
    )
    drive = recent.filter((each) => each.sentAt > sentAt)
  })

  test('the car tells about itself again and again', () => {
    assert.ok(drive.length >= READINGS, `${drive.length} readings`)
  })

  test('driving empties the battery, charging fills it', () => {
    for (const [index, now] of drive.entries()) {
      const earlier = drive[index - 1]
      if (earlier === undefined || earlier.charging !== now.charging) continue
      const change = now.stateOfChargePercent - earlier.stateOfChargePercent
      if (now.charging) assert.ok(change > 0, `charged by ${change} %`)
      else assert.ok(change < 0.5 && change > -5, `drove and the charge changed by ${change} %`)
    }
  })

  test('the odometer never goes back', () => {
    const distances = drive.map(({ odometerKm }) => odometerKm)
    assert.deepEqual(
      distances,
      distances.toSorted((a, b) => a - b),
    )
  })

  test('efficiency is that of an electric car', () => {
    const { efficiencyMpge } = drive.at(-1)
    assert.ok(
      efficiencyMpge === null || (efficiencyMpge > 60 && efficiencyMpge < 250),
      `${efficiencyMpge} MPGe`,
    )
  })

  test('the cells together have the charge of the battery', () => {
    for (const { cellsPercent, stateOfChargePercent } of drive) {
      const average = cellsPercent.reduce((sum, each) => sum + each, 0) / cellsPercent.length
      assert.ok(
        Math.abs(average - stateOfChargePercent) < 0.1,
        `${average} and ${stateOfChargePercent}`,
      )
    }
  })

  test('there is a charging speed exactly while the car is charged', () => {
    for (const { charging, chargingKw } of drive) assert.equal(chargingKw > 0, charging)
  })

  test('the light follows the charge', async () => {
    const shown = await readUntil(`${light}/light`, ({ colour }) => colour !== 'off')
    const percents = (await read(`${agent}/recent`)).map(
      ({ stateOfChargePercent }) => stateOfChargePercent,
    )
    const percent = Number.parseInt(shown.says, 10)
    assert.ok(
      percents.some((each) => Math.abs(each - percent) <= 1),
      `${shown.says} was never the charge`,
    )
  })

  for (const [component, url] of [
    ['telemetry-agent', agent],
    ['battery-light', light],
  ]) {
    test(`${component} is the version of this commit`, async () => {
      const running = await read(`${url}/version`)
      assert.deepEqual([running.component, running.version], [component, version])
    })
  }
})
