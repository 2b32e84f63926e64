// What requests of agents ask of the database, for many requests together.

import type { AgentId, Digest, Plan } from '@lockstep/domain'
import { findAgentJobs } from '../postgres/agents/agent-jobs.ts'
import type { AgentJob, NamedJob } from '../postgres/agents/agent-jobs.ts'
import { admitRequests, findAgents, noteSeen } from '../postgres/agents/agents.ts'
import type { Admission, AgentRecord, Nonce, Sighting } from '../postgres/agents/agents.ts'
import { appendJobLogs } from '../postgres/agents/job-logs.ts'
import type { Appended, LogChunk } from '../postgres/agents/job-logs.ts'
import { Batch } from '../postgres/batch.ts'
import type { Queryable } from '../postgres/queryable.ts'
import { PlanCache } from '../postgres/plan-cache.ts'

export interface AgentLookups {
  /** The agent with this id as it is now, unless it was revoked. */
  findAgent(agent: AgentId): Promise<AgentRecord | undefined>
  /** Takes the nonce of a request, and finds who sent it. */
  admit(nonce: Nonce): Promise<Admission | undefined>
  /** The job, if this agent has ever held its newest lease. */
  findJob(named: NamedJob): Promise<AgentJob | undefined>
  findPlan(digest: Digest): Promise<Plan | undefined>
  /** Appends to a log; durable when it says so. */
  appendLog(chunk: LogChunk): Promise<Appended>
  /** Notes that an agent was heard of. */
  noteSeen(sighting: Sighting): Promise<void>
}

const PLAN_BYTES_MAX = 16 * 1024 * 1024
const LOG_BATCH_BYTES_MAX = 2 * 1024 * 1024

export function createAgentLookups(db: Queryable): AgentLookups {
  const agents = new Batch<AgentId, AgentRecord | undefined>((asked) => findAgents(db, asked))
  const nonces = new Batch<Nonce, Admission | undefined>((asked) => admitRequests(db, asked))
  const jobs = new Batch<NamedJob, AgentJob | undefined>((asked) => findAgentJobs(db, asked))
  const logs = new Batch<LogChunk, Appended>((asked) => appendJobLogs(db, asked), {
    keyOf: ({ job }) => job,
    sizeOf: ({ bytes }) => bytes.length,
    sizeMax: LOG_BATCH_BYTES_MAX,
  })
  const sightings = new Batch<Sighting, undefined>(async (seen) => {
    await noteSeen(db, seen)
    return seen.map(() => undefined)
  })
  const plans = new PlanCache(PLAN_BYTES_MAX)
  return {
    findAgent: (agent) => agents.ask(agent),
    admit: (nonce) => nonces.ask(nonce),
    findJob: (named) => jobs.ask(named),
    appendLog: (chunk) => logs.ask(chunk),
    noteSeen: (sighting) => sightings.ask(sighting),
    async findPlan(digest) {
      await plans.load(db, [digest])
      return plans.find(digest)
    },
  }
}
