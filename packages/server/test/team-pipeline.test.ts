// A team pipeline from a commit to a verified deployment, with a real agent, real Git and the real write path.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'

import {
  artifact,
  build,
  command,
  component,
  commit,
  defineApplication,
  defineEnvironment,
  definePipeline,
  deploy,
  hosts,
  snapshot,
  stage,
  test as testTask,
  tests,
  tier,
  tierMap,
} from '@lockstep/define'
import { definitionDigest, parseDefinition } from '@lockstep/define/check'
import {
  idOf,
  uuidOf,
  type PipelineRunState,
  type RunId,
  type StageRunState,
} from '@lockstep/domain'

import { composePerformers } from '../src/performers/compose-performers.ts'
import { assignAgent } from '../src/postgres/agents/agents.ts'
import { insertDefinition, insertRevision } from '../src/postgres/deliverables/definition-store.ts'
import { findRun, listRunSnapshots } from '../src/postgres/deliverables/run-store.ts'
import { readGateView } from '../src/postgres/read/gate-view.ts'
import { listInventory } from '../src/postgres/read/inventory.ts'
import { readStepDetail } from '../src/postgres/read/step-detail.ts'
import { listRows } from '../src/postgres/queryable.ts'
import { findState } from '../src/usecases/run/run-place.ts'
import { startRun, type Started } from '../src/usecases/run/start-run.ts'
import { startAgent, startAgentServer, type AgentServer } from '../testing/served-agents.ts'
import { until } from '../testing/until.ts'

const widget = defineApplication('widget', {
  tiers: [
    tier('edge', [
      component('service', {
        provides: { 'widget-api': '1' },
        hosts: {
          deploy: [
            artifact('place', { into: 'srv/service' }),
            command('restart', ['sh', '-c', 'cat srv/service/greeting >> restarts'], {
              timeout: '30s',
            }),
          ],
        },
      }),
    ]),
  ],
})
const dev = defineEnvironment('dev', {
  tiers: [hosts('machines', { label: 'linux' })],
  receives: [tierMap(widget, { edge: 'machines' })],
})
const pipeline = definePipeline('widget', {
  on: [commit({ repository: 'widget', branch: 'main' })],
  stages: [
    stage('dev', {
      environment: dev,
      tasks: [
        build(widget, {
          agent: 'linux',
          run: ['sh', 'pack.sh'],
          version: 'VERSION',
          artifacts: { service: 'service.tar.gz' },
        }),
        testTask('unit tests', { agent: 'linux', run: ['sh', 'check.sh'], report: 'report.xml' }),
        snapshot(widget),
        deploy(widget),
      ],
      exit: [tests({ passRate: '100%' })],
    }),
  ],
})

const REPORT = `<testsuite name="unit" tests="2"><testcase classname="a" name="one"/><testcase classname="a" name="two"/></testsuite>`

/** A repository with one commit; returns its address and the commit. */
function createRepository(folder: string): { readonly url: string; readonly commit: string } {
  mkdirSync(join(folder, 'repository'), { recursive: true })
  const path = join(folder, 'repository')
  writeFileSync(join(path, 'greeting'), 'hello\n')
  writeFileSync(join(path, 'VERSION'), '1.0.0\n')
  writeFileSync(join(path, 'report'), REPORT)
  writeFileSync(join(path, 'check.sh'), 'cp report report.xml\n')
  writeFileSync(
    join(path, 'pack.sh'),
    'tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -c greeting | gzip -n > service.tar.gz\n',
  )
  gitIn(folder, 'init', '--quiet', '--initial-branch=main')
  return { url: `file://${path}`, commit: commitAll(folder) }
}

/** Commits what is there; returns the commit. */
function commitAll(folder: string): string {
  gitIn(folder, 'add', '.')
  gitIn(folder, 'commit', '--quiet', '--message', 'Change')
  return gitIn(folder, 'rev-parse', 'HEAD').trim()
}

function gitIn(folder: string, ...args: readonly string[]): string {
  const person = ['-c', 'user.name=t', '-c', 'user.email=t@example.test']
  return execFileSync('git', ['-C', join(folder, 'repository'), ...person, ...args], {
    encoding: 'utf8',
  })
}

async function apply(server: AgentServer, written: unknown): Promise<string> {
  const parsed = parseDefinition(JSON.parse(JSON.stringify(written)))
  assert.ok(parsed.ok, JSON.stringify(parsed))
  const uuid = crypto.randomUUID()
  const { definition } = parsed
  await insertDefinition(server.database.pool, {
    uuid,
    projectNumber: server.project,
    kind: definition.kind,
    name: definition.name,
    source: 'test',
  })
  await insertRevision(server.database.pool, {
    uuid,
    after: 0,
    name: definition.name,
    source: 'test',
    aheadOfSource: false,
    digest: definitionDigest(definition),
    body: definition,
    file: null,
    author: 'user:usr_1',
    comment: '',
  })
  return uuid
}

