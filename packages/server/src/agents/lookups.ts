// What nearly every request of an agent asks the database, asked for many requests together.

import type { AgentId, Digest, Plan } from '@lockstep/domain'
import { findAgentJobs } from '../postgres/agents/agent-jobs.ts'
import type { AgentJob, NamedJob } from '../postgres/agents/agent-jobs.ts'
import { findAgents, takeNonces } from '../postgres/agents/agents.ts'
import type { AgentRecord, Nonce } from '../postgres/agents/agents.ts'
import { Batch } from '../postgres/batch.ts'
import type { Queryable } from '../postgres/queryable.ts'
import { PlanCache } from '../postgres/plan-cache.ts'

export interface AgentLookups {
  /** The agent with this id as it is now, unless it was revoked. */
  findAgent(agent: AgentId): Promise<AgentRecord | undefined>
  /** False when the nonce was used within the last minutes. */
  takeNonce(nonce: Nonce): Promise<boolean>
  /** The job, if this agent has ever held its newest lease. */
  findJob(named: NamedJob): Promise<AgentJob | undefined>
  findPlan(digest: Digest): Promise<Plan | undefined>
}

const PLAN_BYTES_MAX = 16 * 1024 * 1024

export function createAgentLookups(db: Queryable): AgentLookups {
  const agents = new Batch<AgentId, AgentRecord | undefined>((asked) => findAgents(db, asked))
  const nonces = new Batch<Nonce, boolean>((asked) => takeNonces(db, asked))
  const jobs = new Batch<NamedJob, AgentJob | undefined>((asked) => findAgentJobs(db, asked))
  const plans = new PlanCache(PLAN_BYTES_MAX)
  return {
    findAgent: (agent) => agents.ask(agent),
    takeNonce: (nonce) => nonces.ask(nonce),
    findJob: (named) => jobs.ask(named),
    async findPlan(digest) {
      await plans.load(db, [digest])
      return plans.find(digest)
    },
  }
}
