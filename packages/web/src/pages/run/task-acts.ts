// What a person may do about a task now.

import type { Run } from '../../lib/runs.ts'
import type { Stage, Step, Task } from './run-layout.ts'

interface Act {
  readonly label: string
  /** What is said when it was done. */
  readonly done: string
  readonly needsReason: boolean
  /** Why a reason is asked for. */
  readonly why: string
  readonly isMain: boolean
  /** The step of a process that it is about; null: the whole task. */
  readonly step: string | null
}

export type TaskAct = Act &
  (
    | { readonly verb: 'retry' | 'skip' | 'restart' | 'succeeded' | 'failed' }
    | {
        readonly verb: 'ran' | 'did_not_run' | 'try_again'
        readonly job: Step['jobs'][number]['id']
      }
  )

/** The actions on a task or one of its steps, the most likely last; none that the server would refuse. */
export function actsOn(
  run: Pick<Run, 'can'>,
  stage: Pick<Stage, 'startedAt'>,
  task: Task,
  step: Step | null,
): readonly TaskAct[] {
  const { control, completeTasks, resolve } = run.can
  const lost = (step === null ? task.steps : [step])
    .flatMap(({ jobs }) => jobs)
    .find(({ state }) => state === 'unknown')
  if (lost !== undefined) return resolve ? resolutions(lost.id) : []
  if (task.manual !== null && task.state === 'waiting') return completeTasks ? COMPLETIONS : []
  if (!control) return []
  const waitingStep = step?.waitsFor?.on === 'person' ? step.key : null
  const isBad = (state: Task['state']): boolean => state === 'failed' || state === 'errored'
  // A process that waits is told what to do with its step; one that has failed is begun again as a whole.
  if (isBad(task.state) || task.waitsFor?.on === 'person' || waitingStep !== null) {
    return [skipOf(waitingStep), retryOf(waitingStep)]
  }
  const hasBegun = stage.startedAt !== null && task.state !== 'pending' && task.state !== 'ready'
  return hasBegun ? [RESTART] : []
}

const skipOf = (step: string | null): TaskAct => ({
  verb: 'skip',
  label: 'Skip',
  done: 'Skipped',
  needsReason: true,
  why: 'who reads the evidence asks why it was left out',
  isMain: false,
  step,
})
const retryOf = (step: string | null): TaskAct => ({
  verb: 'retry',
  label: 'Retry',
  done: 'Tried again',
  needsReason: false,
  why: '',
  isMain: true,
  step,
})
const RESTART: TaskAct = {
  verb: 'restart',
  label: 'Run again from here',
  done: 'Begun again',
  needsReason: true,
  why: 'everything behind this is done again',
  isMain: false,
  step: null,
}
const COMPLETIONS: readonly TaskAct[] = [
  {
    verb: 'failed',
    label: 'It failed',
    done: 'Ended as failed',
    needsReason: true,
    why: 'somebody has to go on from here',
    isMain: false,
    step: null,
  },
  {
    verb: 'succeeded',
    label: 'It is done',
    done: 'Done',
    needsReason: false,
    why: '',
    isMain: true,
    step: null,
  },
]

function resolutions(job: Step['jobs'][number]['id']): readonly TaskAct[] {
  const of = (verb: 'ran' | 'did_not_run' | 'try_again', label: string): TaskAct => ({
    verb,
    label,
    job,
    done: 'Settled',
    needsReason: true,
    why: 'nobody else can prove what happened',
    isMain: false,
    step: null,
  })
  return [of('try_again', 'Try again'), of('did_not_run', 'It did not run'), of('ran', 'It ran')]
}
