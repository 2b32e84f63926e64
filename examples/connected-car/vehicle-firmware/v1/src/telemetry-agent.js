// The car itself, simulated: lives through its day faster than the clock and tells the backend about it.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '../run/program.js'
import { liveOn, newCar } from './car.js'
import { presentTelemetry } from './telemetry.js'
import { createUplink } from './uplink.js'

const RECENT_MAX = 120

function numberOf(env, name, usual) {
  const value = Number(env[name] ?? usual)
  if (!(value > 0))
    throw new Error(`${name} is ${JSON.stringify(env[name])}; it must be a number above 0.`)
  return value
}

await runProgram(({ env, state }) => {
  if (!env.CAR_ID) throw new Error('CAR_ID is not set: a car needs its name, for example car-1.')
  if (!env.BACKEND_URL)
    throw new Error('BACKEND_URL is not set: the car needs to know where ingest-api is.')
  const intervalMs = numberOf(env, 'TELEMETRY_INTERVAL_MS', 1000)
  const timeScale = numberOf(env, 'TIME_SCALE', 60)
  const uplink = createUplink(env.BACKEND_URL)
  const memory = join(state, `${env.CAR_ID}.car.json`)
  const recent = []
  let car = remembered(memory) ?? newCar(env.CAR_ID)

  function live() {
    car = liveOn(car, Math.round((timeScale * intervalMs) / 1000))
    const telemetry = presentTelemetry(car, new Date())
    recent.push(telemetry)
    if (recent.length > RECENT_MAX) recent.shift()
    void uplink.send(telemetry)
    remember(memory, car)
  }
  live()
  const living = setInterval(live, intervalMs)

  return {
    routes: {
      'GET /state': () => ({ json: { ...recent.at(-1), uplink: uplink.present() } }),
      'GET /recent': () => ({ json: recent }),
    },
    close: () => clearInterval(living),
  }
})

/** An update of the software does not change the charge of the battery: the car goes on where it was. */
function remembered(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function remember(path, car) {
  writeFileSync(`${path}.new`, JSON.stringify(car))
  renameSync(`${path}.new`, path)
}
