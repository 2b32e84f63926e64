import type { Client } from '@lockstep/client'

import type { Job, Run } from '../../documents.ts'
import { presentFailed, presentUnknown } from '../../present/stopped-work.ts'
import type { View } from '../../present/time.ts'
import { readLastLines } from '../logs/read-log.ts'

const LINES_SHOWN = 6

/** What of a run has failed or is unknown, with its evidence and the ways on. */
export async function presentStopped(client: Client, run: Run, view: View): Promise<string[]> {
  const texts: string[] = []
  for (const stage of run.stages) {
    for (const task of stage.tasks) {
      for (const step of task.steps) {
        for (const job of step.jobs.filter(({ state }) => state === 'unknown')) {
          texts.push(presentUnknown(run, stage, task, step, job, view))
        }
      }
      if (task.state !== 'failed' && task.state !== 'errored') continue
      const job = task.steps.flatMap(({ jobs }) => jobs).findLast(hasFailed)
      const lines = job === undefined ? [] : await readLastLines(client, run, job, LINES_SHOWN)
      texts.push(presentFailed(run, stage, task, lines, view))
    }
  }
  return texts
}

function hasFailed({ state }: Job): boolean {
  return state === 'failed' || state === 'errored'
}
