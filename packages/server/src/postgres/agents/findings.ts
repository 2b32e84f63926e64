// What agents found where they had placed something, beside what their jobs report.

import { uuidOf } from '@lockstep/domain'
import type { AgentId } from '@lockstep/domain'
import type { Queryable } from '../queryable.ts'

export interface Finding {
  readonly environment: string | null
  readonly component: {
    readonly project: string
    readonly application: string
    readonly name: string
  }
  readonly runs: { readonly version: string; readonly digest: string } | null
  readonly isVerified: boolean
}

/**
 * Keeps what an agent found, and where it differs from the inventory lets the inventory say so: what really runs counts,
 * and who planned on what was there before has to look again. Which version the same bits are known under is for the
 * inventory to say.
 * Only environments in which the agent may work are taken.
 */
export async function saveFindings(
  db: Queryable,
  agent: { readonly id: AgentId; readonly name: string },
  environments: readonly string[],
  findings: readonly Finding[],
): Promise<void> {
  const known = findings.filter(
    ({ environment }) => environment === null || environments.includes(environment),
  )
  if (known.length === 0) return
  const records = known.map(({ environment, component, runs, isVerified }) => ({
    environment: environment === null ? null : uuidOf(environment),
    component_project: component.project,
    application: component.application,
    component: component.name,
    runs,
    verified: isVerified,
  }))
  await db.query(
    `WITH t AS (
       SELECT * FROM jsonb_to_recordset($3::jsonb) AS t (environment uuid, component_project text, application text,
         component text, runs jsonb, verified boolean)
     ), kept AS (
       INSERT INTO agent_findings (agent_id, environment_id, component_project, application, component, runs, verified)
       SELECT $1, environment, component_project, application, component, nullif(runs, 'null'::jsonb), verified FROM t
       ON CONFLICT (agent_id, environment_id, component_project, application, component)
       DO UPDATE SET runs = excluded.runs, verified = excluded.verified, at = excluded.at
     ), moved AS (
       UPDATE inventory i SET runs = CASE WHEN i.runs->>'digest' = t.runs->>'digest' THEN i.runs
           ELSE nullif(t.runs, 'null'::jsonb) END, verified = t.verified, at = clock_timestamp()
       FROM t WHERE i.environment_id = t.environment AND i.component_project = t.component_project
         AND i.application = t.application AND i.component = t.component AND i.resource = $2
         AND (i.runs->>'digest' IS DISTINCT FROM t.runs->>'digest' OR i.verified <> t.verified)
         AND NOT EXISTS (SELECT FROM jobs j WHERE j.environment_id = t.environment AND j.agent_id = $1
           AND j.status IN ('leased', 'running', 'unknown'))
       RETURNING i.*
     ), looked_at AS (
       UPDATE guards SET epoch = epoch + 1 WHERE subject IN (SELECT environment_id FROM moved)
     )
     INSERT INTO inventory_log (environment_id, component_project, application, component, resource, runs, wanted,
       verified, "unknown", by_root_id, by_job_id, at, source_id, seq, ordinal)
     SELECT environment_id, component_project, application, component, resource, runs, wanted, verified, "unknown",
       by_root_id, by_job_id, at, $1, 0, 0 FROM moved`,
    [uuidOf(agent.id), agent.name, JSON.stringify(records)],
  )
}
