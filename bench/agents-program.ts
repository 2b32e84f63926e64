// Simulated agents in a process of their own, as machines elsewhere would be. Told by its parent what to do, it tells when.

import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { SimulatedAgent, succeed } from '@lockstep/simulator'
import type { FleetOrder, FleetNews } from './agent-fleet.ts'

const TELL_EVERY_MS = 50

let news: FleetNews = { started: [], ended: [], roundTripsMs: [], cpuUs: 0 }

function tell(): void {
  if (news.started.length + news.ended.length + news.roundTripsMs.length === 0) return
  const { user, system } = process.cpuUsage()
  process.send?.({ ...news, cpuUs: user + system })
  news = { started: [], ended: [], roundTripsMs: [], cpuUs: 0 }
}

/** Comparable with other processes of this machine. */
function nowMs(): number {
  return performance.timeOrigin + performance.now()
}

function startAgents({ server, names, labels, seed }: Extract<FleetOrder, { do: 'work' }>): void {
  for (const { name, token } of names) {
    new SimulatedAgent({
      server,
      name,
      token,
      labels,
      seed,
      behave: succeed,
      onJob(what, { job, address }) {
        if (what === 'refused') throw new Error(`${job} was refused`)
        news[what].push([address.run, nowMs()])
      },
    }).start()
  }
}

/** One request after the other on each connection, for so long. */
async function ask(order: Extract<FleetOrder, { do: 'ask' }>): Promise<void> {
  const { url, connections, forMs, everyMs } = order
  const agent = new Agent({ keepAlive: true })
  const began = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() - began < forMs) {
        const asked = performance.now()
        await askOnce(url, agent)
        news.roundTripsMs.push(performance.now() - asked)
        if (everyMs > 0) await delay(everyMs)
      }
    }),
  )
  agent.destroy()
  tell()
  process.send?.('asked')
}

function askOnce(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': '2' }
    const asking = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().once('end', resolve)
    })
    asking.once('error', reject).end('{}')
  })
}

process.on('message', (order: FleetOrder) => {
  if (order.do === 'work') startAgents(order)
  else void ask(order)
})
process.once('disconnect', () => process.exit())
setInterval(tell, TELL_EVERY_MS)
