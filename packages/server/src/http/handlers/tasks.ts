import { answer, WAITING_TASKS_MAX, type taskRoutes, type WaitingTask } from '@lockstep/contract'
import { rolesIn, type Decider } from '@lockstep/domain'
import type * as z from 'zod/mini'

import type { Queryable } from '../../postgres/queryable.ts'
import { readPeople } from '../../postgres/read/people.ts'
import { listWaitingTasks, type WaitingTaskRow } from '../../postgres/read/waiting-tasks.ts'
import { timestampOf } from '../present.ts'
import type { RequestContext, ServerHandlers } from '../request-context.ts'

/** Stages that are looked at when only the caller's own tasks are asked for. */
const LOOKED_MAX = 1_000

/** Manual tasks that wait for people. */
export function taskHandlers({
  db,
}: {
  readonly db: Queryable
}): ServerHandlers<typeof taskRoutes> {
  return {
    async listWaitingTasks({ query }, context) {
      const rows = await listWaitingTasks(db, context.reach, LOOKED_MAX)
      const shown = query.mine === true ? await onlyMine(db, rows, context) : rows
      const oldest = shown.toSorted((a, b) => a.since - b.since).slice(0, WAITING_TASKS_MAX)
      return answer({ items: oldest.map(presentWaitingTask) })
    },
  }
}

/** Those that name the caller, or nobody, in projects where the caller completes tasks at all. */
async function onlyMine(
  db: Queryable,
  rows: readonly WaitingTaskRow[],
  context: RequestContext,
): Promise<readonly WaitingTaskRow[]> {
  const { principal } = context
  if (principal.kind !== 'person') return []
  const [now] = await readPeople(db, [principal.user])
  const caller: Decider = { id: principal.user, groups: now?.groups ?? [] }
  const named = rows.filter(({ by }) => by.length === 0 || rolesIn(by, caller).length > 0)
  const mine: WaitingTaskRow[] = []
  for (const row of named) {
    if ((await context.can('task.complete', row.run.id)).allowed) mine.push(row)
  }
  return mine
}

function presentWaitingTask(row: WaitingTaskRow): z.output<typeof WaitingTask> {
  const { run, plan, stage, key, title, instructions, by, since } = row
  return {
    run: run.id,
    runAddress: `${run.project}/${run.address}`,
    of: plan.release?.title ?? plan.pipeline.title,
    stage: stage.name,
    stageTitle: stage.title,
    task: key,
    title,
    instructions,
    by: by.map(({ name }) => name),
    since: timestampOf(since),
  }
}
