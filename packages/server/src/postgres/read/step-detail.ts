// A step of a run with its plan, and what its jobs took out of their work.

import {
  findStep,
  idOf,
  uuidOf,
  type ArtifactRef,
  type EnvValue,
  type Id,
  type JobId,
  type StepPlan,
} from '@lockstep/domain'
import { findPlan } from '../plans.ts'
import { findRow, listRows, type Queryable } from '../queryable.ts'

export interface MadeArtifact extends ArtifactRef {
  readonly job: JobId
  readonly kept: boolean
}

export interface StepDetailView {
  readonly project: Id<'prj'>
  readonly step: StepPlan
  readonly variables: Readonly<Record<string, EnvValue>>
  readonly artifacts: readonly MadeArtifact[]
}

/** The step of a run under this root; undefined when there is none. */
export async function readStepDetail(
  db: Queryable,
  at: { readonly project: number; readonly root: string; readonly step: Id<'stp'> },
): Promise<StepDetailView | undefined> {
  const place = [at.project, uuidOf(at.root), uuidOf(at.step)]
  const row = await findRow<{ project: string; plan: string; step: string }>(
    db,
    `SELECT p.id AS project, a.state->>'plan' AS plan, a.state->>'step' AS step
     FROM aggregates a JOIN projects p ON p.number = a.project_id
     WHERE a.project_id = $1 AND a.root_id = $2 AND a.id = $3 AND a.kind = 'step_run'`,
    place,
  )
  if (row === undefined) return undefined
  const plan = await findPlan(db, row.plan)
  const step = plan && findStep(plan, row.step)
  if (plan === undefined || step === undefined) return undefined
  const made = await listRows<ArtifactRef & { readonly job_id: string; readonly kept: boolean }>(
    db,
    `SELECT j.id AS job_id, m.component, m.version, m.digest, m."sizeBytes",
       EXISTS (SELECT FROM artifacts a WHERE a.project_id = j.project_id AND a.digest = m.digest AND a.deleted_at IS NULL) AS kept
     FROM jobs j CROSS JOIN LATERAL jsonb_to_recordset(j.outcome->'artifacts')
       AS m(component text, version text, digest text, "sizeBytes" float8)
     WHERE j.project_id = $1 AND j.root_id = $2 AND j.owner_id = $3
       AND jsonb_typeof(j.outcome->'artifacts') = 'array'
     ORDER BY j.finished_at DESC, m.component LIMIT ${MADE_MAX}`,
    place,
  )
  return {
    project: idOf('prj', row.project),
    step,
    variables: plan.kind === 'process' ? (plan.variables ?? {}) : {},
    artifacts: made.map(({ job_id: job, ...artifact }) => ({ ...artifact, job: idOf('job', job) })),
  }
}

const MADE_MAX = 500
