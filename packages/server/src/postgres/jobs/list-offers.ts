// What could be given to agents: only looked at, so that nothing is locked which somebody else gets.

import { uuidOf } from '@lockstep/domain'
import type { ClaimRequest } from '../../ports/job-claims.ts'
import type { Queryable } from '../queryable.ts'

/** A job that somebody may have, as the keys of its row. */
export interface Offer {
  readonly project: number
  readonly root: string
  readonly owner: string
  readonly id: string
  readonly pool: string
  readonly environment: string | null
  /** The agent that it is leased to already, as a uuid: to be offered again. */
  readonly agent: string | null
}

const KEY = `j.project_id AS project, j.root_id AS root, j.owner_id AS owner, j.id, j.pool, j.environment_id AS environment`

/**
 * Each pool is looked into by itself, in its order and only as deep as agents of one reach can take: many jobs of a pool
 * whose agents are busy do not stand before those of another.
 */
const LIST = `
  SELECT j.* FROM unnest($1::uuid[], $2::int[]) AS t (agent, most) JOIN LATERAL (
    SELECT ${KEY}, j.agent_id AS agent FROM jobs j
    WHERE j.agent_id = t.agent AND j.status = 'leased' AND j.cancel_at IS NULL AND j.deadline > now()
    ORDER BY j.id LIMIT t.most) j ON true
  UNION ALL
  SELECT j.* FROM unnest($3::text[], $4::text[], $5::text[], $6::int[]) AS t (pool, environments, projects, most)
  JOIN LATERAL (
    SELECT ${KEY}, NULL::uuid AS agent FROM jobs j
    WHERE j.status = 'ready' AND j.pool = t.pool AND j.cancel_at IS NULL
      AND (j.not_before IS NULL OR j.not_before <= now())
      AND CASE WHEN j.environment_id IS NULL THEN j.project_id = ANY (t.projects::int[])
        ELSE j.environment_id = ANY (t.environments::uuid[]) END
      AND (SELECT g.open FROM guards g WHERE g.subject = j.owner_id)
      AND (j.always OR (SELECT g.open FROM guards g WHERE g.subject = j.root_id))
    ORDER BY j.id LIMIT t.most) j ON true`

/** What is leased to these agents and was not begun, and the oldest ready jobs that they could take and nothing holds back. */
export async function listOffers(
  db: Queryable,
  requests: readonly ClaimRequest[],
): Promise<readonly Offer[]> {
  const reaches = reachesOf(requests)
  // Who waits was asked for this when it came.
  const fresh = requests.filter(({ isOld }) => isOld !== true)
  const { rows } = await db.query<Offer>({
    name: 'list_offers',
    text: LIST,
    values: [
      fresh.map(({ agent }) => uuidOf(agent)),
      fresh.map(({ limit, running }) => limit + running.length),
      reaches.map(({ pool }) => pool),
      reaches.map(({ environments }) => environments),
      reaches.map(({ projects }) => projects),
      reaches.map(({ most }) => most),
    ],
  })
  return rows
}

interface Reach {
  readonly pool: string
  /** Array literals of the database. */
  readonly environments: string
  readonly projects: string
  most: number
}

/** Who may take the same of a pool looks into it once. */
function reachesOf(requests: readonly ClaimRequest[]): readonly Reach[] {
  const reaches = new Map<string, Reach>()
  for (const { pools, limit, ...may } of requests) {
    const environments = `{${may.environments.map(uuidOf).join()}}`
    const projects = `{${may.projects.join()}}`
    for (const pool of pools) {
      const key = `${pool}\n${environments}\n${projects}`
      const known = reaches.get(key)
      if (known === undefined) reaches.set(key, { pool, environments, projects, most: limit })
      else known.most += limit
    }
  }
  return [...reaches.values()]
}
