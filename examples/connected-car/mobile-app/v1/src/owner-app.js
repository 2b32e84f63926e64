import { readFileSync } from 'node:fs'
import { runProgram } from '../run/program.js'
import { createPhone } from './phone.js'

const template = readFileSync(new URL('page.html', import.meta.url), 'utf8')

await runProgram(({ env, identity }) => {
  if (!env.OWNER_CAR)
    throw new Error("OWNER_CAR is not set: the phone needs the name of its owner's car.")
  if (!env.RELAY_URL)
    throw new Error('RELAY_URL is not set: the phone needs to know where push-relay is.')
  return createPhone({
    car: env.OWNER_CAR,
    relayUrl: env.RELAY_URL,
    device: env.DEVICE ?? 'phone-large',
    template,
    identity,
  })
})
