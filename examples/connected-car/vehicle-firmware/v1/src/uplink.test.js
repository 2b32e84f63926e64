import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { createProgramServer, readJson } from '../run/program.js'
import { createUplink } from './uplink.js'

suite('uplink', () => {
  let server
  let uplink
  let answers
  const taken = []
  beforeEach(async () => {
    taken.length = 0
    answers = []
    server = createProgramServer({
      async 'POST /telemetry'({ request }) {
        const message = await readJson(request)
        const status = answers.shift() ?? 202
        if (status === 202) taken.push(message.n)
        return { status, json: {} }
      },
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    uplink = createUplink(`http://127.0.0.1:${server.address().port}`)
  })
  afterEach(() => {
    server.close()
    server.closeAllConnections()
  })

  test('telemetry that the backend could not take is sent again, in order', async () => {
    answers = [503, 503]
    await uplink.send({ n: 1 })
    await uplink.send({ n: 2 })
    assert.deepEqual([taken, uplink.present().waiting], [[], 2])
    await uplink.send({ n: 3 })
    assert.deepEqual(taken, [1, 2, 3])
    assert.deepEqual(uplink.present(), {
      sent: 3,
      refused: 0,
      givenUp: 0,
      waiting: 0,
      lastProblem: null,
    })
  })

  test('telemetry that the backend refuses is counted and not sent again', async () => {
    answers = [422]
    await uplink.send({ n: 1 })
    await uplink.send({ n: 2 })
    assert.deepEqual(taken, [2])
    assert.deepEqual([uplink.present().sent, uplink.present().refused], [1, 1])
  })

  test('without a backend the newest ten minutes wait', async () => {
    server.close()
    server.closeAllConnections()
    for (let n = 0; n < 605; n += 1) await uplink.send({ n })
    const { waiting, givenUp } = uplink.present()
    assert.deepEqual([waiting, givenUp], [600, 5])
  })
})
