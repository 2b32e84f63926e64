import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { ClientRequest, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test } from 'node:test'
import { goneSignal } from './gone-signal.ts'

/** A request that has arrived, from both sides. */
async function arrange() {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const caller: ClientRequest = request({ port, host: '127.0.0.1', agent: false })
  caller.on('error', () => undefined)
  caller.end()
  const [, response]: [unknown, ServerResponse] = (await once(server, 'request')) as never
  return {
    caller,
    response,
    [Symbol.asyncDispose]: async () => {
      caller.destroy()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

suite('whether somebody listens for an answer', () => {
  test('is told when the caller leaves', async () => {
    await using arranged = await arrange()
    const gone = goneSignal(arranged.response)
    assert.equal(gone.aborted, false)
    arranged.caller.destroy()
    await once(gone, 'abort')
  })

  test('is told also of a caller who had left before it was asked', async () => {
    await using arranged = await arrange()
    arranged.caller.destroy()
    await once(arranged.response, 'close')
    assert.equal(goneSignal(arranged.response).aborted, true)
  })

  test('is not doubted when the answer was given', async () => {
    await using arranged = await arrange()
    const gone = goneSignal(arranged.response)
    arranged.response.end()
    await once(arranged.response, 'close')
    assert.equal(gone.aborted, false)
  })
})
