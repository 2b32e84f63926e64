// What ingest-api answers. It provides telemetry-api (from cars) and charge-api (to dashboard and phones).
import { Refused, readJson } from '../run/program.js'
import { parseTelemetry } from './telemetry.js'

/** The routes over a store of readings: `{ append, latest, find, subscribe }`. */
export function createIngest({ store, figures }) {
  async function take({ request }) {
    const { reading, problem } = parseTelemetry(await readJson(request))
    if (problem !== undefined) throw new Refused(422, problem)
    return { status: 202, json: { stored: await store.append(reading) } }
  }

  /** Telemetry sent twice is accepted twice and stored once, so a car may always send again. */
  async function takeCounted(call) {
    try {
      const answer = await take(call)
      figures.count('accepted')
      return answer
    } catch (error) {
      figures.count(error instanceof Refused ? 'refused' : 'failed')
      throw error
    }
  }

  async function findCar({ params }) {
    const reading = await store.find(params.car)
    if (reading === undefined) throw new Refused(404, `No telemetry of ${params.car} has come in.`)
    return { json: reading }
  }

  return {
    'POST /telemetry': takeCounted,
    'GET /v1/cars': async () => ({ json: await store.latest() }),
    'GET /v1/cars/:car': findCar,
    'GET /v1/stream': () => ({ follow: (send) => store.subscribe(send) }),
    'GET /v1/figures': () => ({ json: figures.read() }),
  }
}
