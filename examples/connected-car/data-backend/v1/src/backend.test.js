// Cars, ingest-api and fleet-dashboard together, over real HTTP, with readings kept in memory.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, suite, test } from 'node:test'
import { createProgramServer } from '../run/program.js'
import { createDashboard } from './dashboard.js'
import { followEvents } from './events.js'
import { createFigures } from './figures.js'
import { createIngest } from './ingest.js'
import { createMemoryStore } from './memory-store.js'

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

const telemetry = (seconds, stateOfChargePercent, car = 'car-1') => ({
  format: 1,
  car,
  sentAt: new Date(Date.now() + 1000 * seconds).toISOString(),
  stateOfChargePercent,
  efficiencyMpge: 118,
  speedKmh: 54,
  charging: false,
  odometerKm: 12_345,
})

suite('data backend', () => {
  let ingest
  let dashboard
  const post = (message) =>
    fetch(`${ingest}/telemetry`, {
      method: 'POST',
      body: typeof message === 'string' ? message : JSON.stringify(message),
    })
  const read = async (url) => (await fetch(url)).json()

  /** Follows what the dashboard pushes to its pages until it shows what is wanted. */
  function shown(wanted) {
    const { promise, resolve } = Promise.withResolvers()
    const stop = followEvents(`${dashboard}/events`, {
      onValue: (value) => wanted(value) && resolve(value),
    })
    return promise.finally(stop)
  }

  before(async () => {
    ingest = await listen(createIngest({ store: createMemoryStore(), figures: createFigures() }))
    const identity = { component: 'fleet-dashboard', version: '0', sha256: 'sha256:0' }
    const { routes, close } = createDashboard({ chargeApi: ingest, identity })
    closing.push(close)
    dashboard = await listen(routes)
    await shown(({ connected }) => connected)
  })
  after(() => closing.forEach((close) => close()))

  test('telemetry of a car appears in charge-api', async () => {
    const sent = telemetry(-50, 63.2, 'car-a')
    assert.equal((await post(sent)).status, 202)
    const { format: _, ...reading } = sent
    assert.deepEqual(await read(`${ingest}/v1/cars/car-a`), reading)
  })

  test('telemetry that is sent twice is stored once', async () => {
    const sent = telemetry(-40, 50, 'car-b')
    assert.deepEqual(await (await post(sent)).json(), { stored: true })
    assert.deepEqual(await (await post(sent)).json(), { stored: false })
  })

  test('a page that is open is shown each push', async () => {
    const seen = shown(({ cars }) =>
      cars.some(
        ({ car, stateOfChargePercent }) => car === 'car-c' && stateOfChargePercent === 71.5,
      ),
    )
    await post(telemetry(-30, 71.5, 'car-c'))
    assert.ok((await seen).pushes.received > 0)
  })

  test('a reading that comes late does not replace a newer one', async () => {
    const seen = shown(({ cars }) => cars.some(({ car }) => car === 'car-e'))
    await post(telemetry(-10, 40, 'car-d'))
    await post(telemetry(-20, 45, 'car-d'))
    await post(telemetry(-5, 1, 'car-e'))
    const { cars } = await seen
    assert.equal(cars.find(({ car }) => car === 'car-d').stateOfChargePercent, 40)
  })

  test('what is not telemetry is refused, with the reason, and counted', async () => {
    const refused = await post(telemetry(0, 101))
    assert.equal(refused.status, 422)
    assert.match((await refused.json()).error, /stateOfChargePercent is 101/)
    assert.equal((await post('{')).status, 400)
    assert.equal((await post('x'.repeat(70_000))).status, 413)
    assert.equal((await read(`${ingest}/v1/figures`)).refused, 3)
  })

  test('unknown paths and methods are told apart', async () => {
    assert.equal((await fetch(`${ingest}/nowhere`)).status, 404)
    assert.equal((await fetch(`${ingest}/telemetry`)).status, 405)
    assert.equal((await fetch(`${ingest}/v1/cars/car-z`)).status, 404)
  })

  test('the error share of ingest stands in the summary, where gates read it', async () => {
    const { ingest: figures } = await read(`${dashboard}/api/summary`)
    assert.ok(figures.errorPercent > 0 && figures.errorPercent < 100)
  })
})
