// Car to phone: what a car says now arrives, unchanged, on the dashboard and on its owner's phone.
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DASHBOARD, read, readUntil } from './running.js'

const cars = process.env.CAR_URLS.split(',')
const phone = process.env.PHONE_URL

/** What car and reader both know of a reading. */
const told = ({
  car,
  sentAt,
  stateOfChargePercent,
  efficiencyMpge,
  speedKmh,
  charging,
  odometerKm,
}) => ({
  car,
  sentAt,
  stateOfChargePercent,
  efficiencyMpge,
  speedKmh,
  charging,
  odometerKm,
})

/** What the car itself remembers of a reading: the proof that what arrived is what was sent. */
async function sentBy(url, sentAt) {
  return (await read(`${url}/recent`)).find((each) => each.sentAt === sentAt)
}

suite('car to dashboard', () => {
  for (const url of cars) {
    test(`what the car at ${url} sends from now on is shown`, async () => {
      const now = await read(`${url}/state`)
      const arrived = (all) => all.find(({ car, sentAt }) => car === now.car && sentAt > now.sentAt)
      const shown = arrived(await readUntil(`${DASHBOARD}/api/cars`, arrived))
      assert.ok(shown, `nothing newer than ${now.sentAt} of ${now.car} was shown`)
      assert.deepEqual(told(shown), told(await sentBy(url, shown.sentAt)))
    })
  }
})

suite('car to phone', () => {
  test("what the owner's car sends from now on is on the phone", async () => {
    const { title } = await read(`${phone}/api/car`)
    const states = await Promise.all(
      cars.map(async (url) => ({ url, ...(await read(`${url}/state`)) })),
    )
    const owned = states.find(({ car }) => car === title)
    assert.ok(owned, `the phone follows ${title}, which is none of ${states.map(({ car }) => car)}`)
    const { reading, charge } = await readUntil(
      `${phone}/api/car`,
      ({ reading }) => reading?.sentAt > owned.sentAt,
    )
    assert.ok(reading?.sentAt > owned.sentAt, `the phone shows nothing newer than ${owned.sentAt}`)
    assert.deepEqual(told(reading), told(await sentBy(owned.url, reading.sentAt)))
    assert.equal(charge, `${Math.round(reading.stateOfChargePercent)} %`)
  })
})
