import assert from 'node:assert/strict'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { createProgramServer } from '../run/program.js'
import { followEvents, splitEvents } from './events.js'

suite('events', () => {
  test('an event that has not ended waits for its rest', () => {
    assert.deepEqual(splitEvents(': hello\n\ndata: {"n":1}\n\ndata: {"n"'), {
      values: [{ n: 1 }],
      rest: 'data: {"n"',
    })
  })

  test('values that are sent arrive, and a broken stream is followed again', async () => {
    let connections = 0
    const server = createProgramServer({
      'GET /stream': () => ({
        follow(send) {
          connections += 1
          send({ connection: connections })
          return () => {}
        },
      }),
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const values = []
    const second = Promise.withResolvers()
    const stop = followEvents(`http://127.0.0.1:${server.address().port}/stream`, {
      againMs: 1,
      onValue(value) {
        values.push(value)
        if (values.length === 1) server.closeAllConnections()
        if (values.length === 2) second.resolve()
      },
    })
    await second.promise
    stop()
    server.close()
    server.closeAllConnections()
    assert.deepEqual(values, [{ connection: 1 }, { connection: 2 }])
  })
})
