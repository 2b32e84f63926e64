import assert from 'node:assert/strict'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { findStep, idOf, uuidOf } from '@lockstep/domain'
import type {
  ArtifactRef,
  Digest,
  EnvironmentId,
  ProcessPlan,
  RunPlan,
  StepPlan,
  Work,
} from '@lockstep/domain'
import { runPlan, stagePlan, stepPlan, taskPlan } from '@lockstep/testkit'
import { pack } from 'tar-stream'
import {
  assignAgent,
  createEnrolment,
  revokeAgent,
  setDraining,
} from '../src/postgres/agents/agents.ts'
import { readJobLog } from '../src/postgres/agents/job-logs.ts'
import { auditInvariants } from '../src/postgres/audit/audit-invariants.ts'
import { findAgentView, listAgentViews } from '../src/postgres/read/agents.ts'
import { startAgent, startAgentServer } from '../testing/served-agents.ts'
import type { AgentServer } from '../testing/served-agents.ts'
import { until } from '../testing/until.ts'
import { readWholeLog } from '../testing/whole-log.ts'

interface JobRow {
  readonly id: string
  readonly status: string
  readonly fence: number
  readonly outcome: {
    readonly reason: string | null
    readonly tests?: object
    readonly runs?: object
  } | null
  readonly log_length: string
}

/** A run of one stage with one task that does this work on an agent. */
function planOf(work: Work, link: Partial<StepPlan['links'][number]> = {}): RunPlan {
  const bare = stepPlan('dev/work')
  const [first] = bare.links
  assert.ok(first)
  const step = { ...bare, links: [{ ...first, work, ...link }] }
  const task = taskPlan('work', [], {
    work: { kind: 'work', purpose: 'command', application: null, step },
  })
  const plan = runPlan([stagePlan('dev', { environment: null, tasks: [task] })])
  assert.ok(findStep(plan, 'dev/work'))
  return plan
}

const script = (text: string): Work => ({ kind: 'script', text, env: {} })

async function jobsOf(server: AgentServer): Promise<readonly JobRow[]> {
  const { rows } = await server.database.pool.query<JobRow>(
    'SELECT * FROM jobs ORDER BY created_at',
  )
  return rows
}

async function runStatus(server: AgentServer, root: string): Promise<string | undefined> {
  const { rows } = await server.database.pool.query<{ status: string }>(
    'SELECT status FROM aggregates WHERE id = $1',
    [uuidOf(root)],
  )
  return rows[0]?.status
}

async function logOf(server: AgentServer): Promise<string> {
  const [job] = await jobsOf(server)
  if (job === undefined) return ''
  return (await readWholeLog(server.database.pool, job.id)).toString()
}

async function endOf(server: AgentServer, root: string): Promise<string> {
  const ends = ['succeeded', 'failed', 'errored', 'aborted', 'waiting']
  await until('the run ends', async () => ends.includes((await runStatus(server, root)) ?? ''))
  return (await runStatus(server, root)) ?? ''
}

async function needsPerson(server: AgentServer, root: string): Promise<boolean> {
  const { rowCount } = await server.database.pool.query(
    'SELECT FROM aggregates WHERE root_id = $1 AND needs_person',
    [uuidOf(root)],
  )
  return (rowCount ?? 0) > 0
}

async function assertSound(server: AgentServer): Promise<void> {
  assert.deepEqual(await auditInvariants(server.database.pool), [])
}

