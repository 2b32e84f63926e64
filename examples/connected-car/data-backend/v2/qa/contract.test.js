// The contracts of the backend, against the one that runs: telemetry-api as cars speak it, charge-api as
// dashboard and phones read it. Finds it by BACKEND_URL, else by the PORT_BASE of its own host.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, suite, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'

const base = Number(process.env.PORT_BASE)
const backend = process.env.BACKEND_URL ?? `http://127.0.0.1:${base}`
const dashboard = process.env.DASHBOARD_URL ?? `http://127.0.0.1:${base + 1}`
const version = readFileSync(new URL('../VERSION', import.meta.url), 'utf8').trim()

const post = (message) =>
  fetch(`${backend}/telemetry`, { method: 'POST', body: JSON.stringify(message) })
const read = async (url) => (await fetch(url)).json()

suite('telemetry-api 1, as cars of 1.x speak it', () => {
  const sent = {
    ...JSON.parse(readFileSync(new URL('telemetry-format-1.json', import.meta.url))),
    sentAt: new Date().toISOString(),
  }

  before(async () => assert.equal((await post(sent)).status, 202))

  test('it comes out of charge-api 1 as it was sent', async () => {
    const { format: _, ...reading } = sent
    assert.deepEqual(await read(`${backend}/v1/cars/${sent.car}`), reading)
  })

  test('sent again it changes nothing', async () => {
    assert.deepEqual(await (await post(sent)).json(), { stored: false })
  })

  test('the dashboard shows it', async () => {
    const deadline = Date.now() + 10_000
    let shown
    while (shown?.sentAt !== sent.sentAt && Date.now() < deadline) {
      await wait(100)
      shown = (await read(`${dashboard}/api/cars`)).find(({ car }) => car === sent.car)
    }
    assert.equal(shown?.stateOfChargePercent, sent.stateOfChargePercent)
  })
})

suite('telemetry-api 2', () => {
  const sent = {
    ...JSON.parse(readFileSync(new URL('telemetry-format-2.json', import.meta.url))),
    sentAt: new Date().toISOString(),
  }
  const { format: _, ...reading } = sent
  const { cellsPercent, chargingKw, ...readingOf1 } = reading

  before(async () => assert.equal((await post(sent)).status, 202))

  test('it comes out of charge-api 2 as it was sent', async () => {
    assert.deepEqual(await read(`${backend}/v2/cars/${sent.car}`), {
      ...readingOf1,
      cellsPercent,
      chargingKw,
    })
  })

  test('charge-api 1 shows the same car without what is new', async () => {
    assert.deepEqual(await read(`${backend}/v1/cars/${sent.car}`), readingOf1)
  })

  test('a telemetry format that nobody speaks is refused', async () => {
    assert.equal((await post({ ...sent, format: 3 })).status, 422)
  })
})

suite('what runs', () => {
  for (const [component, url] of [
    ['ingest-api', backend],
    ['fleet-dashboard', dashboard],
  ]) {
    test(`${component} is the version of this commit`, async () => {
      const running = await read(`${url}/version`)
      assert.equal(running.component, component)
      assert.equal(running.version, version)
    })
  }
})
