import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fastify from 'fastify'
import { idOf } from '@lockstep/domain'
import { registerGatePage } from '../src/http/gate-page.ts'

const GATE = idOf('gat', '01930000-0000-7000-8000-000000000001')

suite('the page behind the link of a mail', () => {
  test('names the command, shows nothing of the gate, and takes no decision', async () => {
    const app = fastify({ exposeHeadRoutes: false })
    registerGatePage(app)
    const opened = await app.inject({ url: `/gates/${GATE}?decision=approve` })
    assert.equal(opened.statusCode, 200)
    assert.ok(opened.body.includes(`lockstep gate show ${GATE}`))
    assert.doesNotMatch(opened.body, /<(?:form|script|img|a)\b/)
    assert.equal(opened.headers['cache-control'], 'no-store')
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const answer = await app.inject({ method, url: `/gates/${GATE}` })
      assert.equal(answer.statusCode, 404, method)
    }
  })

  test('repeats nothing of an address that names no gate', async () => {
    const app = fastify()
    registerGatePage(app)
    for (const name of ['run_01KA7Z4V', '%3Cscript%3Ealert(1)%3C%2Fscript%3E']) {
      const opened = await app.inject({ url: `/gates/${name}` })
      assert.equal(opened.statusCode, 404)
      assert.doesNotMatch(opened.body, /script|run_/)
    }
  })
})
