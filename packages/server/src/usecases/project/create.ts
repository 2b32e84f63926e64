import { randomUUIDv7 } from 'node:crypto'
import { assertInvariant, idOf } from '@lockstep/domain'
import type { ProjectRecord } from '../../ports/people.ts'
import type { Write } from '../../ports/write.ts'
import { done, no, type Outcome } from '../outcome.ts'

/** Makes an empty project. Nobody but administrators sees it until roles on it are granted. */
export async function createProject(
  write: Write,
  input: { readonly name: string; readonly title: string },
): Promise<Outcome<ProjectRecord, 'name_taken'>> {
  const id = idOf('prj', randomUUIDv7())
  const taken = await write.people.projects.insert({ id, ...input })
  if (taken !== undefined)
    return no(taken, `There is a project named "${input.name}" already. Choose another name.`)
  const project = await write.people.projects.find(id)
  assertInvariant(project !== undefined, 'an inserted project is there')
  await write.record({
    type: 'project_created',
    subject: id,
    project: project.number,
    body: { ...input },
  })
  return done(project)
}
