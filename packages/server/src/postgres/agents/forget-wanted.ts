// What was wanted on a host that does not belong to an environment any more.

import { uuidOf, type AgentId } from '@lockstep/domain'

import type { Queryable } from '../queryable.ts'

/**
 * Nothing is wanted any more where nothing runs and no agent will put anything: the host is no resource of the environment.
 * What runs there still stays in the inventory, and so does what is wanted of another agent of that name which works there now:
 * names are given again. `left`: uuids of the environments that the agent does no work in from now on. Inside the transaction of the change.
 */
export async function forgetWanted(
  db: Queryable,
  agent: AgentId,
  left: readonly string[],
): Promise<void> {
  await db.query(
    `WITH gone AS (
       DELETE FROM inventory i USING agents a
       WHERE a.id = $1 AND i.resource = a.name AND i.environment_id = ANY ($2::uuid[])
         AND i.runs IS NULL AND NOT i.unknown
         AND NOT EXISTS (SELECT FROM agents o JOIN agent_assignments s ON s.agent_id = o.id
           WHERE o.name = a.name AND o.id <> a.id AND o.revoked_at IS NULL AND s.environment_id = i.environment_id)
         AND NOT EXISTS (SELECT FROM jobs j WHERE j.environment_id = i.environment_id AND j.agent_id = $1
           AND j.status IN ('leased', 'running', 'unknown'))
       RETURNING i.*
     ), looked_at AS (
       UPDATE guards SET epoch = epoch + 1 WHERE subject IN (SELECT environment_id FROM gone)
     )
     INSERT INTO inventory_log (environment_id, component_project, application, component, resource, runs, wanted,
       verified, "unknown", by_root_id, by_job_id, at, source_id, seq, ordinal)
     SELECT environment_id, component_project, application, component, resource, NULL, NULL, verified, false,
       by_root_id, by_job_id, clock_timestamp(), $1, 0, 0 FROM gone`,
    [uuidOf(agent), left],
  )
}
