// Shows the charge of the car as a light: in the terminal (or the log) and on a small page.
import { readFileSync } from 'node:fs'
import { runProgram } from '../run/program.js'
import { lightFor, presentInTerminal } from './light.js'

const LOOK_EVERY_MS = 1000
const TELEMETRY_PORT_OFFSET = 2
const page = readFileSync(new URL('page.html', import.meta.url), 'utf8')

await runProgram(({ env, identity }) => {
  const telemetryUrl = `http://127.0.0.1:${Number(env.PORT_BASE) + TELEMETRY_PORT_OFFSET}`
  const car = env.CAR_ID ?? 'car'
  let light = lightFor(undefined)

  async function look() {
    const answer = await fetch(`${telemetryUrl}/state`, {
      signal: AbortSignal.timeout(LOOK_EVERY_MS * 4),
    }).catch(() => undefined)
    const before = light.says
    light = lightFor(answer?.ok ? await answer.json() : undefined)
    if (light.says !== before) process.stdout.write(`${presentInTerminal(car, light)}\n`)
  }

  let looking
  async function lookAgain() {
    await look()
    looking = setTimeout(lookAgain, LOOK_EVERY_MS)
  }
  void lookAgain()

  return {
    routes: {
      'GET /': () => ({ html: page }),
      'GET /light': () => ({
        json: {
          car,
          ...light,
          shownBy: { component: identity.component, version: identity.version },
        },
      }),
    },
    close: () => clearTimeout(looking),
  }
})
