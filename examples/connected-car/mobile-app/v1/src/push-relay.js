import { runProgram } from '../run/program.js'
import { createRelay } from './relay.js'

await runProgram(({ env }) => createRelay(env.BACKEND_URL ?? `http://127.0.0.1:${env.PORT_BASE}`))
