// Simulated agents in another process, and what is heard of them.

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { EnrolledName } from './enrolled-agents.ts'

const PROGRAM = fileURLToPath(new URL('agents-program.ts', import.meta.url))

/** What the other process is to do. */
export type FleetOrder =
  | {
      readonly do: 'work'
      readonly server: string
      readonly names: readonly EnrolledName[]
      readonly labels: readonly string[]
      readonly seed: number
    }
  | {
      readonly do: 'ask'
      readonly url: string
      readonly connections: number
      readonly forMs: number
      /** Pause between the requests of a connection; none when 0. */
      readonly everyMs: number
    }

/** A run's id and when something became of its job, by the clock of this machine. */
export type Moment = readonly [run: string, at: number]

export interface FleetNews {
  readonly started: Moment[]
  readonly ended: Moment[]
  readonly roundTripsMs: number[]
  /** Processor time that the other process had taken by the last of this. */
  cpuUs: number
}

export interface AgentFleet extends AsyncDisposable {
  readonly news: FleetNews
  work(order: Omit<Extract<FleetOrder, { do: 'work' }>, 'do'>): void
  /** Asks an address again and again; resolves with how long each answer took. */
  ask(order: Omit<Extract<FleetOrder, { do: 'ask' }>, 'do'>): Promise<readonly number[]>
}

export function startAgentFleet(): AgentFleet {
  const child = fork(PROGRAM, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const news: FleetNews = { started: [], ended: [], roundTripsMs: [], cpuUs: 0 }
  let asked: () => void = () => undefined
  child.on('message', (message: FleetNews | 'asked') => {
    if (message === 'asked') return asked()
    news.started.push(...message.started)
    news.ended.push(...message.ended)
    news.roundTripsMs.push(...message.roundTripsMs)
    news.cpuUs = message.cpuUs
  })
  const send = (order: FleetOrder): void => {
    child.send(order)
  }
  return {
    news,
    work: (order) => send({ do: 'work', ...order }),
    async ask(order) {
      const isDone = new Promise<void>((resolve) => {
        asked = resolve
      })
      send({ do: 'ask', ...order })
      await isDone
      return news.roundTripsMs.splice(0)
    },
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await gone
    },
  }
}
