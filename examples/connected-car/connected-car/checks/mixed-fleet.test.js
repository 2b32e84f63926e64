// Between two versions there are always cars of both. A car of 1.x, as it speaks, beside the cars that
// run: the backend takes it, and dashboard and averages count it like every other.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, suite, test } from 'node:test'
import { BACKEND, DASHBOARD, read, readUntil } from './running.js'

const recorded = JSON.parse(readFileSync(new URL('telemetry-of-1.x.json', import.meta.url), 'utf8'))

suite('a car of 1.x on this backend', () => {
  const sent = { ...recorded, sentAt: new Date().toISOString() }
  const { format: _, ...reading } = sent
  const errors = async () => {
    const { ingest } = await read(`${DASHBOARD}/api/summary`)
    return ingest.refused + ingest.failed
  }
  let errorsBefore
  let answer

  before(async () => {
    errorsBefore = await errors()
    answer = await fetch(`${BACKEND}/telemetry`, { method: 'POST', body: JSON.stringify(sent) })
  })

  test('its telemetry is taken', () => {
    assert.equal(answer.status, 202)
  })

  test('charge-api 1 shows it as it was sent', async () => {
    assert.deepEqual(await read(`${BACKEND}/v1/cars/${sent.car}`), reading)
  })

  test('the dashboard shows it beside the cars that run', async () => {
    const isThere = ({ cars }) =>
      cars.some(({ car, sentAt }) => car === sent.car && sentAt === sent.sentAt)
    const summary = await readUntil(`${DASHBOARD}/api/summary`, isThere)
    const shown = summary.cars.find(({ car }) => car === sent.car)
    assert.equal(shown?.stateOfChargePercent, sent.stateOfChargePercent)
    assert.equal(summary.carCount, summary.cars.length)
    assert.ok(summary.carCount > 1, 'no other car runs')
    assert.ok(Number.isFinite(summary.averageChargePercent))
  })

  test('ingest had no error with it', async () => {
    assert.ok((await errors()) <= errorsBefore)
  })
})
