import { answer, refused, type Agent, type AgentJob, type placeRoutes } from '@lockstep/contract'
import {
  assertInvariant,
  reach as reachOf,
  type AgentId,
  type ProjectId,
  type Reach,
} from '@lockstep/domain'
import type * as z from 'zod/mini'

import type { EntryType } from '../../ports/audit.ts'
import type { People } from '../../ports/people.ts'
import type { Write } from '../../ports/write.ts'
import {
  assignAgent,
  createEnrolment,
  revokeAgent,
  setDraining,
  unassignAgent,
} from '../../postgres/agents/agents.ts'
import { queryableOn, type Queryable } from '../../postgres/queryable.ts'
import { listAgentJobs, type AgentJobLine } from '../../postgres/read/agent-jobs.ts'
import { findAgentView, listAgentViews, type AgentView } from '../../postgres/read/agents.ts'
import { NOT_FOUND } from '../authorize.ts'
import { pageFrom, sliceOf } from '../page.ts'
import { projectsInReach } from '../reach.ts'
import type { ServerHandlers } from '../request-context.ts'

type AgentRoutes = Pick<
  typeof placeRoutes,
  | 'listAgents'
  | 'showAgent'
  | 'listAgentJobs'
  | 'createEnrolment'
  | 'assignAgent'
  | 'unassignAgent'
  | 'drainAgent'
  | 'revokeAgent'
>

/** Agents for people and tokens: enrol, assign, drain, shut out. What agents themselves say comes by their own door. */
export function agentHandlers({
  db,
  people,
}: {
  readonly db: Queryable
  readonly people: People
}): ServerHandlers<AgentRoutes> {
  return {
    async listAgents({ query }, { reach }) {
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      const { limit, after } = slice
      const within = reach.everywhere ? ('all' as const) : reach
      const rows = await listAgentViews(db, { limit, after, name: query.name, within })
      return answer(pageFrom(rows, query.limit, presentAgent))
    },
    async showAgent({ params }, { reach }) {
      const found = await findSeen(db, params.agent, reach)
      return found === undefined ? NOT_FOUND : answer(presentAgent(found))
    },
    async listAgentJobs({ params }, { reach, principal }) {
      if ((await findSeen(db, params.agent, reach)) === undefined) return NOT_FOUND
      const runs = projectsInReach(reachOf(principal.rights, 'run.read'), undefined)
      return answer({ items: (await listAgentJobs(db, params.agent, runs)).map(presentAgentJob) })
    },
    async createEnrolment({ body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const tx = queryableOn(write.tx)
        const taken = await tx.query('SELECT FROM agents WHERE name = $1 AND revoked_at IS NULL', [
          body.name,
        ])
        if ((taken.rowCount ?? 0) > 0) {
          return refused('name_taken', `There is an agent named "${body.name}" already.`)
        }
        const { token, expiresAt } = await createEnrolment(tx, { ...body, by: write.actor })
        // The agent has no id before it enrols: this stands with whoever made the token.
        const subject = /^(?:user|token):(.+)$/.exec(write.actor)?.[1]
        assertInvariant(subject !== undefined, 'a person or a token makes enrolments')
        await write.record({ type: 'agent_enrolment_created', subject, body })
        return answer({ token, expiresAt: expiresAt.toISOString() })
      })
    },
    async assignAgent({ params, body }, { inTransaction, placeOf }) {
      return inTransaction(async (write) => {
        const project = await numberOf(people, body.project)
        if (project === undefined) return NOT_FOUND
        const { environment } = body
        const where = environment === null ? undefined : await placeOf(environment)
        if (
          environment !== null &&
          (where?.on !== 'environment' || where.project !== body.project)
        ) {
          return refused('unknown_reference', 'This project has no such environment.')
        }
        const place = { agent: params.agent, project, environment, by: write.actor }
        return change(write, 'agent_assigned', params.agent, { project, body }, (tx) =>
          assignAgent(tx, place),
        )
      })
    },
    async unassignAgent({ params, body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const project = await numberOf(people, body.project)
        if (project === undefined) return NOT_FOUND
        const { environment } = body
        const place = { agent: params.agent, project, environment }
        return change(write, 'agent_unassigned', params.agent, { project, body }, (tx) =>
          unassignAgent(tx, place),
        )
      })
    },
    async drainAgent({ params, body }, { inTransaction }) {
      const { draining } = body
      return inTransaction((write) =>
        change(write, 'agent_drained', params.agent, { body }, (tx) =>
          setDraining(tx, params.agent, draining),
        ),
      )
    },
    async revokeAgent({ params }, { inTransaction }) {
      return inTransaction((write) =>
        change(write, 'agent_revoked', params.agent, { body: {} }, (tx) =>
          revokeAgent(tx, params.agent),
        ),
      )
    },
  }
}

/** The agent, if it may work somewhere in reach. */
async function findSeen(
  db: Queryable,
  agent: AgentId,
  reach: Reach,
): Promise<AgentView | undefined> {
  const within = reach.everywhere ? ('all' as const) : reach
  const page = { limit: 1, after: undefined, name: undefined, agent, within }
  return (await listAgentViews(db, page))[0]
}

function presentAgentJob(line: AgentJobLine): z.output<typeof AgentJob> {
  const { id, owner, run, startedAt, finishedAt, ...rest } = line
  return {
    ...rest,
    id,
    run: run.id,
    runAddress: run.address,
    step: owner,
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
  }
}

interface Recorded {
  readonly project?: number
  readonly body: {
    readonly project?: string
    readonly environment?: string | null
    readonly draining?: boolean
  }
}

/** Changes an agent that is there, notes it, and shows what it is now. */
async function change(
  write: Write,
  type: EntryType,
  agent: AgentId,
  recorded: Recorded,
  apply: (tx: Queryable) => Promise<void>,
) {
  const tx = queryableOn(write.tx)
  if ((await findAgentView(tx, agent)) === undefined) return NOT_FOUND
  await apply(tx)
  const after = await findAgentView(tx, agent)
  if (after === undefined) return NOT_FOUND
  await write.record({ type, subject: agent, ...recorded })
  return answer(presentAgent(after))
}

async function numberOf(people: People, project: ProjectId): Promise<number | undefined> {
  return (await people.projects.find(project))?.number
}

function presentAgent(agent: AgentView): z.infer<typeof Agent> {
  return {
    ...agent,
    labels: [...agent.labels],
    assignments: [...agent.assignments],
    lastSeenAt: agent.lastSeenAt?.toISOString() ?? null,
    enrolledAt: agent.enrolledAt.toISOString(),
  }
}
