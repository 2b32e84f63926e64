// What the work of a run has brought out: artifacts of its builds, counts of its tests.

import {
  isKept,
  uuidOf,
  type ArtifactRef,
  type JobReport,
  type RunPlan,
  type RunStatus,
  type StageRunState,
  type TestCounts,
} from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

/** The last report of each target of each step under a root, newest attempt first taken. */
export interface StepReport {
  readonly step: string
  readonly target: number
  readonly stageRun: string
  readonly status: string
  readonly report: JobReport | null
}

interface ReportRow {
  readonly step: string
  readonly target: number
  readonly stage_run: string
  readonly status: string
  readonly outcome: JobReport | null
}

/** Where reports are looked for: a whole root, one stage run, or all attempts of one stage of a run. */
export interface ReportScope {
  readonly project: number
  readonly root: string
  readonly stageRun?: string
  readonly stage?: { readonly run: string; readonly node: string }
}

/**
 * What counts of a stage: the newest reports of its own stage run, and for tasks that were kept by a restart those of the
 * attempt in which they were done.
 */
export async function listStageReports(
  db: Queryable,
  { project, root }: { readonly project: number; readonly root: string },
  plan: RunPlan,
  stage: StageRunState,
): Promise<readonly StepReport[]> {
  const own = await listStepReports(db, { project, root, stageRun: stage.id })
  const tasks = plan.stages[stage.stage]?.tasks ?? []
  const kept = new Set(
    stage.tasks.flatMap((slot, index) => {
      const work = tasks[index]?.work
      return isKept(slot) && work?.kind === 'work' ? [work.step.key] : []
    }),
  )
  if (kept.size === 0) return own
  const attempts = { run: stage.parent.id, node: stage.node }
  const all = await listStepReports(db, { project, root, stage: attempts })
  return [...own, ...all.filter(({ step }) => kept.has(step))]
}

/** The newest job of every build, test and command task in the scope, by step and target. */
export async function listStepReports(
  db: Queryable,
  scope: ReportScope,
): Promise<readonly StepReport[]> {
  const rows = await listRows<ReportRow>(
    db,
    `SELECT DISTINCT ON (j.step, j.target) j.step, j.target, o.parent_id AS stage_run, j.status, j.outcome
     FROM jobs j
     JOIN aggregates o ON o.project_id = j.project_id AND o.root_id = j.root_id AND o.id = j.owner_id
     JOIN aggregates s ON s.project_id = j.project_id AND s.root_id = j.root_id AND s.id = o.parent_id
     WHERE j.project_id = $1 AND j.root_id = $2 AND s.kind = 'stage_run'
       AND ($3::uuid IS NULL OR o.parent_id = $3)
       AND ($4::uuid IS NULL OR (s.parent_id = $4 AND s.node = $5))
     ORDER BY j.step, j.target, j.created_at DESC`,
    [
      scope.project,
      uuidOf(scope.root),
      scope.stageRun === undefined ? null : uuidOf(scope.stageRun),
      scope.stage === undefined ? null : uuidOf(scope.stage.run),
      scope.stage?.node ?? null,
    ],
  )
  return rows.map((row) => ({
    step: row.step,
    target: row.target,
    stageRun: row.stage_run,
    status: row.status,
    report: row.outcome,
  }))
}

/** What the newest build of each of these steps has made. */
export function artifactsOf(reports: readonly StepReport[]): {
  readonly version: string | undefined
  readonly artifacts: readonly ArtifactRef[]
} {
  const good = reports.filter((report) => report.status === 'succeeded')
  return {
    version: good.map(({ report }) => report?.version).find((version) => version !== undefined),
    artifacts: good.flatMap(({ report }) => report?.artifacts ?? []),
  }
}

/** The counts of all tests together. */
export function testsOf(reports: readonly StepReport[]): TestCounts | undefined {
  const counted = reports.flatMap(({ report }) =>
    report?.tests === undefined ? [] : [report.tests],
  )
  if (counted.length === 0) return undefined
  const sum = (of: (counts: TestCounts) => number): number => {
    let total = 0
    for (const counts of counted) total += of(counts)
    return total
  }
  return {
    total: sum((counts) => counts.total),
    passed: sum((counts) => counts.passed),
    failed: sum((counts) => counts.failed),
    skipped: sum((counts) => counts.skipped),
    newFailures: sum((counts) => counts.newFailures),
    failures: counted.flatMap((counts) => counts.failures).slice(0, 20),
  }
}

/** What conditions know of earlier tasks, by their address. */
export interface TaskResult {
  readonly state: RunStatus
  readonly attempts: number
  readonly exitCode: number
  readonly total: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly newFailures: number
}
