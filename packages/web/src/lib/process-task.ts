// Which tasks of a run carry out a process of an application.

import { shortName } from './address.ts'
import type { Run } from './runs.ts'

type Stage = Run['stages'][number]

export interface ProcessTask {
  readonly stage: Stage
  readonly task: Stage['tasks'][number]
  /** How addresses call it: `staging/deploy vehicle-firmware`. */
  readonly part: string
}

const OWN_WORK: readonly string[] = ['build', 'test', 'command', 'snapshot']

export function isProcessTask({ application, kind, steps }: ProcessTask['task']): boolean {
  return application !== null && !OWN_WORK.includes(kind) && steps.length > 0
}

/** Those of one application, `connected-car/vehicle-firmware`, in the order of stages. */
export function processTasksOf(run: Run, application: string): readonly ProcessTask[] {
  if (applicationOf(run, shortName(application)) !== application) return []
  return run.stages.flatMap((stage) =>
    stage.tasks.flatMap((task) =>
      isProcessTask(task) && task.application === shortName(application)
        ? [{ stage, task, part: `${stage.name}/${task.key}` }]
        : [],
    ),
  )
}

/** The application that a task calls by its short name, with its project. */
export function applicationOf(run: Pick<Run, 'revisions'>, name: string): string | undefined {
  return run.revisions.find((one) => one.kind === 'application' && shortName(one.name) === name)
    ?.name
}
