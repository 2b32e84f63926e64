// Simulated agents against the real server side: what benchmarks and demos build on.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { idOf, uuidOf } from '@lockstep/domain'
import {
  fail,
  LogText,
  print,
  SimulatedAgent,
  succeed,
  takeTime,
  vanish,
} from '@lockstep/simulator'
import type { Behaviour } from '@lockstep/simulator'
import type { PollAnswer, PollRequest } from '@lockstep/contract'
import { runPlan, stagePlan, stepPlan, taskPlan } from '@lockstep/testkit'
import { poll } from '../src/agents/poll.ts'
import { start } from '../src/agents/progress.ts'
import { assignAgent, createEnrolment } from '../src/postgres/agents/agents.ts'
import { auditInvariants } from '../src/postgres/audit/audit-invariants.ts'
import { startAgentServer } from '../testing/served-agents.ts'
import type { AgentServer } from '../testing/served-agents.ts'
import { until } from '../testing/until.ts'
import { readWholeLog } from '../testing/whole-log.ts'

const SEED = 7

interface JobRow {
  readonly id: string
  readonly status: string
}

async function simulate(
  server: AgentServer,
  name: string,
  behave: Behaviour,
  losesAnswers = 0,
): Promise<SimulatedAgent> {
  const { pool } = server.database
  const { token } = await createEnrolment(pool, { name, labels: ['linux'], by: 'test' })
  const settings = { server: server.url, name, token, labels: [], seed: SEED, behave, losesAnswers }
  const agent = new SimulatedAgent({ ...settings, logChunkBytes: 10_000 })
  server.whenDone.push(() => agent.kill())
  agent.start()
  let id: string | undefined
  await until(`${name} is enrolled`, async () => {
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM agents WHERE name = $1', [
      name,
    ])
    id = rows[0]?.id
    return id !== undefined
  })
  const place = { project: server.project, environment: null, by: 'test' }
  await assignAgent(pool, { agent: idOf('agt', id ?? ''), ...place })
  server.reactor.nudgeAgents()
  return agent
}

/** Starts a run of one task; its root. */
async function startRun(server: AgentServer): Promise<string> {
  const work = {
    kind: 'work',
    purpose: 'command',
    application: null,
    step: stepPlan('dev/work'),
  } as const
  const tasks = [taskPlan('work', [], { work })]
  const { root } = await server.startRun(runPlan([stagePlan('dev', { environment: null, tasks })]))
  return root
}

async function jobsOf(server: AgentServer): Promise<readonly JobRow[]> {
  const { rows } = await server.database.pool.query<JobRow>('SELECT id, status FROM jobs')
  return rows
}

async function untilJob(server: AgentServer, status: string): Promise<void> {
  await until(`the job is ${status}`, async () => (await jobsOf(server))[0]?.status === status)
}

async function isWhole(server: AgentServer, bytes: number): Promise<boolean> {
  const [job] = await jobsOf(server)
  const stored = await readWholeLog(server.database.pool, job?.id ?? '')
  return stored.equals(new LogText(SEED).read(idOf('job', job?.id ?? ''), 0, bytes))
}

