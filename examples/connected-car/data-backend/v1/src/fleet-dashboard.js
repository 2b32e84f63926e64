import { readFileSync } from 'node:fs'
import { runProgram } from '../run/program.js'
import { createDashboard } from './dashboard.js'

const page = readFileSync(new URL('page.html', import.meta.url), 'utf8')

await runProgram(({ env, identity }) => {
  const chargeApi = env.CHARGE_API_URL ?? `http://127.0.0.1:${env.PORT_BASE}`
  const dashboard = createDashboard({ chargeApi, identity })
  return {
    routes: { 'GET /': () => ({ html: page }), ...dashboard.routes },
    close: dashboard.close,
  }
})
