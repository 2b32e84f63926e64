// What ingest-api answers. It provides telemetry-api (from cars) and charge-api (to dashboard and phones).
import { Refused, readJson } from '../run/program.js'
import { parseTelemetry } from './telemetry.js'

/** A reading as charge-api 1 shows it. */
function presentVersion1({ cellsPercent: _cells, chargingKw: _charging, ...reading }) {
  return reading
}

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

  /** The same questions in both versions of charge-api; `present` makes the difference. */
  const answerAs = (present) => ({
    list: async () => ({ json: (await store.latest()).map(present) }),
    async find({ params }) {
      const reading = await store.find(params.car)
      if (reading === undefined)
        throw new Refused(404, `No telemetry of ${params.car} has come in.`)
      return { json: present(reading) }
    },
    stream: () => ({ follow: (send) => store.subscribe((reading) => send(present(reading))) }),
  })
  const version1 = answerAs(presentVersion1)
  const version2 = answerAs((reading) => ({ cellsPercent: null, chargingKw: null, ...reading }))
  const showFigures = () => ({ json: figures.read() })

  return {
    'POST /telemetry': takeCounted,
    'GET /v1/cars': version1.list,
    'GET /v1/cars/:car': version1.find,
    'GET /v1/stream': version1.stream,
    'GET /v1/figures': showFigures,
    'GET /v2/cars': version2.list,
    'GET /v2/cars/:car': version2.find,
    'GET /v2/stream': version2.stream,
    'GET /v2/figures': showFigures,
  }
}
