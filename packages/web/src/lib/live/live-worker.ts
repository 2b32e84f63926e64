// The SharedWorker that holds the event stream for all tabs of this browser.

import { api } from '../api.ts'
import { createLiveSource } from './live-source.ts'
import type { LiveAnswer, LiveMessage, LiveQuestion, LiveRequest } from './live-message.ts'
import { carryOut, createSharedReads } from './shared-reads.ts'

const ports = new Set<MessagePort>()
const reads = createSharedReads((read) => carryOut(api, read))
const source = createLiveSource({
  client: api,
  tell(message: LiveMessage) {
    reads.forget()
    for (const port of ports) port.postMessage(message)
  },
  now: Date.now,
})

addEventListener('connect', (event) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `connect` is a MessageEvent; the types of the DOM do not know this scope
  const [port] = (event as MessageEvent).ports
  if (port === undefined) return
  ports.add(port)
  const hear = ({ data }: MessageEvent<LiveRequest | LiveQuestion | { type: 'bye' }>): void => {
    if (data.type === 'bye') return void ports.delete(port)
    if (data.type === 'read') return void answer(port, data)
    if (data.type === 'hello') reads.forget() // Perhaps somebody else has signed in.
    source.hear(data)
  }
  port.addEventListener('message', hear)
  port.start()
})

async function answer(port: MessagePort, { id, read }: LiveQuestion): Promise<void> {
  const data = await reads.answer(read).catch(() => undefined)
  port.postMessage({ type: 'answer', to: id, data } satisfies LiveAnswer)
}
