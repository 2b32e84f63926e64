// Holds the one event stream of this browser and tells what it hears. Runs in a SharedWorker, or in the tab that leads.

import { follow, Refused, type Client } from '@lockstep/client'
import type { Change } from '@lockstep/contract'
import type { LiveMessage, LiveRequest } from './live-message.ts'

export interface LiveSource {
  hear(request: LiveRequest): void
  /** Ends the stream for good. */
  stop(): void
}

export interface LiveSourceDeps {
  readonly client: Pick<Client, 'followEvents'>
  readonly tell: (message: LiveMessage) => void
  readonly now: () => number
}

export function createLiveSource({ client, tell, now }: LiveSourceDeps): LiveSource {
  let state: LiveMessage | null = null
  let running: AbortController | null = null
  let hurry: (() => void) | undefined
  let heardAt = now()
  const heard = (): void => {
    heardAt = now()
  }

  const say = (message: LiveMessage): void => {
    if (message.type !== 'changes' && message.type !== 'reset') state = message
    tell(message)
  }
  /** Waits as long as the client wants, or until somebody asks for a try now. */
  const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      say({ type: 'lost', since: heardAt, nextAt: now() + ms })
      const timer = setTimeout(resolve, ms)
      hurry = () => {
        clearTimeout(timer)
        resolve()
      }
      signal?.addEventListener('abort', hurry, { once: true })
    })
  const run = async (signal: AbortSignal): Promise<void> => {
    const burst = collectChanges((changes) => say({ type: 'changes', changes }))
    try {
      for await (const told of follow(client, ['all'], { signal, wait, heard })) {
        if (told.type === 'connected') say({ type: 'live' })
        if (told.type === 'lost') say({ type: 'lost', since: heardAt, nextAt: null })
        if (told.type === 'reset') say({ type: 'reset' })
        if (told.type === 'change') burst(told.change)
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      say({ type: 'refused' })
    } finally {
      running = null
    }
  }
  return {
    hear(request) {
      if (request.type === 'now') return hurry?.()
      if (state !== null && running !== null) tell(state)
      if (running !== null) return
      running = new AbortController()
      void run(running.signal)
    },
    stop() {
      running?.abort()
    },
  }
}

/** Changes that arrive in one piece of the stream are told together: a commit often moves many things. */
function collectChanges(tell: (changes: readonly Change[]) => void): (change: Change) => void {
  let waiting: Change[] = []
  return (change) => {
    waiting.push(change)
    if (waiting.length > 1) return
    setTimeout(() => {
      const changes = waiting
      waiting = []
      tell(changes)
    })
  }
}
