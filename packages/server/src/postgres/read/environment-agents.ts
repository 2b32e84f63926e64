import { idOf, uuidOf, type AgentId, type EnvironmentId } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

/** An agent as a resource of an environment. */
export interface EnvironmentAgent {
  readonly id: AgentId
  readonly name: string
  readonly labels: readonly string[]
}

/** The agents that are assigned to an environment now, by name; revoked ones are not among them. */
export async function listEnvironmentAgents(
  db: Queryable,
  environment: EnvironmentId,
): Promise<readonly EnvironmentAgent[]> {
  const rows = await listRows<{ id: string; name: string; labels: readonly string[] }>(
    db,
    `SELECT a.id, a.name, a.labels FROM agents a
     JOIN agent_assignments s ON s.agent_id = a.id
     WHERE s.environment_id = $1 AND a.revoked_at IS NULL ORDER BY a.name`,
    [uuidOf(environment)],
  )
  return rows.map(({ id, name, labels }) => ({ id: idOf('agt', id), name, labels }))
}