suite('agents on a server', () => {
  test('a run is brought to its end by an agent, with its log', async () => {
    await using server = await startAgentServer()
    const agent = await startAgent(server, 'host-1')
    const run = await server.startRun(planOf(script('echo hello; echo run >> runs')))
    assert.equal(await endOf(server, run.root), 'succeeded')
    assert.equal(await logOf(server), 'hello\n')
    assert.equal(await readFile(join(agent.hostRoot, 'runs'), 'utf8'), 'run\n')
    await assertSound(server)
  })

  test('server and agent are killed in turn; the command runs once and no byte is lost', async () => {
    await using server = await startAgentServer()
    const agent = await startAgent(server, 'host-1')
    const text =
      'echo run >> runs; i=0; while [ $i -lt 60 ]; do echo "line $i"; i=$((i+1)); sleep 0.05; done'
    const run = await server.startRun(planOf(script(text)))
    await until('it runs', async () => (await logOf(server)).includes('line 5\n'))
    await server.restartHttp()
    await agent.kill()
    agent.start()
    await until('it goes on', async () => (await logOf(server)).includes('line 30\n'))
    await agent.kill()
    await server.restartHttp()
    agent.start()
    assert.equal(await endOf(server, run.root), 'succeeded')
    const lines = Array.from({ length: 60 }, (_, index) => `line ${index}\n`)
    assert.equal(await logOf(server), lines.join(''))
    assert.equal(await readFile(join(agent.hostRoot, 'runs'), 'utf8'), 'run\n')
    await assertSound(server)
  })

  test('an agent that a person did not assign gets nothing', async () => {
    await using server = await startAgentServer()
    await startAgent(server, 'nowhere', { isAssigned: false })
    const run = await server.startRun(planOf(script('true')))
    await until('there is work', async () => (await jobsOf(server)).length > 0)
    await until('it has polled', async () => server.agents.held.size > 0)
    server.agents.held.wakeAll()
    await until('it polls on', async () => server.agents.held.size > 0)
    assert.deepEqual(
      (await jobsOf(server)).map(({ status }) => status),
      ['ready'],
    )
    await startAgent(server, 'assigned')
    assert.equal(await endOf(server, run.root), 'succeeded')
  })

  test('a deadline that passed while the agent was away is resolved by its journal', async () => {
    await using server = await startAgentServer()
    const agent = await startAgent(server, 'host-1')
    const run = await server.startRun(
      planOf(script('echo begun; while [ ! -e go ]; do sleep 0.02; done; echo done')),
    )
    await until('it runs', async () => (await logOf(server)).includes('begun'))
    await agent.kill()
    await server.database.pool.query(`UPDATE jobs SET deadline = now() - interval '1 second'`)
    await until('it is unknown', async () => (await jobsOf(server))[0]?.status === 'unknown')
    await writeFile(join(agent.hostRoot, 'go'), '')
    agent.start()
    await until('it is resolved', async () => (await jobsOf(server))[0]?.status === 'succeeded')
    assert.equal(await endOf(server, run.root), 'succeeded')
    assert.equal(await logOf(server), 'begun\ndone\n')
    await assertSound(server)
  })

  test('an abort reaches the running command', async () => {
    await using server = await startAgentServer()
    await startAgent(server, 'host-1')
    const run = await server.startRun(planOf(script('echo begun; sleep 60')))
    await until('it runs', async () => (await logOf(server)).includes('begun'))
    const asked = await server.reactor.submit(
      run,
      { type: 'abort_requested', reason: 'enough' },
      'user:usr_1',
    )
    assert.ok(asked.ok)
    assert.equal(await endOf(server, run.root), 'aborted')
    assert.deepEqual(
      (await jobsOf(server)).map(({ status }) => status),
      ['aborted'],
    )
    await assertSound(server)
  })

  test('a job that an agent would refuse ends with the reason, and is not offered again', async () => {
    await using server = await startAgentServer()
    await startAgent(server, 'host-1')
    const plan = planOf({ kind: 'command', argv: ['true'], env: { TOKEN: { secret: 'unknown' } } })
    const run = await server.startRun(plan)
    await until('a person is asked', () => needsPerson(server, run.root))
    const [job] = await jobsOf(server)
    assert.equal(job?.status, 'errored')
    assert.match(
      job.outcome?.reason ?? '',
      /^The secret unknown, which TOKEN is to hold, is not set/,
    )
  })

  test('a secret reaches the command and not the log', async () => {
    await using server = await startAgentServer()
    const agent = await startAgent(server, 'host-1')
    const work: Work = {
      kind: 'script',
      text: 'echo "it is $TOKEN"; printf %s "$TOKEN" > out',
      env: { TOKEN: { secret: 'known' } },
    }
    const run = await server.startRun(planOf(work))
    assert.equal(await endOf(server, run.root), 'succeeded')
    assert.equal(await readFile(join(agent.hostRoot, 'out'), 'utf8'), 'hunter2-secret')
    assert.equal(await logOf(server), 'it is ••••••••\n')
  })

  test('tests are counted from their reports, which are kept by digest', async () => {
    await using server = await startAgentServer()
    await startAgent(server, 'host-1')
    const xml =
      '<testsuites><testsuite><testcase classname="a" name="one"/><testcase classname="a" name="two"><failure/></testcase><testcase name="three"><skipped/></testcase></testsuite></testsuites>'
    const work: Work = {
      kind: 'source_command',
      purpose: 'test',
      source: null,
      argv: ['sh', '-c', `echo '${xml}' > r.xml`],
      env: {},
      versionFile: null,
      artifacts: {},
      reports: '*.xml',
      sbom: null,
    }
    const run = await server.startRun(planOf(work))
    assert.equal(await endOf(server, run.root), 'succeeded')
    const [job] = await jobsOf(server)
    assert.deepEqual(job?.outcome?.tests, {
      total: 3,
      passed: 1,
      failed: 1,
      skipped: 1,
      failures: ['a › two'],
      newFailures: 1,
    })
    const { rows } = await server.database.pool.query<{ digest: Digest }>(
      'SELECT digest FROM job_files',
    )
    const stored = await server.blobs.open(rows[0]?.digest ?? 'sha256:')
    const chunks = []
    for await (const chunk of stored?.stream ?? []) chunks.push(chunk)
    assert.equal(Buffer.concat(chunks).toString().trim(), xml)
  })

  test('an artifact is fetched by the agent whose job names it, and by no other', async () => {
    await using server = await startAgentServer()
    const agent = await startAgent(server, 'host-1')
    const bytes = await archive('one')
    const digest = await server.blobs.put(bytes)
    const artifact = { component: 'api', version: '1.0', digest, sizeBytes: bytes.length }
    const run = await server.startRun(planOf({ kind: 'artifact', artifact, into: '/srv/api' }))
    assert.equal(await endOf(server, run.root), 'succeeded')
    assert.equal(await readFile(join(agent.hostRoot, 'srv/api/VERSION'), 'utf8'), 'one')
    assert.deepEqual(server.suspicious, [])
  })

  test('a supervisor that was killed makes the job unknown at once, and a person is asked', async () => {
    await using server = await startAgentServer()
    const agent = await startAgent(server, 'host-1')
    const run = await server.startRun(
      planOf(script('echo begun; echo $PPID > supervisor; sleep 60')),
    )
    await until('it runs', async () => (await logOf(server)).includes('begun'))
    process.kill(Number(await readFile(join(agent.hostRoot, 'supervisor'), 'utf8')), 'SIGKILL')
    await until('it is unknown', async () => (await jobsOf(server))[0]?.status === 'unknown')
    await until('a person is asked', () => needsPerson(server, run.root))
    await assertSound(server)
  })

  test('a supervisor of repeatable work that was killed is followed by another, and nothing is left open', async () => {
    await using server = await startAgentServer()
    const agent = await startAgent(server, 'host-1')
    const file = join(agent.hostRoot, 'supervisor')
    const work = script(
      'echo run >> runs; [ -e supervisor ] || { echo $PPID > supervisor; sleep 60; }',
    )
    const run = await server.startRun(planOf(work, { onLost: 'retry' }))
    await until('it runs', async () => /\d\n/.test(await readFile(file, 'utf8').catch(() => '')))
    process.kill(Number(await readFile(file, 'utf8')), 'SIGKILL')
    assert.equal(await endOf(server, run.root), 'succeeded')
    assert.equal(await readFile(join(agent.hostRoot, 'runs'), 'utf8'), 'run\nrun\n')
    const statuses = (await jobsOf(server)).map(({ status }) => status)
    assert.deepEqual(statuses, ['superseded', 'succeeded'])
    await assertSound(server)
  })

  test('a drained agent takes nothing new; a revoked one is shut out at once', async () => {
    await using server = await startAgentServer()
    const agent = await startAgent(server, 'host-1')
    await setDraining(server.database.pool, agent.id, true)
    await server.startRun(planOf(script('true')))
    server.agents.held.wakeAll()
    await until('there is work', async () => (await jobsOf(server)).length > 0)
    await until('it polls', async () => server.agents.held.size > 0)
    assert.equal((await jobsOf(server))[0]?.status, 'ready')
    await revokeAgent(server.database.pool, agent.id)
    server.agents.held.wakeAll()
    await until('it is out', async () => server.agents.held.size === 0)
    assert.equal((await jobsOf(server))[0]?.status, 'ready')
  })

  test('a log is read by range, with the times of its lines', async () => {
    await using server = await startAgentServer()
    await startAgent(server, 'host-1')
    const run = await server.startRun(planOf(script('echo a; sleep 0.3; echo b')))
    assert.equal(await endOf(server, run.root), 'succeeded')
    const job = idOf('job', (await jobsOf(server))[0]?.id ?? '')
    const parts = await readJobLog(server.database.pool, { project: server.project, job, from: 2 })
    assert.equal(parts.at(-1)?.bytes.toString().endsWith('b\n'), true)
    assert.ok((parts.at(-1)?.marks.at(-1) ?? 0) >= 250)
  })

  test('what was changed on a host by hand shows in the inventory, with its history', async () => {
    await using server = await startAgentServer()
    const agent = await startAgent(server, 'host-1')
    const environment = idOf('env', '0190aaaa-0000-7000-8000-000000000001')
    const { pool } = server.database
    await assignAgent(pool, { agent: agent.id, project: server.project, environment, by: 'test' })
    const bytes = await archive('one')
    const digest = await server.blobs.put(bytes)
    await deploy(server, environment, {
      component: 'api',
      version: '1.0',
      digest,
      sizeBytes: bytes.length,
    })
    const inventory = async () => {
      const { rows } = await pool.query<{ runs: { version: string } | null; verified: boolean }>(
        'SELECT runs, verified FROM inventory',
      )
      return rows[0]
    }
    await until('it is verified', async () => (await inventory())?.verified === true)
    assert.deepEqual((await inventory())?.runs, { version: '1.0', digest })
    await appendFile(join(agent.hostRoot, 'srv/api/VERSION'), ' by hand')
    await until('the drift shows', async () => (await inventory())?.verified === false)
    assert.equal((await inventory())?.runs?.version, '1.0 (changed)')
    const { rows } = await pool.query('SELECT FROM inventory_log')
    assert.equal(rows.length, 2)
    await assertSound(server)
  })
})

