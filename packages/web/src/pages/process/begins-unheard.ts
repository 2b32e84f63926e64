import type { Run } from '../../lib/runs.ts'
import { isCut } from './step-stands.ts'

/** Work that has been handed out, or waits for it. */
const TO_BEGIN: readonly string[] = ['pending', 'ready', 'running']

/**
 * Whether work may begin on a resource: agents tell it, and no event does, so the run is asked again until it has. Everything else of a
 * run is heard.
 */
export function beginsUnheard(run: Pick<Run, 'stages' | 'finishedAt'>): boolean {
  if (run.finishedAt !== null) return false
  const steps = run.stages.flatMap(({ tasks }) => tasks.flatMap((task) => task.steps))
  const isDue = steps.some(({ jobs }) =>
    jobs.some(({ state, startedAt }) => startedAt === null && TO_BEGIN.includes(state)),
  )
  // Of very many jobs some are left out: whether one of those begins is not known here.
  return isDue || isCut(run)
}
