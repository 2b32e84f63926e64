// A run as whoever asks sees it, with what they may do to it.

import { answer } from '@lockstep/contract'
import type { Permission } from '@lockstep/domain'

import type { Database } from '../postgres/queryable.ts'
import { readAtOnce } from '../postgres/read/at-once.ts'
import { readRunView } from '../postgres/read/run-view.ts'
import { NOT_FOUND } from './authorize.ts'
import { presentRun, type RunCan } from './present-run.ts'
import type { RequestContext } from './request-context.ts'

export type ShownRun =
  | { readonly ok: true; readonly value: ReturnType<typeof presentRun> }
  | typeof NOT_FOUND

/** The run with this id, read at one moment. */
export async function showRun(
  pool: Database,
  id: string,
  context: RequestContext,
): Promise<ShownRun> {
  const view = await readAtOnce(pool, (db) => readRunView(db, id))
  return view === undefined ? NOT_FOUND : answer(presentRun(view, await canOf(id, context)))
}

async function canOf(id: string, context: RequestContext): Promise<RunCan> {
  const may = async (permission: Permission): Promise<boolean> =>
    (await context.can(permission, id)).allowed
  return {
    control: await may('run.control'),
    abort: await may('run.cancel'),
    completeTasks: await may('task.complete'),
    resolve: await may('step.resolve'),
  }
}
