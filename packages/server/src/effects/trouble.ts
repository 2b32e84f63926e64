// What went wrong, by the names that people know: failed tasks of a stage, steps of a process, targets without contact.

import {
  uuidOf,
  type AggregateKind,
  type PipelineRunState,
  type ProcessRunState,
  type StagePlan,
  type StageRunState,
  type StepRunState,
} from '@lockstep/domain'

import type { Outgoing } from '../ports/outgoing.ts'
import { findPlan } from '../postgres/plans.ts'
import { findRow, listRows, type Queryable } from '../postgres/queryable.ts'

const NAMED_MAX = 20

/** One line for each thing that failed or is unknown, at most 20; of a run, what ended the stage in which it failed. */
export async function readTrouble(
  db: Queryable,
  { project, root }: Pick<Outgoing, 'project' | 'root'>,
  about: string,
): Promise<readonly string[]> {
  const row = await findRow<{ kind: AggregateKind; state: unknown }>(
    db,
    `SELECT kind, state FROM aggregates WHERE project_id = $1 AND root_id = $2 AND id = $3`,
    [project, uuidOf(root), uuidOf(about)],
  )
  if (row === undefined) return []
  // The kind of the row says whose state it is.
  // oxlint-disable typescript/no-unsafe-type-assertion -- see above
  switch (row.kind) {
    case 'stage_run':
      return stageTrouble(db, row.state as StageRunState, { project, root })
    case 'process_run':
      return stepsOf(db, row.state as ProcessRunState)
    case 'step_run':
      return targetsOf(db, row.state as StepRunState, { project, root })
    case 'pipeline_run':
      return runTrouble(db, row.state as PipelineRunState, { project, root })
    case 'gate_run':
    case 'environment_lock':
    case 'release':
      return []
  }
  // oxlint-enable typescript/no-unsafe-type-assertion
}

async function runTrouble(
  db: Queryable,
  { stages }: PipelineRunState,
  at: Pick<Outgoing, 'project' | 'root'>,
): Promise<readonly string[]> {
  const failed = stages.find(({ status }) => status === 'failed' || status === 'errored')?.child
  if (failed === undefined) return []
  const row = await findRow<{ state: StageRunState }>(
    db,
    `SELECT state FROM aggregates WHERE project_id = $1 AND root_id = $2 AND id = $3 AND kind = 'stage_run'`,
    [at.project, uuidOf(at.root), uuidOf(failed)],
  )
  return row === undefined ? [] : stageTrouble(db, row.state, at)
}

async function stageTrouble(
  db: Queryable,
  state: StageRunState,
  at: { readonly project: number; readonly root: string },
): Promise<readonly string[]> {
  const plan = await findPlan(db, state.plan)
  const stage = plan?.kind === 'run' ? plan.stages[state.stage] : undefined
  if (stage === undefined) return []
  const condition =
    state.whenError === undefined ? [] : [`condition of ${stage.title} (${state.whenError})`]
  const gates = await rejectedGates(db, state, at)
  return [
    ...condition,
    ...gates.map(({ node, reason }) => `${node} gate of ${stage.title} (${reason})`),
    ...failedTasks(state, stage),
  ].slice(0, NAMED_MAX)
}

async function rejectedGates(
  db: Queryable,
  { entry, exit }: StageRunState,
  at: { readonly project: number; readonly root: string },
): Promise<readonly { readonly node: string; readonly reason: string }[]> {
  const rejected = [entry, exit].flatMap(({ status, gate }) =>
    status === 'rejected' && gate !== undefined ? [uuidOf(gate)] : [],
  )
  if (rejected.length === 0) return []
  return listRows(
    db,
    `SELECT node, state->>'reason' AS reason FROM aggregates
     WHERE project_id = $1 AND root_id = $2 AND id = ANY ($3::uuid[]) ORDER BY node`,
    [at.project, uuidOf(at.root), rejected],
  )
}

function failedTasks(state: StageRunState, stage: StagePlan): readonly string[] {
  return state.tasks.flatMap(({ status, reason }, index) => {
    if (status !== 'failed' && status !== 'errored') return []
    const title = `${stage.tasks[index]?.title ?? String(index)} in ${stage.title}`
    return [reason === undefined || reason === '' ? title : `${title} (${reason})`]
  })
}

async function stepsOf(db: Queryable, state: ProcessRunState): Promise<readonly string[]> {
  const plan = await findPlan(db, state.plan)
  if (plan?.kind !== 'process') return []
  const where = plan.environment === null ? '' : ` on ${plan.environment.name}`
  return state.steps
    .flatMap(({ status }, index) =>
      status === 'waiting' ? [`${plan.steps[index]?.title ?? String(index)}${where}`] : [],
    )
    .slice(0, NAMED_MAX)
}

async function targetsOf(
  db: Queryable,
  state: StepRunState,
  at: { readonly project: number; readonly root: string },
): Promise<readonly string[]> {
  const rows = await listRows<{ agent: string | null }>(
    db,
    `SELECT g.name AS agent FROM jobs j LEFT JOIN agents g ON g.id = j.agent_id
     WHERE j.project_id = $1 AND j.root_id = $2 AND j.owner_id = $3 AND j.status = 'unknown'
     ORDER BY j.target LIMIT ${NAMED_MAX}`,
    [at.project, uuidOf(at.root), uuidOf(state.id)],
  )
  return rows.map(({ agent }) => `${state.step} on ${agent ?? 'an agent'}`)
}
