import type { ProjectId } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import { insertRepository } from '../../postgres/deliverables/repository-store.ts'
import { queryableOn } from '../../postgres/queryable.ts'
import { findProject } from '../../postgres/read/known.ts'
import { done, no, type Outcome } from '../outcome.ts'

const POLL_MS = 60_000

/** Why an address is not one that this server asks; undefined when it is. */
export type RefuseAddress = (url: string) => string | undefined

/** Follows a Git repository: it is looked at soon, and then in its rhythm. */
export async function followRepository(
  write: Write,
  repository: {
    readonly project: ProjectId
    readonly name: string
    readonly url: string
    readonly pollMs: number | undefined
  },
  refuseAddress: RefuseAddress,
): Promise<
  Outcome<{ readonly number: number }, 'name_taken' | 'invalid_field' | 'unknown_reference'>
> {
  const { name, url } = repository
  const refusal = refuseAddress(url)
  if (refusal !== undefined) return no('invalid_field', refusal, { field: 'url' })
  const db = queryableOn(write.tx)
  const project = await findProject(db, repository.project)
  if (project === undefined) return no('unknown_reference', 'This project is not there any more.')
  const pollMs = repository.pollMs ?? POLL_MS
  if (!(await insertRepository(db, { projectNumber: project.number, name, url, pollMs }))) {
    return no('name_taken', `This project follows a repository named "${name}" already.`)
  }
  await write.record({
    type: 'repository_followed',
    subject: repository.project,
    project: project.number,
    body: { name, url, pollMs },
  })
  return done({ number: project.number })
}
