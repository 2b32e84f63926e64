import type { ProjectId } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import {
  findRepository,
  updateRepository,
  type WatchedRepository,
} from '../../postgres/deliverables/repository-store.ts'
import { queryableOn } from '../../postgres/queryable.ts'
import { lockProject } from '../../postgres/read/known.ts'
import { done, no, type Outcome } from '../outcome.ts'
import type { RefuseAddress } from './follow.ts'

/**
 * Follows a repository under another address, or in another rhythm. Runs that have begun keep the address of their plan; what is
 * planned from now on takes the new one.
 */
export async function changeRepository(
  write: Write,
  input: {
    readonly project: ProjectId
    readonly name: string
    readonly url: string | undefined
    readonly pollMs: number | undefined
  },
  refuseAddress: RefuseAddress,
): Promise<Outcome<WatchedRepository, 'invalid_field' | 'unknown_reference' | 'not_found'>> {
  const { name, url, pollMs } = input
  if (url === undefined && pollMs === undefined)
    return no('invalid_field', 'Say what is to be different: the address, the rhythm, or both.')
  const refusal = url === undefined ? undefined : refuseAddress(url)
  if (refusal !== undefined) return no('invalid_field', refusal, { field: 'url' })
  const db = queryableOn(write.tx)
  const project = await lockProject(db, input.project)
  if (project === undefined) return no('not_found', 'This project is not there any more.')
  const before = await findRepository(db, project.number, name)
  await updateRepository(db, { projectNumber: project.number, name, url, pollMs })
  const after = await findRepository(db, project.number, name)
  if (before === undefined || after === undefined)
    return no('unknown_reference', `This project follows no repository named "${name}".`)
  await write.record({
    type: 'repository_changed',
    subject: input.project,
    project: project.number,
    body: { name, before: shown(before), after: shown(after) },
  })
  return done(after)
}

function shown({ url, pollMs }: WatchedRepository): {
  readonly url: string
  readonly pollMs: number
} {
  return { url, pollMs }
}
