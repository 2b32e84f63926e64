// What goes wrong with bits, and what people call things, on a real server with a real agent.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { definitionDigest, parseDefinition } from '@lockstep/define/check'
import { uuidOf, type Digest, type RunPlan, type TaskWork, type Work } from '@lockstep/domain'
import { runPlan, stagePlan, stepPlan, taskPlan } from '@lockstep/testkit'
import { pack } from 'tar-stream'
import { insertDefinition, insertRevision } from '../src/postgres/deliverables/definition-store.ts'
import { startAgent, startAgentServer, type AgentServer } from '../testing/served-agents.ts'
import type { RunningAgent } from '../testing/served-agents.ts'
import { until } from '../testing/until.ts'

/** As long as a name may be. */
const LONG_NAME = 'a-name-of-forty-letters-and-not-one-more'

let server: AgentServer
let agent: RunningAgent
before(async () => {
  server = await startAgentServer()
  agent = await startAgent(server, 'host-1')
  await applyApplication(LONG_NAME)
})
after(() => server[Symbol.asyncDispose]())

async function applyApplication(name: string): Promise<void> {
  const hosts = { deploy: [{ kind: 'artifact', name: 'place', into: '/srv/api' }] }
  const parsed = parseDefinition({
    kind: 'application',
    name,
    title: 'Wägelchen 🚗 «№ 1»',
    tiers: [{ kind: 'tier', name, components: [{ kind: 'component', name, hosts }] }],
  })
  assert.ok(parsed.ok, JSON.stringify(parsed))
  const { definition } = parsed
  const uuid = crypto.randomUUID()
  const { pool } = server.database
  const { kind } = definition
  await insertDefinition(pool, { uuid, projectNumber: server.project, kind, name, source: 'test' })
  await insertRevision(pool, {
    uuid,
    after: 0,
    name,
    source: 'test',
    aheadOfSource: false,
    digest: definitionDigest(definition),
    body: definition,
    file: null,
    author: 'user:usr_1',
    comment: '',
  })
}

/** A run of one task with this work on an agent. */
function planOf(work: Work, more: Partial<Extract<TaskWork, { kind: 'work' }>> = {}): RunPlan {
  const bare = stepPlan('dev/work')
  const [first] = bare.links
  assert.ok(first)
  const step = { ...bare, links: [{ ...first, work }] }
  const task = taskPlan('work', [], {
    work: { kind: 'work', purpose: 'command', application: null, step, ...more },
  })
  return runPlan([stagePlan('dev', { environment: null, tasks: [task] })])
}

/** How the only job of a new run of this plan has ended. */
async function play(
  plan: RunPlan,
): Promise<{ status: string; reason: string | null; code: string | undefined; log: string }> {
  const { root } = await server.startRun(plan)
  const { pool } = server.database
  const find = async () =>
    (
      await pool.query<{
        id: string
        status: string
        outcome: { reason: string | null; code?: string } | null
      }>('SELECT id, status, outcome FROM jobs WHERE root_id = $1 AND finished_at IS NOT NULL', [
        uuidOf(root),
      ])
    ).rows[0]
  await until('the job has ended', async () => (await find()) !== undefined)
  const job = await find()
  const { rows } = await pool.query<{ bytes: Buffer }>(
    'SELECT bytes FROM job_logs WHERE job_id = $1 ORDER BY start',
    [job?.id],
  )
  return {
    status: job?.status ?? '',
    reason: job?.outcome?.reason ?? null,
    code: job?.outcome?.code,
    log: Buffer.concat(rows.map(({ bytes }) => bytes)).toString(),
  }
}

async function archive(text: string): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: 'VERSION' }, text)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return gzipSync(Buffer.concat(chunks))
}

suite('a version', () => {
  const build = (bytes: string): RunPlan =>
    planOf(
      {
        kind: 'source_command',
        purpose: 'build',
        source: null,
        argv: ['sh', '-c', `printf 1.0 > VERSION; printf %s ${bytes} > bits`],
        env: {},
        versionFile: 'VERSION',
        artifacts: { [LONG_NAME]: 'bits' },
        reports: null,
        sbom: null,
      },
      { purpose: 'build', application: { project: 'car', name: LONG_NAME } },
    )

  test('never changes: a build that makes other bytes of it has failed, with both digests', async () => {
    assert.equal((await play(build('one'))).status, 'succeeded')
    assert.equal((await play(build('one'))).status, 'succeeded')
    const refused = await play(build('two'))
    assert.deepEqual([refused.status, refused.code], ['failed', 'artifact_version_taken'])
    assert.match(
      refused.reason ?? '',
      /^\S+ 1\.0 has other bytes already\. Build a new version; a version never changes\. It is sha256:[0-9a-f]{64} since .*, and this build made sha256:[0-9a-f]{64}\.$/,
    )
    const { rows } = await server.database.pool.query('SELECT digest FROM artifacts')
    assert.equal(rows.length, 1)
  })
})

suite('an artifact whose stored bytes were changed on the disk', () => {
  test('is not put in place, and the job says so', async () => {
    const bytes = await archive('one')
    const digest: Digest = await server.blobs.put(bytes)
    const hex = digest.slice('sha256:'.length)
    const damaged = Buffer.from(bytes)
    damaged[damaged.length - 9] = (damaged.at(-9) ?? 0) ^ 1
    await writeFile(join(server.folder, 'objects', 'sha256', hex.slice(0, 2), hex), damaged)
    const artifact = { component: 'api', version: '1.0', digest, sizeBytes: bytes.length }
    const ended = await play(planOf({ kind: 'artifact', artifact, into: '/srv/api' }))
    assert.equal(ended.status, 'errored')
    assert.match(ended.reason ?? '', /digest|damaged|changed/)
    assert.equal(existsSync(join(agent.hostRoot, 'srv/api')), false)
  })
})

suite('words of people', () => {
  test('with quotes, line breaks and substitutions reach a command as they are', async () => {
    const value = `"; touch canary #\n$(touch canary) \`touch canary\` ' || touch canary \${HOME} ${'ü🚗'.repeat(20)}`
    const argv = ['sh', '-c', 'printf %s "$VALUE" > said; printf %s "$VALUE"']
    const ended = await play(planOf({ kind: 'command', argv, env: { VALUE: value } }))
    assert.equal(ended.status, 'succeeded')
    assert.equal(ended.log, value)
    assert.equal(await readFile(join(agent.hostRoot, 'said'), 'utf8'), value)
    assert.equal(existsSync(join(agent.hostRoot, 'canary')), false)
  })
})
