// What the work of one job is done with, and how it can end.
import type { JobFolder, Launch } from '../journal/job-folder.ts'
import type { Ending, JournalEntry } from '../journal/journal.ts'
import { explainStop } from './limits.ts'
import type { Limits } from './limits.ts'
import type { Spool } from './spool.ts'

export interface WorkRun {
  readonly launch: Launch
  readonly folder: JobFolder
  readonly spool: Spool
  readonly limits: Limits
  readonly env: Readonly<Record<string, string>>
  record(entry: JournalEntry): Promise<void>
}

export type WorkEnding = Omit<Ending, 'durationMs'>

/** How work ends that we stopped: on request it is aborted, over its limits it has failed. */
export function stoppedEnding(run: WorkRun): WorkEnding {
  const { stop } = run.limits
  if (stop === undefined) return { outcome: 'errored', exitCode: null, reason: 'It was stopped.' }
  const outcome = stop.reason === 'cancelled' ? 'aborted' : 'failed'
  return { outcome, exitCode: null, reason: explainStop(stop) }
}
