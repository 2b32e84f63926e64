// How a tab hears the event stream: from a SharedWorker, or from the tab that leads. One stream for each browser, because
// browsers allow about six connections to one host.

import { api } from '../api.ts'
import type { LiveSource } from './live-source.ts'
import type { LiveAnswer, LiveMessage, LiveQuestion, LiveRequest } from './live-message.ts'
import type { SharedRead } from './shared-reads.ts'

export interface LiveConnection {
  ask(request: LiveRequest): void
  /** Reads together with the other tabs, at least as new as what was told; undefined when this tab has to read by itself. */
  read(read: SharedRead): Promise<unknown>
  close(): void
}

/** Begins to hear. `isWorkerAllowed` false takes the way without a worker, which some browsers need. */
export function connectLive(
  onMessage: (message: LiveMessage) => void,
  isWorkerAllowed = 'SharedWorker' in globalThis,
): LiveConnection {
  return isWorkerAllowed ? connectWorker(onMessage) : connectLeader(onMessage)
}

function connectWorker(onMessage: (message: LiveMessage) => void): LiveConnection {
  const { port } = new SharedWorker(new URL('./live-worker.ts', import.meta.url), {
    type: 'module',
    name: 'lockstep-live',
  })
  const asked = new Map<number, (data: unknown) => void>()
  let questions = 0
  port.addEventListener('message', ({ data }: MessageEvent<LiveMessage | LiveAnswer>) => {
    if (data.type !== 'answer') return onMessage(data)
    asked.get(data.to)?.(data.data)
    asked.delete(data.to)
  })
  port.start()
  const bye = (): void => port.postMessage({ type: 'bye' })
  addEventListener('pagehide', bye)
  return {
    ask: (request) => port.postMessage(request),
    read: (read) =>
      new Promise((resolve) => {
        const id = (questions += 1)
        asked.set(id, resolve)
        port.postMessage({ type: 'read', id, read } satisfies LiveQuestion)
      }),
    close() {
      removeEventListener('pagehide', bye)
      bye()
      port.close()
    },
  }
}

const CHANNEL = 'lockstep-live'

/** The tab that gets the lock leads; when it is closed, the next one gets it. */
function connectLeader(onMessage: (message: LiveMessage) => void): LiveConnection {
  const channel = new BroadcastChannel(CHANNEL)
  const closing = new AbortController()
  let source: LiveSource | undefined
  channel.addEventListener('message', ({ data }: MessageEvent<LiveMessage | LiveRequest>) => {
    if (data.type === 'hello' || data.type === 'now') source?.hear(data)
    else onMessage(data)
  })
  const lead = async (): Promise<void> => {
    const { createLiveSource } = await import('./live-source.ts') // Most browsers never need it here.
    if (closing.signal.aborted) return
    const tell = (message: LiveMessage): void => {
      onMessage(message)
      channel.postMessage(message)
    }
    let isNew = true
    source = createLiveSource({
      client: api,
      now: Date.now,
      tell(message) {
        tell(message)
        if (message.type !== 'live' || !isNew) return
        // Nobody has heard what happened since the tab that led before was closed.
        isNew = false
        tell({ type: 'reset' })
      },
    })
    source.hear({ type: 'hello' })
    await new Promise((resolve) =>
      closing.signal.addEventListener('abort', resolve, { once: true }),
    )
    source.stop()
  }
  navigator.locks.request(CHANNEL, { signal: closing.signal }, lead).catch(() => undefined)
  return {
    ask(request) {
      if (source === undefined) channel.postMessage(request)
      else source.hear(request)
    },
    read: () => Promise.resolve(undefined),
    close() {
      closing.abort()
      channel.close()
    },
  }
}
