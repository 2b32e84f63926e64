// Finds the parts of a run that commands name: stage runs, tasks, gates, steps, by their addresses.

import {
  addressOf,
  uuidOf,
  type PipelineRunState,
  type RunPlan,
  type StageRunState,
} from '@lockstep/domain'

import type { Target } from '../../ports/reactor.ts'
import type { StoredRun } from '../../postgres/deliverables/run-store.ts'
import { findPlan } from '../../postgres/plans.ts'
import { findRow, type Queryable } from '../../postgres/queryable.ts'

/** A run with its plan and its state as committed last. */
export interface RunPlace {
  readonly run: StoredRun
  readonly plan: RunPlan
  readonly state: PipelineRunState
  readonly target: Target
}

/** A stage of a run: its newest stage run. */
export interface StagePlace extends RunPlace {
  readonly index: number
  readonly stage: StageRunState
  readonly stageTarget: Target
}

/** The run with everything that commands to it need; undefined when it has no first event yet. */
export async function findRunPlace(db: Queryable, run: StoredRun): Promise<RunPlace | undefined> {
  const plan = await findPlan(db, run.plan)
  const state = await findState<PipelineRunState>(db, run, run.id)
  if (plan?.kind !== 'run' || state === undefined) return undefined
  return { run, plan, state, target: targetOf(run, run.id) }
}

/** The stage of this name, as it stands; undefined when the run has not reached it or has no such stage. */
export async function findStagePlace(
  db: Queryable,
  place: RunPlace,
  stage: string,
): Promise<StagePlace | undefined> {
  const index = place.plan.stages.findIndex(({ name }) => name === stage)
  const child = place.state.stages[index]?.child
  if (child === undefined) return undefined
  const state = await findState<StageRunState>(db, place.run, child)
  if (state === undefined) return undefined
  return { ...place, index, stage: state, stageTarget: targetOf(place.run, child) }
}

/** Index of a task by its key, or by its title as an address. */
export function taskIndex(plan: RunPlan, stage: number, task: string): number | undefined {
  const tasks = plan.stages[stage]?.tasks ?? []
  const index = tasks.findIndex(({ key, title }) => key === task || addressOf(title) === task)
  return index === -1 ? undefined : index
}

/** The state of one part of a run. */
export async function findState<State>(
  db: Queryable,
  run: Pick<StoredRun, 'projectNumber' | 'root'>,
  id: string,
): Promise<State | undefined> {
  const row = await findRow<{ state: State }>(
    db,
    `SELECT state FROM aggregates WHERE project_id = $1 AND root_id = $2 AND id = $3`,
    [run.projectNumber, uuidOf(run.root), uuidOf(id)],
  )
  return row?.state
}

/** Where a part of a run is reached. */
export function targetOf(run: Pick<StoredRun, 'projectNumber' | 'root'>, id: string): Target {
  return { project: run.projectNumber, root: run.root, id }
}
