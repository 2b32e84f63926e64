import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { suite, test } from 'node:test'
import { AGENT_HEADERS, agentPaths, signedText } from '@lockstep/contract'
import type { AgentId } from '@lockstep/domain'
import { runPlan, stagePlan, stepPlan, taskPlan } from '@lockstep/testkit'
import { assignAgent, createEnrolment, enrolAgent } from '../src/postgres/agents/agents.ts'
import { startAgentServer } from '../testing/served-agents.ts'
import type { AgentServer } from '../testing/served-agents.ts'
import { until } from '../testing/until.ts'

interface Caller {
  readonly id: AgentId
  readonly key: KeyObject
}

interface Sent {
  readonly method?: string
  readonly path: string
  readonly body?: string
  readonly time?: number
  readonly nonce?: string
  /** Changes what is sent after it was signed. */
  readonly tamper?: (sent: { path: string; body: string; headers: Record<string, string> }) => void
}

/** An agent that a test speaks for, byte by byte. */
async function enrolCaller(server: AgentServer, name: string): Promise<Caller> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { token } = await createEnrolment(server.database.pool, {
    name,
    labels: ['linux'],
    by: 'test',
  })
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const enrolled = await enrolAgent(server.database.pool, {
    token,
    labels: [],
    publicKey: raw,
    platform: 'test',
    version: '1',
  })
  assert.ok(typeof enrolled !== 'string')
  const { id } = enrolled
  await assignAgent(server.database.pool, {
    agent: id,
    project: server.project,
    environment: null,
    by: 'test',
  })
  return { id, key: privateKey }
}

async function send(server: AgentServer, caller: Caller, sent: Sent): Promise<Response> {
  const {
    method = 'POST',
    path,
    time = Date.now(),
    nonce = randomBytes(16).toString('base64url'),
  } = sent
  const body = sent.body ?? ''
  const bodySha256 = createHash('sha256').update(body).digest('hex')
  const text = signedText({ agent: caller.id, method, path, bodySha256, time, nonce })
  const outgoing = {
    path,
    body,
    headers: {
      'content-type': 'application/json',
      [AGENT_HEADERS.agent]: caller.id as string,
      [AGENT_HEADERS.time]: String(time),
      [AGENT_HEADERS.nonce]: nonce,
      [AGENT_HEADERS.signature]: sign(null, Buffer.from(text), caller.key).toString('base64url'),
    },
  }
  sent.tamper?.(outgoing)
  return fetch(`${server.url}${outgoing.path}`, {
    method,
    headers: outgoing.headers,
    ...(method === 'GET' ? {} : { body: outgoing.body }),
  })
}

const POLL = JSON.stringify({
  protocol: 1,
  version: '1',
  labels: [],
  running: [],
  freeSlots: 1,
  hurry: true,
})

async function codeOf(response: Response): Promise<string> {
  const body = (await response.json()) as { code?: string }
  return body.code ?? ''
}

interface Offered {
  readonly jobs: readonly { readonly envelope: { readonly job: string; readonly fence: number } }[]
}

/** Starts a run of one job. */
async function startWork(server: AgentServer): Promise<void> {
  const task = taskPlan('work', [], {
    work: { kind: 'work', purpose: 'command', application: null, step: stepPlan('dev/work') },
  })
  await server.startRun(runPlan([stagePlan('dev', { environment: null, tasks: [task] })]))
}

async function claimOne(
  server: AgentServer,
  caller: Caller,
): Promise<{ id: string; fence: number }> {
  await startWork(server)
  let found: { job: string; fence: number } | undefined
  await until('there is work', async () => {
    const answer = await send(server, caller, { path: agentPaths.poll(), body: POLL })
    const body = (await answer.json()) as Offered
    found = body.jobs[0]?.envelope
    return found !== undefined
  })
  return { id: found?.job ?? '', fence: found?.fence ?? 0 }
}