suite('simulated agents', () => {
  test('bring a run to its end', async () => {
    await using server = await startAgentServer()
    await simulate(server, 'sim-1', succeed)
    const root = await startRun(server)
    await until('the run ends', async () => {
      const { rows } = await server.database.pool.query<{ status: string }>(
        'SELECT status FROM aggregates WHERE id = $1',
        [uuidOf(root)],
      )
      return rows[0]?.status === 'succeeded'
    })
  })

  test('print every byte once, though they are killed and answers get lost', async () => {
    await using server = await startAgentServer()
    const agent = await simulate(server, 'sim-1', print(500_000), 0.2)
    await startRun(server)
    await until('it prints', async () => {
      const { rowCount } = await server.database.pool.query('SELECT FROM job_logs LIMIT 3')
      return rowCount === 3
    })
    await agent.kill()
    assert.equal((await jobsOf(server))[0]?.status, 'running')
    agent.start()
    await server.restartHttp()
    await untilJob(server, 'succeeded')
    assert.ok(await isWhole(server, 500_000))
    assert.ok(agent.repeats > 0)
    assert.deepEqual(await auditInvariants(server.database.pool), [])
  })

  test('fail when they are told to', async () => {
    await using server = await startAgentServer()
    await simulate(server, 'sim-1', fail(3))
    await startRun(server)
    await untilJob(server, 'failed')
  })

  test('end a slow job when they are asked to', async () => {
    await using server = await startAgentServer()
    await simulate(server, 'sim-1', takeTime(600_000))
    await startRun(server)
    await untilJob(server, 'running')
    await server.database.pool.query('UPDATE jobs SET cancel_at = now(), cancel_grace_ms = 0')
    await untilJob(server, 'aborted')
  })

  test('that vanish leave a job that nobody knows the end of', async () => {
    await using server = await startAgentServer()
    await simulate(server, 'sim-1', vanish(Infinity))
    await startRun(server)
    await untilJob(server, 'running')
    await server.database.pool.query(`UPDATE jobs SET deadline = now() - interval '1 second'`)
    await untilJob(server, 'unknown')
  })

  test('whose claim a crash of the database took back are given the same claim again, and end nothing', async () => {
    await using server = await startAgentServer()
    const simulated = await simulate(server, 'sim-1', succeed)
    await simulated.kill()
    const { rows } = await server.database.pool.query<{ id: string }>('SELECT id FROM agents')
    const agent = await server.agents.lookups.findAgent(idOf('agt', rows[0]?.id ?? ''))
    assert.ok(agent)
    const ask = async (running: PollRequest['running']): Promise<PollAnswer> => {
      const request = { protocol: 1, version: '0.1.0', labels: [], freeSlots: 1, hurry: true }
      const gone = new AbortController().signal
      const answer = await poll(server.agents, agent, { ...request, running }, gone)
      assert.ok(answer.ok)
      return answer.value
    }
    await startRun(server)
    await until('the job is ready', async () => (await jobsOf(server))[0]?.status === 'ready')
    const { rows: before } = await server.database.pool.query('SELECT * FROM jobs')
    const first = (await ask([])).jobs[0]?.envelope
    assert.ok(first)
    const { job, fence } = first
    await restoreRow(server, before[0])
    const told = await ask([{ job, fence, logOffset: 0 }])
    assert.deepEqual(told.cancel, [])
    const { jobs } = await ask([])
    const again = jobs.map(({ envelope }) => [envelope.job, envelope.fence])
    assert.deepEqual(again, [[job, fence]])
  })

  test('that begin a job whose claim a crash of the database took back are refused, and not taken for attackers', async () => {
    await using server = await startAgentServer()
    const simulated = await simulate(server, 'sim-1', succeed)
    await simulated.kill()
    const { rows } = await server.database.pool.query<{ id: string }>('SELECT id FROM agents')
    const agent = await server.agents.lookups.findAgent(idOf('agt', rows[0]?.id ?? ''))
    assert.ok(agent)
    await startRun(server)
    await until('the job is ready', async () => (await jobsOf(server))[0]?.status === 'ready')
    const { rows: jobs } = await server.database.pool.query<{ id: string; fence: number }>(
      'SELECT id, fence FROM jobs',
    )
    const job = idOf('job', jobs[0]?.id ?? '')
    const lease = (jobs[0]?.fence ?? 0) + 1
    const answer = await start(server.agents, agent, job, lease)
    assert.equal(answer.ok ? 'begun' : answer.code, 'stale_fence')
    assert.deepEqual([server.lostClaims, server.suspicious], [[job], []])
    const stranger = { ...agent, environments: [], projects: [] }
    const refused = await start(server.agents, stranger, job, lease)
    assert.equal(refused.ok ? 'begun' : refused.code, 'not_found')
    assert.deepEqual(server.suspicious, ['foreign_job'])
  })
})

/** The job as it was before: what a crash leaves of a claim that had not reached the disk. */
async function restoreRow(server: AgentServer, before: Record<string, unknown>): Promise<void> {
  const { status, fence } = before
  const text = `UPDATE jobs SET status = $1, fence = $2, agent_id = NULL, leased_at = NULL, lease_until = NULL, deadline = NULL`
  await server.database.pool.query(text, [status, fence])
}