/** Starts a process run of one step that places the artifact on the agent. */
async function deploy(
  server: AgentServer,
  environment: EnvironmentId,
  artifact: ArtifactRef,
): Promise<void> {
  const step = {
    ...stepPlan('api'),
    component: 'api',
    process: 'deploy',
    installs: artifact,
    links: stepPlan('api').links.map((link) => ({
      ...link,
      work: { kind: 'artifact' as const, artifact, into: '/srv/api' },
    })),
    targets: stepPlan('api').targets.map((target) => ({
      ...target,
      resource: 'host-1',
      to: { version: artifact.version, digest: artifact.digest },
    })),
  }
  const plan: ProcessPlan = {
    v: 1,
    kind: 'process',
    process: 'deploy',
    application: { project: 'car', name: 'backend' },
    environment: { id: environment, project: 'car', name: 'dev' },
    snapshot: null,
    from: null,
    force: false,
    steps: [step],
  }
  await server.startStep(plan, 'api', environment)
}

suite('the list of agents', () => {
  test('says who is there, what they hold, and where they may work', async () => {
    await using server = await startAgentServer()
    const agent = await startAgent(server, 'host-1')
    await startAgent(server, 'host-2', { isAssigned: false })
    await server.startRun(planOf(script('echo begun; sleep 60')))
    await until('it runs', async () => (await logOf(server)).includes('begun'))
    const { pool } = server.database
    const all = await listAgentViews(pool, {
      limit: 10,
      after: undefined,
      name: 'host-1',
      within: 'all',
    })
    assert.deepEqual(
      all.map(({ name, state, jobs, assignments, labels }) => ({
        name,
        state,
        jobs,
        assignments,
        labels,
      })),
      [{ name: 'host-1', state: 'online', jobs: 1, assignments: ['car'], labels: ['linux'] }],
    )
    const within = { projects: [], environments: [] }
    assert.deepEqual(
      await listAgentViews(pool, { limit: 10, after: undefined, name: undefined, within }),
      [],
    )
    await pool.query(`UPDATE agents SET seen_at = now() - interval '31 seconds'`)
    assert.equal((await findAgentView(pool, agent.id))?.state, 'lost')
  })
})

