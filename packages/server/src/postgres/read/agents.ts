// Agents as screens show them: who they are, where they may work, and whether anything was heard of them.

import { idOf, uuidOf } from '@lockstep/domain'
import type { AgentId, EnvironmentId, ProjectId } from '@lockstep/domain'

import { findRow, listRows } from '../queryable.ts'
import type { Queryable } from '../queryable.ts'

/** Contact is shown as lost after this; an agent asks at least every 25 s. */
const LOST_AFTER_S = 30

export interface AgentView {
  readonly id: AgentId
  readonly name: string
  readonly labels: readonly string[]
  readonly state: 'online' | 'lost' | 'draining' | 'revoked' | 'never_seen'
  readonly version: string
  readonly lastSeenAt: Date | null
  readonly enrolledAt: Date
  /** Jobs that it holds at this moment. */
  readonly jobs: number
  /** Projects by name, environments as `project/name`. */
  readonly assignments: readonly string[]
}

interface Row {
  readonly id: string
  readonly name: string
  readonly labels: readonly string[]
  readonly state: AgentView['state']
  readonly version: string
  readonly seen_at: Date | null
  readonly enrolled_at: Date
  readonly jobs: number
  readonly assignments: readonly string[] | null
}

// What may be seen of where they work: everything, or places in these projects and environments.
const SEEN = '($1 OR p.id = ANY ($2::uuid[]) OR s.environment_id = ANY ($3::uuid[]))'

const SELECT = `
  SELECT a.id, a.name, a.labels, a.version, a.seen_at, a.enrolled_at,
    CASE WHEN a.revoked_at IS NOT NULL THEN 'revoked'
      WHEN a.seen_at IS NULL THEN 'never_seen'
      WHEN a.seen_at < now() - interval '${LOST_AFTER_S} seconds' THEN 'lost'
      WHEN a.draining THEN 'draining' ELSE 'online' END AS state,
    (SELECT count(*)::int FROM jobs j WHERE j.agent_id = a.id AND j.status IN ('leased', 'running')) AS jobs,
    (SELECT array_agg(p.name || coalesce('/' || d.name, '') ORDER BY p.name, d.name)
     FROM agent_assignments s JOIN projects p ON p.number = s.project_id
     LEFT JOIN definitions d ON d.id = s.environment_id WHERE s.agent_id = a.id AND ${SEEN}) AS assignments
  FROM agents a`

/** One agent, also a revoked one. */
export async function findAgentView(db: Queryable, agent: AgentId): Promise<AgentView | undefined> {
  const row = await findRow<Row>(db, `${SELECT} WHERE a.id = $4`, [true, [], [], uuidOf(agent)])
  return row === undefined ? undefined : fromRow(row)
}

/** A page of agents by id. Who does not see everything sees those that may work in the projects and environments in reach, and nothing of where else they work. */
export async function listAgentViews(
  db: Queryable,
  page: {
    readonly limit: number
    readonly after: string | undefined
    readonly name: string | undefined
    /** This one alone. */
    readonly agent?: AgentId
    readonly within:
      | 'all'
      | { readonly projects: readonly ProjectId[]; readonly environments: readonly EnvironmentId[] }
  },
): Promise<readonly AgentView[]> {
  const { limit, after, name, agent, within } = page
  const rows = await listRows<Row>(
    db,
    `${SELECT} WHERE ($4::uuid IS NULL OR a.id > $4) AND ($5::text IS NULL OR a.name = $5)
       AND ($7::uuid IS NULL OR a.id = $7)
       AND ($1 OR EXISTS (SELECT FROM agent_assignments s JOIN projects p ON p.number = s.project_id
         WHERE s.agent_id = a.id AND ${SEEN}))
     ORDER BY a.id LIMIT $6`,
    [
      within === 'all',
      within === 'all' ? [] : within.projects.map(uuidOf),
      within === 'all' ? [] : within.environments.map(uuidOf),
      after === undefined ? null : uuidOf(after),
      name ?? null,
      limit,
      agent === undefined ? null : uuidOf(agent),
    ],
  )
  return rows.map(fromRow)
}

function fromRow(row: Row): AgentView {
  return {
    id: idOf('agt', row.id),
    name: row.name,
    labels: row.labels,
    state: row.state,
    version: row.version,
    lastSeenAt: row.seen_at,
    enrolledAt: row.enrolled_at,
    jobs: row.jobs,
    assignments: row.assignments ?? [],
  }
}
