// Manual tasks that wait for people, as far as it takes to say for whom.

import {
  idOf,
  uuidOf,
  type ApproverRef,
  type Instant,
  type Reach,
  type RunPlan,
  type StageRunState,
} from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'
import { listUpwards } from './part-rows.ts'
import { headsOf, type RunHead } from './run-head.ts'

export interface WaitingTaskRow {
  readonly run: RunHead
  readonly plan: RunPlan
  readonly stage: RunPlan['stages'][number]
  readonly key: string
  readonly title: string
  readonly instructions: string
  readonly by: readonly ApproverRef[]
  readonly since: Instant
}

interface StageRow {
  readonly parent_id: string
  readonly state: StageRunState
  readonly plan: RunPlan
  readonly created_at: Date
}

/** Of the projects in reach, in the order in which their stages began. */
export async function listWaitingTasks(
  db: Queryable,
  reach: Reach,
  stagesMax: number,
): Promise<readonly WaitingTaskRow[]> {
  const rows = await listRows<StageRow>(
    db,
    `SELECT a.parent_id, a.state, pl.body AS plan, a.created_at FROM aggregates a
     JOIN projects p ON p.number = a.project_id JOIN plans pl ON pl.digest = a.state->>'plan'
     WHERE a.needs_person AND a.kind = 'stage_run' AND a.finished_at IS NULL
       AND ($1::uuid[] IS NULL OR p.id = ANY ($1))
     ORDER BY a.id LIMIT $2`,
    [reach.everywhere ? null : reach.projects.map(uuidOf), stagesMax],
  )
  const runs = rows.map(({ parent_id }) => idOf('run', parent_id))
  const heads = await headsOf(db, await listUpwards(db, 'pipeline_run', runs))
  return rows.flatMap((row) => {
    const run = heads.get(idOf('run', row.parent_id))
    const stage = row.plan.stages[row.state.stage]
    return run === undefined || stage === undefined ? [] : tasksOf(row, run, stage)
  })
}

function tasksOf(
  { state, plan, created_at }: StageRow,
  run: RunHead,
  stage: RunPlan['stages'][number],
): readonly WaitingTaskRow[] {
  return stage.tasks.flatMap(({ key, title, work }, index) => {
    const slot = state.tasks[index]
    if (work.kind !== 'manual' || slot?.doing !== 'person') return []
    const { by, instructions } = work
    const since = slot.since ?? created_at.getTime()
    return [{ run, plan, stage, key, title, instructions, by, since }]
  })
}
