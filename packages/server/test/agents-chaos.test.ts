// Agents and the HTTP server are killed at random while a step runs on many targets; what counts must be right at the end.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { idOf, uuidOf } from '@lockstep/domain'
import { runPlan, stagePlan, stepPlan, taskPlan } from '@lockstep/testkit'
import { auditInvariants } from '../src/postgres/audit/audit-invariants.ts'
import { startAgent, startAgentServer } from '../testing/served-agents.ts'
import type { AgentServer, RunningAgent } from '../testing/served-agents.ts'
import { until } from '../testing/until.ts'
import { readWholeLog } from '../testing/whole-log.ts'

const TARGETS = 12
const AGENTS = 3
const LINES = 25
const SEED = 20_261_124

/** Says who is killed next; the same seed gives the same order. */
function createChance(seed: number): (most: number) => number {
  let count = 0
  return (most) => {
    count += 1
    return createHash('sha256').update(`${seed}/${count}`).digest().readUInt32LE() % most
  }
}

const script = `echo "$LOCKSTEP_JOB" >> runs; i=0; while [ $i -lt ${LINES} ]; do echo "$LOCKSTEP_JOB $i"; i=$((i+1)); sleep 0.02; done`

async function countEnded(server: AgentServer): Promise<number> {
  const { rows } = await server.database.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM jobs WHERE status = 'succeeded'`,
  )
  return rows[0]?.count ?? 0
}

/** Kills an agent, and now and then the HTTP server, each time another job has ended. Returns how often. */
async function killUntilAllEnded(
  server: AgentServer,
  agents: readonly RunningAgent[],
): Promise<number> {
  const chance = createChance(SEED)
  let kills = 0
  let ended = 0
  while (ended < TARGETS) {
    const victim = agents[chance(agents.length)]
    await victim?.kill()
    if (chance(4) === 0) await server.restartHttp()
    victim?.start()
    kills += 1
    const before = ended
    await until('another job ends', async () => (await countEnded(server)) > before, 60_000)
    ended = await countEnded(server)
  }
  return kills
}

async function statusOf(server: AgentServer, root: string): Promise<string | undefined> {
  const { rows } = await server.database.pool.query<{ status: string }>(
    'SELECT status FROM aggregates WHERE id = $1',
    [uuidOf(root)],
  )
  return rows[0]?.status
}

async function readRuns(agents: readonly RunningAgent[]): Promise<readonly string[]> {
  const texts = await Promise.all(
    agents.map(({ hostRoot }) => readFile(join(hostRoot, 'runs'), 'utf8').catch(() => '')),
  )
  return texts.flatMap((text) => text.split('\n')).filter((line) => line !== '')
}

async function readLogs(server: AgentServer): Promise<ReadonlyMap<string, string>> {
  const { pool } = server.database
  const { rows } = await pool.query<{ id: string }>(
    'SELECT DISTINCT job_id AS id FROM job_logs ORDER BY id',
  )
  const logs = new Map<string, string>()
  for (const { id } of rows) logs.set(id, (await readWholeLog(pool, id)).toString())
  return logs
}

test(
  `with agents and server killed at random every job runs once and every log is whole (seed ${SEED})`,
  { timeout: 120_000 },
  async () => {
    await using server = await startAgentServer()
    const names = Array.from({ length: AGENTS }, (_, index) => `host-${index}`)
    const agents = await Promise.all(names.map((name) => startAgent(server, name)))
    const bare = stepPlan('dev/work')
    const [link, target] = [bare.links[0], bare.targets[0]]
    assert.ok(link && target)
    const step = {
      ...bare,
      atOnce: AGENTS * 2,
      links: [{ ...link, work: { kind: 'script' as const, text: script, env: {} } }],
      targets: Array.from({ length: TARGETS }, (_, index) => ({
        ...target,
        resource: `linux-${index}`,
      })),
    }
    const task = taskPlan('work', [], {
      work: { kind: 'work', purpose: 'command', application: null, step },
    })
    const run = await server.startRun(
      runPlan([stagePlan('dev', { environment: null, tasks: [task] })]),
    )

    const kills = await killUntilAllEnded(server, agents)
    await until('the run ends', async () => (await statusOf(server, run.root)) === 'succeeded')
    assert.ok(kills >= 3)

    const runs = await readRuns(agents)
    assert.equal(runs.length, TARGETS)
    assert.equal(new Set(runs).size, TARGETS)
    const logs = await readLogs(server)
    for (const [uuid, log] of logs) {
      const job = idOf('job', uuid)
      assert.equal(log, Array.from({ length: LINES }, (_, index) => `${job} ${index}\n`).join(''))
    }
    assert.equal(logs.size, TARGETS)
    for (const { hostRoot } of agents) {
      const journals = await readdir(join(hostRoot, '..', 'state', 'jobs'))
      for (const name of journals) {
        const journal = await readFile(
          join(hostRoot, '..', 'state', 'jobs', name, 'journal'),
          'utf8',
        )
        assert.equal(journal.split('"type":"started"').length - 1, 1)
      }
    }
    assert.deepEqual(await auditInvariants(server.database.pool), [])
  },
)
