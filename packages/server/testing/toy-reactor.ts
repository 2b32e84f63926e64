// A reactor with the toy machines on a database of its own, and what tests do with it.
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { idOf } from '@lockstep/domain'
import type { AgentId, RunId } from '@lockstep/domain'
import { TOY_MACHINES, TOY_POOL } from '@lockstep/testkit'
import { Client } from 'pg'
import type { ClaimedJob } from '../src/ports/job-claims.ts'
import type { Submitted, Target } from '../src/ports/reactor.ts'
import { auditInvariants } from '../src/postgres/audit/audit-invariants.ts'
import { verifyAudit } from '../src/postgres/audit/verify-audit.ts'
import { claimJobs } from './claim-jobs.ts'
import { createIdBlocks } from '../src/postgres/reactor/id-blocks.ts'
import { Reactor } from '../src/postgres/reactor/reactor.ts'
import type { Incident, ReactorOptions } from '../src/postgres/reactor/reactor.ts'
import type { TestDatabase } from './database.ts'

export const PROJECT = 7
const newIds = createIdBlocks()

export interface ToyReactor extends AsyncDisposable {
  readonly reactor: Reactor
  readonly incidents: Incident[]
}

export async function startToyReactor(
  database: TestDatabase,
  options: Partial<ReactorOptions> = {},
): Promise<ToyReactor> {
  const incidents: Incident[] = []
  const reactor = new Reactor({
    newClient: () => new Client(database.url),
    machines: TOY_MACHINES,
    onIncident: (incident) => incidents.push(incident),
    ...options,
  })
  await reactor.start()
  return { reactor, incidents, [Symbol.asyncDispose]: () => reactor[Symbol.asyncDispose]() }
}

export function newRunId(): RunId {
  return idOf('run', newIds(Date.now()))
}

export function newAgentId(): AgentId {
  return idOf('agt', newIds(Date.now()))
}

export interface ToyRunInput {
  readonly steps?: number
  readonly jobs?: number
  readonly atOnce?: number
  readonly project?: number
  readonly [field: string]: unknown
}

/** Creates a run and answers where it is. */
export async function createRun(
  { reactor }: Pick<ToyReactor, 'reactor'>,
  { project = PROJECT, steps = 0, jobs = 1, atOnce = 1, ...rest }: ToyRunInput = {},
): Promise<Target> {
  const id = newRunId()
  const event = { type: 'run_created', steps, jobs, atOnce, ...rest }
  const root = { project, kind: 'pipeline_run', id } as const
  return accepted(await reactor.create(root, event, 'rule')).target
}

/** The answer, which must be yes. */
export function accepted(submitted: Submitted): Extract<Submitted, { ok: true }> {
  assert.ok(submitted.ok, submitted.ok ? '' : `refused: ${submitted.refusal}`)
  return submitted
}

export function claim(
  database: TestDatabase,
  agent: AgentId,
  limit = 10,
): Promise<readonly ClaimedJob[]> {
  return claimJobs(database.pool, {
    agent,
    pools: [TOY_POOL],
    limit,
    leaseMs: 60_000,
    environments: [],
    projects: [PROJECT],
    running: [],
  })
}

export function finish(
  { reactor }: Pick<ToyReactor, 'reactor'>,
  { id, owner, fence }: Pick<ClaimedJob, 'id' | 'owner' | 'fence'>,
): Promise<Submitted> {
  const outcome = { status: 'succeeded', report: { exitCode: 0 } } as const
  return reactor.submit(owner, { type: 'job_finished', job: id }, 'agent:agt_toy', {
    owned: { job: id, fence, while: 'held', outcome },
  })
}

/** Claims and finishes jobs until the condition holds. */
export async function work(
  database: TestDatabase,
  toys: readonly Pick<ToyReactor, 'reactor'>[],
  isDone: () => Promise<boolean>,
): Promise<void> {
  const agent = newAgentId()
  await until(async () => {
    const jobs = await claim(database, agent, 100)
    await Promise.all(
      jobs.map((job, index) => finish(toys[index % toys.length] as ToyReactor, job)),
    )
    return isDone()
  })
}

/** Polls until the condition holds; fails after the deadline. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  withinMs = 120_000,
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await condition())) {
    assert.ok(performance.now() < deadline, `not within ${withinMs} ms: ${condition.toString()}`)
    await delay(10)
  }
}

/** How many aggregates have not ended, and how many messages are on their way. */
export async function countUnfinished(database: TestDatabase): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `SELECT ((SELECT count(*) FROM aggregates WHERE finished_at IS NULL) + (SELECT count(*) FROM inbox))::int AS count`,
  )
  return rows[0]?.count ?? 0
}

/** What every test ends with: no invariant is broken, and the audit chain explains every event. */
export async function assertSound(database: TestDatabase): Promise<void> {
  assert.deepEqual(await auditInvariants(database.pool), [])
  const client = await database.pool.connect()
  try {
    const verdict = await verifyAudit(client)
    assert.ok(verdict.ok, JSON.stringify(verdict))
  } finally {
    client.release()
  }
}
