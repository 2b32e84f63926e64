// Which of the runs that bring an application carries out a process of it.

import { processTasksOf } from '../../lib/process-task.ts'
import type { Run } from '../../lib/runs.ts'

/** How many runs are looked into. */
const LOOKED_AT_MAX = 5

type Id = Run['id']

export interface FoundRun {
  /** Without any that carries one out the newest; null: there is none at all. */
  readonly id: Id | null
  /** No newer one of these can turn out to carry one out: a run may begin before its plan is made. */
  readonly isFinal: boolean
}

/** The newest of these runs, newest first, that carries out a process of an application such as `connected-car/vehicle-firmware`. */
export async function findProcessRun(
  runs: readonly { readonly id: Id }[],
  application: string,
  show: (run: Id) => Promise<Run>,
): Promise<FoundRun> {
  let isFinal = true
  for (const { id } of runs.slice(0, LOOKED_AT_MAX)) {
    // One after the other: the first is nearly always the one.
    // oxlint-disable-next-line no-await-in-loop -- see above
    const run = await show(id)
    if (processTasksOf(run, application).length > 0) return { id, isFinal }
    isFinal &&= run.finishedAt !== null
  }
  return { id: runs[0]?.id ?? null, isFinal }
}
