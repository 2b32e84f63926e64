import { randomUUIDv7 } from 'node:crypto'
import { uuidOf, type Digest, type EnvironmentId } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import { moveEpoch } from '../../postgres/guards.ts'
import { findRow, listRows, queryableOn } from '../../postgres/queryable.ts'
import { done, no, type Outcome } from '../outcome.ts'

/** A deployment that was made elsewhere; null: something was taken away. */
export interface InventoryReport {
  readonly environment: EnvironmentId
  /** `project/name`. */
  readonly application: string
  readonly component: string
  readonly resource: string
  readonly runs: { readonly version: string; readonly digest: string } | null
  readonly comment: string
}

/**
 * Takes the word of whoever deployed elsewhere: it is what runs there and what is wanted there, unverified until an agent
 * has looked. Who planned on what was there before has to look again.
 */
export async function reportInventory(
  write: Write,
  report: InventoryReport,
): Promise<Outcome<undefined, 'comment_missing' | 'unknown_reference'>> {
  if (report.comment.trim() === '')
    return no('comment_missing', 'Say who deployed this and why: it is kept as evidence.')
  const db = queryableOn(write.tx)
  const uuid = uuidOf(report.environment)
  // The lock on the guard also puts reports about one environment in an order.
  await moveEpoch(db, report.environment)
  const place = await findRow<{ project_id: number; receives: readonly string[] }>(
    db,
    `SELECT d.project_id, ARRAY (SELECT COALESCE(m->'application'->>'project', p.name) || '/' || (m->'application'->>'name')
       FROM jsonb_array_elements(r.body->'receives') m) AS receives
     FROM definitions d JOIN projects p ON p.number = d.project_id
     JOIN definition_revisions r ON r.definition_id = d.id AND r.revision = d.revision
     WHERE d.id = $1 AND d.retired_at IS NULL`,
    [uuid],
  )
  if (place === undefined) return no('unknown_reference', 'This environment was deleted.')
  if (!place.receives.includes(report.application)) {
    return no(
      'unknown_reference',
      `This environment does not take ${report.application}. It takes ${place.receives.join(', ')}.`,
    )
  }
  const [project = '', application = ''] = report.application.split('/')
  const id = randomUUIDv7()
  const before = await findRow<{ runs: { version: string; digest: Digest } | null }>(
    db,
    `SELECT runs FROM inventory WHERE environment_id = $1 AND component_project = $2 AND application = $3
       AND component = $4 AND resource = $5`,
    [uuid, project, application, report.component, report.resource],
  )
  await listRows(
    db,
    `WITH told AS (
       INSERT INTO inventory (environment_id, component_project, application, component, resource, runs, wanted,
         verified, "unknown", by_root_id, by_job_id, at)
       VALUES ($1, $2, $3, $4, $5, $6, $6, false, false, $1, NULL, clock_timestamp())
       ON CONFLICT (environment_id, component_project, application, component, resource) DO UPDATE SET
         runs = excluded.runs, wanted = excluded.wanted, verified = false, "unknown" = false,
         by_root_id = excluded.by_root_id, by_job_id = NULL, at = greatest(excluded.at, inventory.at)
       RETURNING *)
     INSERT INTO inventory_log (environment_id, component_project, application, component, resource, runs, wanted,
       verified, "unknown", by_root_id, by_job_id, at, source_id, seq, ordinal)
     SELECT environment_id, component_project, application, component, resource, runs, wanted,
       verified, "unknown", by_root_id, by_job_id, at, $7, 1, 0 FROM told`,
    [
      uuid,
      project,
      application,
      report.component,
      report.resource,
      report.runs === null ? null : JSON.stringify(report.runs),
      id,
    ],
  )
  await write.record({
    type: 'inventory_reported',
    subject: report.environment,
    project: place.project_id,
    body: {
      report: id,
      application: report.application,
      component: report.component,
      resource: report.resource,
      before: before?.runs ?? null,
      after: report.runs,
      comment: report.comment,
    },
  })
  return done(undefined)
}
