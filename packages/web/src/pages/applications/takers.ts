// Which pipelines take a snapshot that is there already: those that deploy the application and do not build it.

import type { Defined } from '../../lib/definitions.ts'

type Pipeline = Pick<Defined<'pipeline'>, 'project' | 'name' | 'body'>
type Task = Pipeline['body']['stages'][number]['tasks'][number]

export interface Taker {
  readonly project: string
  readonly name: string
  readonly title: string
  /** All applications that it deploys, as `project/name`: each needs a snapshot. */
  readonly applications: readonly string[]
  /** Titles of its stages, in order. */
  readonly stages: readonly string[]
}

/** Pipelines that deploy an application, `project/name`, from snapshots alone; those that deploy the fewest come first. */
export function listTakers(pipelines: readonly Pipeline[], application: string): readonly Taker[] {
  return pipelines
    .flatMap(({ project, name, body }) => {
      const tasks = body.stages.flatMap((stage) => tasksIn(stage.tasks))
      const named = (kind: 'deploy' | 'snapshot'): readonly string[] => [
        ...new Set(
          tasks.flatMap((task) =>
            task.kind === kind
              ? [`${task.application.project ?? project}/${task.application.name}`]
              : [],
          ),
        ),
      ]
      const [deploys, makes] = [named('deploy'), named('snapshot')]
      if (!deploys.includes(application) || makes.length > 0) return []
      // A stage without an environment is filled in by a release; such a pipeline is not started by itself.
      const isOpen = body.stages.some(
        (stage) =>
          stage.environment === undefined &&
          tasksIn(stage.tasks).some(({ kind }) => kind === 'deploy'),
      )
      if (isOpen) return []
      return [
        {
          project,
          name,
          title: body.title,
          applications: deploys,
          stages: body.stages.map(({ title }) => title),
        },
      ]
    })
    .toSorted(
      (a, b) => a.applications.length - b.applications.length || a.title.localeCompare(b.title),
    )
}

type Single = Exclude<Task, { readonly kind: 'side_by_side' | 'one_after_another' }>

function tasksIn(tasks: readonly Task[]): readonly Single[] {
  return tasks.flatMap((task) => ('tasks' in task ? tasksIn(task.tasks) : [task]))
}
