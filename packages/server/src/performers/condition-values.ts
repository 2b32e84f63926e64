// What a condition of a run may speak about, read now.

import { uuidOf, type RunPlan, type StageRunState } from '@lockstep/domain'

import type { Target } from '../ports/reactor.ts'
import { findRunByRoot, listRunSnapshots } from '../postgres/deliverables/run-store.ts'
import { findRow, listRows, type Queryable } from '../postgres/queryable.ts'
import { listStageReports, testsOf, type TaskResult } from '../postgres/read/run-results.ts'

/** The variables `parameters`, `run`, `snapshot`, `results` and `facts` of a condition in this stage. */
export async function readConditionValues(
  db: Queryable,
  target: Target,
  plan: RunPlan,
  stage: StageRunState,
): Promise<Readonly<Record<string, unknown>>> {
  const run = await findRunByRoot(db, target.root)
  const planned = plan.stages[stage.stage]
  const snapshots = await listRunSnapshots(db, target.root)
  const [first] = snapshots.values()
  return {
    parameters: plan.parameters,
    run: {
      id: target.root,
      number: run?.number ?? 0,
      attempt: stage.attempt,
      project: plan.pipeline.project,
      pipeline: plan.pipeline.name,
      release: plan.release?.name ?? '',
      stage: planned?.name ?? '',
      environment: planned?.environment?.name ?? '',
      startedBy: stage.starter,
      trigger: stage.starter.startsWith('trigger:') ? 'commit' : 'person',
      repository: plan.source?.repository ?? '',
      branch: plan.source?.branch ?? '',
      commit: plan.source?.commit ?? '',
    },
    snapshot: {
      application: first?.application ?? '',
      version: first?.version ?? '',
      branch: plan.source?.branch ?? '',
      commit: plan.source?.commit ?? '',
    },
    results: await readResults(db, target, plan, stage),
    facts: await readFacts(db, plan.pipeline.project),
  }
}

async function readResults(
  db: Queryable,
  target: Target,
  plan: RunPlan,
  stage: StageRunState,
): Promise<Readonly<Record<string, TaskResult>>> {
  const reports = await listStageReports(db, target, plan, stage)
  const results: Record<string, TaskResult> = {}
  for (const [index, task] of (plan.stages[stage.stage]?.tasks ?? []).entries()) {
    const slot = stage.tasks[index]
    if (slot === undefined || slot.status === 'pending') continue
    const own = reports.filter(
      ({ step }) => task.work.kind === 'work' && step === task.work.step.key,
    )
    const tests = testsOf(own)
    results[task.key] = {
      state: slot.status,
      attempts: slot.attempt,
      exitCode: own[0]?.report?.exitCode ?? 0,
      total: tests?.total ?? 0,
      passed: tests?.passed ?? 0,
      failed: tests?.failed ?? 0,
      skipped: tests?.skipped ?? 0,
      newFailures: tests?.newFailures ?? 0,
    }
  }
  return results
}

/** Facts that were reported to the project, as a tree: `incidents.sev1` is `facts.incidents.sev1`. */
export async function readFacts(
  db: Queryable,
  project: string,
): Promise<Readonly<Record<string, unknown>>> {
  const rows = await listRows<{ name: string; value: unknown }>(
    db,
    `SELECT f.name, f.value FROM reported_facts f JOIN projects p ON p.number = f.project_id
     WHERE p.name = $1 ORDER BY f.name LIMIT 1000`,
    [project],
  )
  const facts: Record<string, unknown> = Object.create(null)
  for (const { name, value } of rows) put(facts, name.split('.'), value)
  return facts
}

function put(tree: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path
  if (rest.length === 0) {
    tree[name] = value
    return
  }
  const inner = tree[name]
  const branch: Record<string, unknown> = isTree(inner) ? inner : Object.create(null)
  tree[name] = branch
  put(branch, rest, value)
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The state of the stage run that a gate belongs to. */
export async function readStageRun(
  db: Queryable,
  target: Target,
  stageRun: string,
): Promise<StageRunState | undefined> {
  const row = await findRow<{ state: StageRunState }>(
    db,
    `SELECT state FROM aggregates WHERE project_id = $1 AND root_id = $2 AND id = $3`,
    [target.project, uuidOf(target.root), uuidOf(stageRun)],
  )
  return row?.state
}