suite('a signed request', () => {
  test('is taken once, and not when anything in it was changed', async () => {
    await using server = await startAgentServer()
    const caller = await enrolCaller(server, 'host-1')
    const path = agentPaths.poll()
    const nonce = randomBytes(16).toString('base64url')
    const answers = []
    for (const sent of [
      { path, body: POLL, nonce },
      { path, body: POLL, nonce },
      {
        path,
        body: POLL,
        tamper: (out: { body: string }) => (out.body = out.body.replace('1', '2')),
      },
      { path, body: POLL, tamper: (out: { path: string }) => (out.path += '?x=1') },
      {
        path,
        body: POLL,
        tamper: (out: { headers: Record<string, string> }) =>
          (out.headers[AGENT_HEADERS.nonce] = 'another-nonce-0001'),
      },
      {
        path,
        body: POLL,
        tamper: (out: { headers: Record<string, string> }) =>
          delete out.headers[AGENT_HEADERS.signature],
      },
      {
        path,
        body: POLL,
        tamper: (out: { headers: Record<string, string> }) =>
          delete out.headers[AGENT_HEADERS.agent],
      },
    ]) {
      answers.push(await codeOf(await send(server, caller, sent)))
    }
    assert.deepEqual(answers, ['', 'repeated', ...Array.from({ length: 5 }, () => 'not_authentic')])
  })

  test('that is too old says what time it is', async () => {
    await using server = await startAgentServer()
    const caller = await enrolCaller(server, 'host-1')
    const before = Date.now()
    const answer = await send(server, caller, {
      path: agentPaths.poll(),
      body: POLL,
      time: before - 130_000,
    })
    const body = (await answer.json()) as { code: string; serverTime: number }
    assert.equal(answer.status, 401)
    assert.equal(body.code, 'clock_differs')
    assert.ok(body.serverTime >= before && body.serverTime <= Date.now())
  })

  test('of one agent about the job of another finds nothing, in every place, and is noticed', async () => {
    await using server = await startAgentServer()
    const [owner, other] = [
      await enrolCaller(server, 'host-1'),
      await enrolCaller(server, 'host-2'),
    ]
    const job = await claimOne(server, owner)
    const digest = `sha256:${'a'.repeat(64)}`
    const finish = JSON.stringify({
      fence: job.fence,
      verdict: 'ended',
      report: { outcome: 'succeeded', exitCode: 0, reason: null },
      logLength: 0,
      durationMs: 1,
      reports: [],
      sbom: null,
    })
    const tries: Sent[] = [
      { path: agentPaths.start(job.id), body: JSON.stringify({ fence: job.fence }) },
      { method: 'PUT', path: agentPaths.log(job.id, job.fence, 0), body: 'x' },
      { path: agentPaths.finish(job.id), body: finish },
      { method: 'GET', path: agentPaths.download(job.id, job.fence, digest) },
      {
        path: agentPaths.beginUpload(job.id, digest),
        body: JSON.stringify({ fence: job.fence, sizeBytes: 1 }),
      },
      { method: 'PUT', path: agentPaths.upload(job.id, digest, job.fence, 0), body: 'x' },
    ]
    for (const sent of tries) assert.equal((await send(server, other, sent)).status, 404, sent.path)
    assert.deepEqual(
      server.suspicious,
      tries.map(() => 'foreign_job'),
    )
  })

  test('with an old fence changes nothing and is kept as evidence; the right one is taken once and again', async () => {
    await using server = await startAgentServer()
    const caller = await enrolCaller(server, 'host-1')
    const job = await claimOne(server, caller)
    const finish = (fence: number, outcome: string) =>
      JSON.stringify({
        fence,
        verdict: 'ended',
        report: { outcome, exitCode: null, reason: null },
        logLength: 0,
        durationMs: 1,
        reports: [],
        sbom: null,
      })
    const path = agentPaths.finish(job.id)
    const statuses = []
    for (const body of [
      finish(job.fence + 1, 'succeeded'),
      finish(job.fence, 'succeeded'),
      finish(job.fence, 'succeeded'),
      finish(job.fence, 'succeeded'),
    ]) {
      statuses.push((await send(server, caller, { path, body })).status)
    }
    assert.deepEqual(statuses, [409, 200, 200, 200])
    const { rows } = await server.database.pool.query<{ kind: string }>(
      'SELECT kind FROM set_aside',
    )
    assert.deepEqual(rows, [{ kind: 'job_finish' }])
  })

  test('that ends a job and asks for more gets the next one with the answer, and again when the answer was lost', async () => {
    await using server = await startAgentServer()
    const caller = await enrolCaller(server, 'host-1')
    const job = await claimOne(server, caller)
    await startWork(server)
    await until('there is more work', async () => {
      const { rowCount } = await server.database.pool.query(
        `SELECT FROM jobs WHERE status = 'ready'`,
      )
      return rowCount === 1
    })
    const body = JSON.stringify({
      fence: job.fence,
      verdict: 'ended',
      report: { outcome: 'succeeded', exitCode: 0, reason: null },
      logLength: 0,
      durationMs: 1,
      reports: [],
      sbom: null,
      next: { ...JSON.parse(POLL), hurry: undefined },
    })
    const ends = []
    for (let told = 0; told < 2; told += 1) {
      const answer = await send(server, caller, { path: agentPaths.finish(job.id), body })
      const end = (await answer.json()) as { acknowledged: boolean; next: Offered }
      ends.push(end)
    }
    const offered = ends.map(({ next }) => next.jobs.map(({ envelope }) => envelope))
    assert.deepEqual(
      ends.map(({ acknowledged }) => acknowledged),
      [true, true],
    )
    assert.equal(offered[0]?.length, 1)
    assert.notEqual(offered[0]?.[0]?.job, job.id)
    assert.deepEqual(
      offered[1]?.map(({ job: id, fence }) => [id, fence]),
      offered[0]?.map(({ job: id, fence }) => [id, fence]),
    )
  })

  test('that appends to a log takes each byte once: gaps and repetitions say where to go on', async () => {
    await using server = await startAgentServer()
    const caller = await enrolCaller(server, 'host-1')
    const job = await claimOne(server, caller)
    const append = async (offset: number, body: string): Promise<unknown> => {
      const answer = await send(server, caller, {
        method: 'PUT',
        path: agentPaths.log(job.id, job.fence, offset),
        body,
      })
      const { length } = (await answer.json()) as { length?: number }
      return [answer.status, length]
    }
    assert.deepEqual(await append(0, 'hello '), [200, 6])
    assert.deepEqual(await append(0, 'hello '), [416, 6])
    assert.deepEqual(await append(9, 'x'), [416, 6])
    assert.deepEqual(await append(6, 'world'), [200, 11])
    const finish = JSON.stringify({
      fence: job.fence,
      verdict: 'ended',
      report: { outcome: 'succeeded', exitCode: 0, reason: null },
      logLength: 12,
      durationMs: 1,
      reports: [],
      sbom: null,
    })
    assert.equal(
      await codeOf(await send(server, caller, { path: agentPaths.finish(job.id), body: finish })),
      'log_incomplete',
    )
    const old = await send(server, caller, {
      method: 'PUT',
      path: agentPaths.log(job.id, job.fence + 1, 11),
      body: 'x',
    })
    assert.equal(old.status, 410)
  })
})
