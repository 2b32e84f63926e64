// Putting an application back in one environment as a pipeline: written by nobody, made of a stage that deploys it there.

import type { PipelineDefinition, StageDefinition } from '../check/schema/pipeline.ts'
import type { TaskOf } from '../check/schema/task.ts'
import { fullName } from './facts.ts'
import { isGroup } from './plan-task.ts'

/** What is put back, and where: each as `project/name`. */
export interface PlaceToPutBack {
  readonly application: string
  readonly environment: string
}

/**
 * The stage of a pipeline that deploys the application in the environment, with that deployment alone, behind the whole
 * entry gate: nothing comes in another way. It has passed when everything is deployed; undefined: no stage does it.
 * `bound`: environments by the stages that name none, as a release binds them.
 */
export function pipelineOfPutBack(
  { project, definition }: { readonly project: string; readonly definition: PipelineDefinition },
  { application, environment }: PlaceToPutBack,
  bound: ReadonlyMap<string, string>,
): PipelineDefinition | undefined {
  for (const stage of definition.stages) {
    const place =
      stage.environment === undefined ? bound.get(stage.name) : fullName(stage.environment, project)
    const deploy = place === environment ? findDeploy(stage.tasks, application, project) : undefined
    if (deploy === undefined) continue
    // It is asked for by a person: no condition leaves it out.
    const { when: _, ...written } = stage
    const { when: __, ...task } = deploy
    return {
      ...definition,
      title: `${definition.title}, put back`,
      on: [],
      stages: [
        {
          ...written,
          tasks: [{ ...task, force: false }],
          exit: [{ kind: 'all_tasks_passed', name: 'All tasks passed' }],
        },
      ],
    }
  }
  return undefined
}

function findDeploy(
  tasks: StageDefinition['tasks'],
  application: string,
  project: string,
): TaskOf<'deploy'> | undefined {
  for (const task of tasks) {
    if (isGroup(task)) {
      const inside = findDeploy(task.tasks, application, project)
      if (inside !== undefined) return inside
    } else if (task.kind === 'deploy' && fullName(task.application, project) === application) {
      return task
    }
  }
  return undefined
}
