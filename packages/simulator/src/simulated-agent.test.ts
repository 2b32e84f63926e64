import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import { agentPaths, JobEnvelope, PollRequest } from '@lockstep/contract/agent'
import { takeTime } from './behaviour.ts'
import { SimulatedAgent } from './simulated-agent.ts'

const AGENT = 'agt_01JD0000000000000000000002'
const JOBS = ['job_01K9S0000000000000000000J1', 'job_01K9S0000000000000000000J2'] as const
const FOR_EVER_MS = 2 ** 31 - 1

suite('a simulated agent', () => {
  test('is killed in the middle of its work and of what it tells about it, and nothing is left behind', async () => {
    await using server = await serveJobs()
    const agent = new SimulatedAgent({
      server: server.url,
      name: 'linux-1',
      token: 'lse_any',
      labels: [],
      behave: takeTime(FOR_EVER_MS),
      seed: 1,
      slots: JOBS.length,
      renewEveryMs: 1,
    })
    agent.start()
    await server.renewing
    await agent.kill() // Whatever is left behind and fails makes this file fail.
    assert.deepEqual(server.started.toSorted(), JOBS.map((job) => agentPaths.start(job)).toSorted())
  })
})

/** Gives its jobs once, and leaves the agent without an answer when it tells that it works on them. */
async function serveJobs() {
  const renewing = Promise.withResolvers<void>()
  const started: string[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? ''
      const body: unknown = JSON.parse(await text(request))
      if (path === agentPaths.poll() && PollRequest.parse(body).hurry === true) {
        if (started.length === JOBS.length) renewing.resolve()
        return
      }
      if (path.endsWith('/start')) started.push(path)
      const answer = JSON.stringify(answerTo(path))
      response.setHeader('content-length', Buffer.byteLength(answer)).end(answer)
    })()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    started,
    renewing: renewing.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function answerTo(path: string): unknown {
  if (path === agentPaths.enrol()) {
    return { agent: AGENT, name: 'linux-1', labels: [], serverTime: 0 }
  }
  return path === agentPaths.poll() ? POLLED : { started: true }
}

const POLLED = {
  jobs: JOBS.map((job) => ({ envelope: envelopeOf(job), signature: null })),
  cancel: [],
  drain: false,
  verify: false,
  labels: [],
  serverTime: 0,
}

function envelopeOf(job: string): JobEnvelope {
  return JobEnvelope.parse({
    v: 1,
    instance: 'test',
    agent: AGENT,
    job,
    fence: 1,
    attempt: 1,
    cause: null,
    always: false,
    environment: null,
    lockToken: null,
    component: null,
    removes: false,
    from: null,
    to: null,
    work: { kind: 'command', argv: ['true'], env: {} },
    parameters: {},
    secrets: [],
    timeoutMs: 60_000,
    noOutputMs: null,
    logBytesMax: 1_000,
    address: { run: 'r/1', step: 's', link: 'l', resource: 'host' },
  })
}
