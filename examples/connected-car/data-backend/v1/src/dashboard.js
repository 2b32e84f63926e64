import { followEvents } from './events.js'
import { CHARGE_API, summarise } from './summary.js'

const HISTORY_MAX = 120
const PUBLISH_EVERY_MS = 250
const SILENT_MS = 120_000

async function read(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5000) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  return answer.json()
}

/**
 * The dashboard: keeps the newest reading of each car from the pushes of charge-api, and passes what the
 * widgets show on to every page that is open, at most four times a second.
 */
export function createDashboard({ chargeApi, identity, now = Date.now }) {
  const cars = new Map()
  const pages = new Set()
  const history = []
  let pushes = 0
  let connected = false
  let publishing

  const listCars = () => [...cars.values()].sort((a, b) => (a.car < b.car ? -1 : 1))

  const present = () => ({
    ...summarise(listCars()),
    cars: listCars(),
    history,
    pushes: { received: pushes },
    connected,
    shownBy: { component: identity.component, version: identity.version, sha256: identity.sha256 },
  })

  function publish() {
    publishing = undefined
    for (const [car, { sentAt }] of cars)
      if (Date.parse(sentAt) < now() - SILENT_MS) cars.delete(car)
    const { averageChargePercent } = summarise(listCars())
    if (averageChargePercent !== null) history.push(averageChargePercent)
    if (history.length > HISTORY_MAX) history.shift()
    const shown = present()
    for (const send of pages) send(shown)
  }
  const publishSoon = () => (publishing ??= setTimeout(publish, PUBLISH_EVERY_MS))

  function take(reading) {
    const before = cars.get(reading.car)
    if (before === undefined || before.sentAt <= reading.sentAt) cars.set(reading.car, reading)
    publishSoon()
  }

  const stop = followEvents(`${chargeApi}/${CHARGE_API}/stream`, {
    async onConnect() {
      for (const reading of await read(`${chargeApi}/${CHARGE_API}/cars`)) take(reading)
      connected = true
      publishSoon()
    },
    onValue(reading) {
      pushes += 1
      take(reading)
    },
    onBreak() {
      connected = false
      publishSoon()
    },
  })

  return {
    routes: {
      'GET /api/cars': () => ({ json: listCars() }),
      'GET /api/summary': async () => ({
        json: {
          ...present(),
          ingest: await read(`${chargeApi}/${CHARGE_API}/figures`).catch(() => null),
        },
      }),
      'GET /events': () => ({
        follow(send) {
          send(present())
          pages.add(send)
          return () => pages.delete(send)
        },
      }),
    },
    close() {
      clearTimeout(publishing)
      stop()
    },
  }
}
