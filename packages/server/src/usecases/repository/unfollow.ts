import type { PipelineDefinition } from '@lockstep/define/check'
import type { ProjectId } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import { listDefinitions } from '../../postgres/deliverables/definition-store.ts'
import { findRepository, removeRepository } from '../../postgres/deliverables/repository-store.ts'
import { queryableOn } from '../../postgres/queryable.ts'
import { lockProject } from '../../postgres/read/known.ts'
import { done, no, type Outcome } from '../outcome.ts'

/** Stops following a repository. Refused, with names, while a pipeline is started by it or a task works in it. */
export async function unfollowRepository(
  write: Write,
  input: { readonly project: ProjectId; readonly name: string },
): Promise<Outcome<undefined, 'repository_in_use' | 'unknown_reference' | 'not_found'>> {
  const { name } = input
  const db = queryableOn(write.tx)
  // Applying definitions takes the same lock: no pipeline begins to use it while this is decided.
  const project = await lockProject(db, input.project)
  if (project === undefined) return no('not_found', 'This project is not there any more.')
  const found = await findRepository(db, project.number, name)
  if (found === undefined)
    return no('unknown_reference', `This project follows no repository named "${name}".`)
  const pipelines = await listDefinitions(db, { kind: 'pipeline', projects: [project.number] })
  const uses = pipelines.flatMap(({ definition }) => listUses(definition, name))
  if (uses.length > 0) {
    return no(
      'repository_in_use',
      `${uses.join('; ')}. Change ${uses.length === 1 ? 'it' : 'them'} first, or follow another address under this name: lockstep repository change ${name} --url URL`,
      { uses },
    )
  }
  await removeRepository(db, project.number, name)
  await write.record({
    type: 'repository_unfollowed',
    subject: input.project,
    project: project.number,
    body: { name, url: found.url },
  })
  return done(undefined)
}

/** What of a pipeline uses the repository, as sentences without their full stop. */
function listUses(pipeline: PipelineDefinition, repository: string): readonly string[] {
  const isStarted = pipeline.on.some(
    (trigger) => 'repository' in trigger && trigger.repository === repository,
  )
  const tasks = pipeline.stages.flatMap((stage) =>
    listTasks(stage.tasks)
      .filter((task) => 'source' in task && task.source?.repository === repository)
      .map(({ name }) => `"${name}" of ${pipeline.name}/${stage.name} works in it`),
  )
  return isStarted ? [`pipeline "${pipeline.name}" is started by it`, ...tasks] : tasks
}

type Tasks = PipelineDefinition['stages'][number]['tasks']
type Task = Exclude<Tasks[number], { readonly tasks: unknown }>

function listTasks(tasks: Tasks): readonly Task[] {
  return tasks.flatMap((task) => ('tasks' in task ? listTasks(task.tasks) : [task]))
}