async function start(
  server: AgentServer,
  source: { url: string; commit: string },
): Promise<Started> {
  return startRun(
    { db: server.database.pool, reactor: server.reactor },
    {
      project: 'car',
      name: 'widget',
      parameters: {},
      source: { repository: 'widget', branch: 'main', ...source },
      starter: 'trigger:trg_1',
      onFailure: 'end',
      cause: `commit/${source.commit}`,
      plan: null,
    },
  )
}

/** Waits for the end of a run; a task that fails is told with its reason. */
async function untilSucceeded(server: AgentServer, id: RunId) {
  const { pool } = server.database
  const run = await findRun(pool, id)
  assert.ok(run)
  await until(
    'the run has ended',
    async () => {
      const state = await findState<PipelineRunState>(pool, run, run.id)
      if (state?.status !== 'running') return true
      const child = state.stages[0]?.child ?? ''
      const stageRun = await findState<StageRunState>(pool, run, child)
      const failed = stageRun?.tasks.find(
        ({ status }) => status === 'failed' || status === 'errored',
      )
      assert.equal(failed?.reason, undefined)
      return false
    },
    60_000,
  )
  const state = await findState<PipelineRunState>(pool, run, run.id)
  assert.equal(state?.status, 'succeeded')
  return run
}

suite('a team pipeline', () => {
  test('builds, tests, freezes and deploys a commit, and starts once for it', async () => {
    await using server = await startAgentServer()
    server.reactor.answerWith(
      composePerformers({ db: server.database.pool, reactor: server.reactor, fetch }),
    )
    await apply(server, widget)
    const environment = await apply(server, dev)
    await apply(server, pipeline)
    const agent = await startAgent(server, 'host-1')
    await assignAgent(server.database.pool, {
      agent: agent.id,
      project: server.project,
      environment: idOf('env', environment),
      by: 'test',
    })
    const source = createRepository(server.folder)
    const [first, second] = await Promise.all([start(server, source), start(server, source)])
    assert.ok(first.ok && second.ok, JSON.stringify([first, second]))
    assert.equal(first.id, second.id)
    const run = await untilSucceeded(server, first.id)
    const snapshots = await listRunSnapshots(server.database.pool, run.root)
    assert.equal(snapshots.get('car/widget')?.version, '1.0.0')
    const [row] = await listInventory(server.database.pool, {
      environment: idOf('env', environment),
    })
    assert.equal(row?.reported?.version, '1.0.0')
    assert.equal(row?.verified, true)
    const restarts = (): string => readFileSync(join(agent.hostRoot, 'restarts'), 'utf8')
    assert.equal(restarts(), 'hello\n')

    // The next version has the same bytes: nothing is done, and what runs is known under it.
    writeFileSync(join(server.folder, 'repository/VERSION'), '1.0.1\n')
    const next = await start(server, { ...source, commit: commitAll(server.folder) })
    assert.ok(next.ok, JSON.stringify(next))
    await untilSucceeded(server, next.id)
    const [renamed] = await listInventory(server.database.pool, {
      environment: idOf('env', environment),
    })
    assert.deepEqual(
      [renamed?.reported?.version, renamed?.wanted?.version, renamed?.verified],
      ['1.0.1', '1.0.1', true],
    )
    assert.deepEqual(
      [renamed?.reported?.digest, renamed?.since],
      [row?.reported?.digest, row?.since],
    )
    assert.equal(restarts(), 'hello\n')

    const steps = await listRows<{ id: string }>(
      server.database.pool,
      `SELECT id FROM aggregates WHERE kind = 'step_run' AND root_id = $1 ORDER BY id`,
      [uuidOf(next.id)],
    )
    const details = await Promise.all(
      steps.map(({ id }) =>
        readStepDetail(server.database.pool, {
          project: run.projectNumber,
          root: next.id,
          step: idOf('stp', id),
        }),
      ),
    )
    const made = details.flatMap((one) => one?.artifacts ?? [])
    assert.deepEqual(
      made.map(({ component, version, digest, kept }) => [component, version, digest, kept]),
      [['service', '1.0.1', row?.reported?.digest, true]],
      'the step that built it says so, also of bytes that were there before',
    )

    const gates = await server.database.pool.query<{ id: string }>(
      `SELECT a.id FROM aggregates a JOIN runs r ON r.root_id = a.root_id
       WHERE a.kind = 'gate_run' AND r.id = $1 ORDER BY a.id`,
      [uuidOf(next.id)],
    )
    const views = await Promise.all(
      gates.rows.map(async ({ id }) => readGateView(server.database.pool, idOf('gat', id))),
    )
    const exit = views.find((view) => view?.gate.state.node === 'exit')
    assert.deepEqual(
      exit?.brings,
      [{ application: 'widget', from: '1.0.0', to: '1.0.1' }],
      'the last gate says what the run has replaced',
    )
  })
})
