// The SharedWorker that holds the event stream for all tabs of this browser.

import { api } from '../api.ts'
import { createLiveSource } from './live-source.ts'
import type { LiveMessage, LiveRequest } from './live-message.ts'

const ports = new Set<MessagePort>()
const source = createLiveSource({
  client: api,
  tell(message: LiveMessage) {
    for (const port of ports) port.postMessage(message)
  },
  now: Date.now,
})

addEventListener('connect', (event) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `connect` is a MessageEvent; the types of the DOM do not know this scope
  const [port] = (event as MessageEvent).ports
  if (port === undefined) return
  ports.add(port)
  port.addEventListener('message', ({ data }: MessageEvent<LiveRequest | { type: 'bye' }>) => {
    if (data.type === 'bye') ports.delete(port)
    else source.hear(data)
  })
  port.start()
})