suite('enrolment', () => {
  const request = (token: string, key: string) => ({
    token,
    name: 'host',
    labels: [],
    publicKey: key,
    protocol: 1,
    version: '1',
    platform: 'linux',
  })
  const KEY_A = Buffer.alloc(32, 1).toString('base64url')
  const KEY_B = Buffer.alloc(32, 2).toString('base64url')

  async function enrolOver(server: AgentServer, token: string, key: string): Promise<number> {
    const answer = await fetch(`${server.url}/agent/v1/enrol`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request(token, key)),
    })
    return answer.status
  }

  test('a token is good once: for the same key again, for another key never', async () => {
    await using server = await startAgentServer()
    const { token } = await createEnrolment(server.database.pool, {
      name: 'host',
      labels: [],
      by: 'test',
    })
    const statuses = []
    for (const key of [KEY_A, KEY_A, KEY_B]) statuses.push(await enrolOver(server, token, key))
    assert.deepEqual(statuses, [200, 200, 401])
  })

  test('of two hosts at once one gets in', async () => {
    await using server = await startAgentServer()
    const { token } = await createEnrolment(server.database.pool, {
      name: 'host',
      labels: [],
      by: 'test',
    })
    const both = await Promise.all([
      enrolOver(server, token, KEY_A),
      enrolOver(server, token, KEY_B),
    ])
    assert.deepEqual(
      both.toSorted((a, b) => a - b),
      [200, 401],
    )
  })

  test('an old token is refused, and guessing is slowed down', async () => {
    await using server = await startAgentServer()
    const { token } = await createEnrolment(server.database.pool, {
      name: 'host',
      labels: [],
      by: 'test',
    })
    await server.database.pool.query(`UPDATE agent_enrolments SET expires_at = now()`)
    const statuses = [await enrolOver(server, token, KEY_A)]
    for (let guess = 0; guess < 11; guess += 1) {
      statuses.push(await enrolOver(server, `lse_guess-number-${guess}-xxxx`, KEY_A))
    }
    assert.deepEqual(new Set(statuses.slice(0, 10)), new Set([401]))
    assert.deepEqual(new Set(statuses.slice(10)), new Set([429]))
  })
})

async function archive(version: string): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: 'VERSION' }, version)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return gzipSync(Buffer.concat(chunks))
}
