import { randomUUIDv7 } from 'node:crypto'
import {
  acceptDrift,
  findHoldingRun,
  uuidOf,
  type AcceptRefusal,
  type Digest,
  type EnvironmentId,
  type EnvironmentLockState,
  type Installed,
  type InventoryRow,
} from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import { moveEpoch } from '../../postgres/guards.ts'
import { findRow, listRows, queryableOn, type Queryable } from '../../postgres/queryable.ts'
import { done, no, type Outcome } from '../outcome.ts'

/** What runs somewhere by the word of a person; null: nothing. */
export interface InventoryReport {
  readonly environment: EnvironmentId
  /** `project/name`. */
  readonly application: string
  readonly component: string
  readonly resource: string
  readonly runs: { readonly version: string; readonly digest: string } | null
  /** It has drifted to this, and is accepted. */
  readonly accept: boolean
  readonly comment: string
}

/**
 * Takes the word of whoever deployed elsewhere: it is what runs there and what is wanted there, unverified until an agent
 * has looked. Drift that is accepted ends likewise, but only what runs now, and not while a run changes the environment.
 * Who planned on what was there before has to look again.
 */
export async function reportInventory(
  write: Write,
  report: InventoryReport,
): Promise<Outcome<undefined, 'comment_missing' | 'unknown_reference' | 'wrong_state'>> {
  if (report.comment.trim() === '') {
    const what = report.accept ? 'why this is right' : 'who deployed this and why'
    return no('comment_missing', `Say ${what}: it is kept as evidence.`)
  }
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
  const before = await findPlace(db, report)
  if (report.accept) {
    const { digest } = report.runs ?? { digest: null }
    const accepted = acceptDrift(before, {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract has looked at its form
      digest: digest as Digest | null,
      isBeingChanged: await isHeldByRun(db, uuid),
    })
    if (!accepted.ok) return refuseAccept(accepted.refusal, report, before)
  }
  const runs = report.accept ? (before?.reported ?? null) : report.runs
  await listRows(
    db,
    `WITH told AS (
       INSERT INTO inventory (environment_id, component_project, application, component, resource, runs, wanted,
         verified, "unknown", by_root_id, by_job_id, at)
       VALUES ($1, $2, $3, $4, $5, $6, $6, $8, false, $1, NULL, clock_timestamp())
       ON CONFLICT (environment_id, component_project, application, component, resource) DO UPDATE SET
         runs = excluded.runs, wanted = excluded.wanted, verified = excluded.verified, "unknown" = false,
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
      runs === null ? null : JSON.stringify(runs),
      id,
      report.accept && before?.verified === true,
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
      ...(report.accept ? { accepted: true, wanted: toJson(before?.wanted ?? null) } : {}),
      before: toJson(before?.reported ?? null),
      after: toJson(runs),
      comment: report.comment,
    },
  })
  return done(undefined)
}

function toJson(
  installed: { readonly version: string; readonly digest: string } | null,
): { readonly version: string; readonly digest: string } | null {
  return installed && { version: installed.version, digest: installed.digest }
}

/** The row of the place as it is now; the guard of its environment keeps other reports away meanwhile. */
async function findPlace(
  db: Queryable,
  report: InventoryReport,
): Promise<InventoryRow | undefined> {
  const [project = '', application = ''] = report.application.split('/')
  const row = await findRow<{
    runs: Installed | null
    wanted: Installed | null
    verified: boolean
    unknown: boolean
    at: Date
  }>(
    db,
    `SELECT runs, wanted, verified, "unknown", at FROM inventory WHERE environment_id = $1 AND component_project = $2
       AND application = $3 AND component = $4 AND resource = $5 FOR UPDATE`,
    [uuidOf(report.environment), project, application, report.component, report.resource],
  )
  return (
    row && {
      environment: report.environment,
      component: { project, application, name: report.component },
      resource: report.resource,
      reported: row.runs,
      verified: row.verified,
      unknown: row.unknown,
      wanted: row.wanted,
      since: row.at.getTime(),
      putBy: null,
    }
  )
}

async function isHeldByRun(db: Queryable, environment: string): Promise<boolean> {
  const row = await findRow<{ state: EnvironmentLockState }>(
    db,
    `SELECT state FROM aggregates WHERE root_id = $1 AND parent_id IS NULL AND kind = 'environment_lock'`,
    [environment],
  )
  return row !== undefined && findHoldingRun(row.state) !== undefined
}

function refuseAccept(
  refusal: AcceptRefusal,
  { resource, component, runs: seen }: InventoryReport,
  now: InventoryRow | undefined,
): Outcome<never, 'wrong_state' | 'unknown_reference'> {
  const runs = now?.reported ?? null
  const fields = { refusal, runs: toJson(runs) }
  switch (refusal) {
    case 'never_here':
      return no('unknown_reference', `${component} has never been on ${resource}.`)
    case 'being_changed':
      return no(
        'wrong_state',
        `A run holds the environment and may still change ${resource}. Accept what runs when it is done.`,
        fields,
      )
    case 'contact_lost':
      return no(
        'wrong_state',
        `Nobody knows what ${resource} runs: contact was lost while ${component} was being changed. Its agent looks when it is back.`,
        fields,
      )
    case 'runs_other':
      return no(
        'wrong_state',
        `${resource} runs ${bitsOf(runs)} of ${component} by now, not ${bitsOf(seen)}. Look again before you accept it.`,
        fields,
      )
    case 'no_drift':
      return no(
        'wrong_state',
        `${resource} does not drift any more: ${bitsOf(runs)} of ${component} is what is wanted.`,
        fields,
      )
  }
}

const DIGITS_SHOWN = 'sha256:'.length + 8

function bitsOf(installed: { readonly version: string; readonly digest: string } | null): string {
  if (installed === null) return 'nothing'
  return `${installed.version} (${installed.digest.slice(0, DIGITS_SHOWN)})`
}
