import { Refused } from '../run/program.js'
import { CHARGE_API } from './charge-api.js'
import { followEvents } from './events.js'

/**
 * Relays the readings of charge-api to the phones: one connection to the backend, however many phones
 * follow. A phone that begins to follow a car gets its newest reading at once.
 */
export function createRelay(backendUrl) {
  const newest = new Map()
  const phones = new Set()
  let relayed = 0
  let connected = false

  function take(reading) {
    const before = newest.get(reading.car)
    if (before !== undefined && before.sentAt >= reading.sentAt) return
    newest.set(reading.car, reading)
    for (const { car, send } of phones) {
      if (car !== reading.car) continue
      send(reading)
      relayed += 1
    }
  }

  const stop = followEvents(`${backendUrl}/${CHARGE_API}/stream`, {
    async onConnect() {
      const answer = await fetch(`${backendUrl}/${CHARGE_API}/cars`, {
        signal: AbortSignal.timeout(5000),
      })
      if (!answer.ok) throw new Error(`charge-api answered ${answer.status}`)
      for (const reading of await answer.json()) take(reading)
      connected = true
    },
    onValue: take,
    onBreak: () => (connected = false),
  })

  return {
    routes: {
      'GET /pushes/:car': ({ params }) => ({
        follow(send) {
          const phone = { car: params.car, send }
          phones.add(phone)
          if (newest.has(phone.car)) send(newest.get(phone.car))
          return () => phones.delete(phone)
        },
      }),
      'GET /cars/:car'({ params }) {
        const reading = newest.get(params.car)
        if (reading === undefined) throw new Refused(404, `Nothing was heard of ${params.car}.`)
        return { json: reading }
      },
      'GET /relay': () => ({ json: { connected, phones: phones.size, relayed } }),
    },
    close: stop,
  }
}
