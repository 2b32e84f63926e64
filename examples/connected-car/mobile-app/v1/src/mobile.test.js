// Backend, push-relay and a phone together, over real HTTP.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { after, before, suite, test } from 'node:test'
import { createProgramServer } from '../run/program.js'
import { CHARGE_API } from './charge-api.js'
import { followEvents } from './events.js'
import { createPhone } from './phone.js'
import { createRelay } from './relay.js'

const closing = []

async function listen(routes) {
  const server = createProgramServer(routes)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${server.address().port}`
}

const reading = (sentAt, stateOfChargePercent, car = 'car-1') => ({
  car,
  sentAt: `2026-11-17T13:10:${sentAt}.000Z`,
  stateOfChargePercent,
  efficiencyMpge: 118,
  speedKmh: 54,
  charging: false,
  odometerKm: 12_345,
  cellsPercent: null,
  chargingKw: null,
})

suite('mobile app', () => {
  const push = new Set()
  let relay
  let phone

  /** Follows the phone's page until it shows what is wanted. */
  function shown(wanted) {
    const { promise, resolve } = Promise.withResolvers()
    const stop = followEvents(`${phone}/events`, {
      onValue: (value) => wanted(value) && resolve(value),
    })
    return promise.finally(stop)
  }
  const say = (value) => push.forEach((send) => send(value))

  before(async () => {
    const backend = await listen({
      [`GET /${CHARGE_API}/cars`]: () => ({ json: [reading('10', 70)] }),
      [`GET /${CHARGE_API}/stream`]: () => ({
        follow(send) {
          push.add(send)
          return () => push.delete(send)
        },
      }),
    })
    const { routes, close } = createRelay(backend)
    closing.push(close)
    relay = await listen(routes)
    const template = readFileSync(new URL('page.html', import.meta.url), 'utf8')
    const identity = { component: 'owner-app', version: '0', sha256: 'sha256:0' }
    const owner = createPhone({
      car: 'car-1',
      relayUrl: relay,
      device: 'phone-large',
      template,
      identity,
    })
    closing.push(owner.close)
    phone = await listen(owner.routes)
  })
  after(() => closing.forEach((close) => close()))

  test('the phone shows what was the newest before it came', async () => {
    assert.equal((await shown(({ percent }) => percent === 70)).charge, '70 %')
  })

  test("a push of the owner's car reaches the page; one of another car does not", async () => {
    const seen = shown(({ percent }) => percent === 69.4)
    say(reading('11', 12, 'car-2'))
    say(reading('12', 69.4))
    const { title, history } = await seen
    assert.equal(title, 'car-1')
    assert.equal(history.includes(12), false)
  })

  test('a reading that comes late does not replace a newer one', async () => {
    say(reading('09', 99))
    const seen = shown(({ percent }) => percent === 68)
    say(reading('13', 68))
    assert.equal((await seen).history.includes(99), false)
  })

  test('the relay tells of the newest reading, and of nothing it has not heard', async () => {
    assert.equal((await (await fetch(`${relay}/cars/car-1`)).json()).stateOfChargePercent, 68)
    assert.equal((await fetch(`${relay}/cars/car-9`)).status, 404)
  })

  test('a device without layout is refused by name', async () => {
    const answer = await fetch(`${phone}/?device=watch`)
    assert.equal(answer.status, 404)
    assert.match((await answer.json()).error, /watch/)
  })
})
