import { definitionDigest } from '@lockstep/define/check'
import type { Id, ProjectId } from '@lockstep/domain'
import { idOf, uuidOf } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import {
  findDefinitionById,
  insertRevision,
  type StoredDefinition,
} from '../../postgres/deliverables/definition-store.ts'
import { moveEpoch } from '../../postgres/guards.ts'
import { lockProject } from '../../postgres/read/known.ts'
import { queryableOn } from '../../postgres/queryable.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { findMistakes, refuseMistakes } from './mistakes.ts'

/**
 * Makes an old revision the newest again, as a new revision that is ahead of its source. It is checked as if it was
 * applied today: what it refers to may be gone.
 */
export async function restoreRevision(
  write: Write,
  input: {
    readonly definition: Id<'def'>
    readonly project: ProjectId
    readonly revision: number
    readonly comment: string
    readonly author: string
    readonly editor: string | undefined
    readonly projects: 'all' | readonly ProjectId[]
  },
): Promise<
  Outcome<
    StoredDefinition,
    'definition_invalid' | 'comment_missing' | 'unknown_reference' | 'not_found'
  >
> {
  if (input.comment.trim() === '')
    return no('comment_missing', 'Say why: the reason is kept with the revision.')
  const db = queryableOn(write.tx)
  const uuid = uuidOf(input.definition)
  const project = await lockProject(db, input.project)
  const now = await findDefinitionById(db, uuid)
  if (project === undefined || now === undefined)
    return no('not_found', 'There is nothing here, or nothing that you may see.')
  const old = await findDefinitionById(db, uuid, input.revision)
  if (old === undefined) {
    return no(
      'unknown_reference',
      `The ${now.kind} "${now.name}" has no revision ${input.revision}; its newest is ${now.revision}.`,
    )
  }
  if (old.digest === now.digest) return done(now)
  // It keeps the name that it has now: others may know it by that.
  const restored = { ...old.definition, name: now.name }
  const mistakes = await findMistakes(
    db,
    {
      project,
      // Everything stored is known; this one stands for itself twice, which names it once.
      source: '',
      projects: input.projects,
      ...(input.editor === undefined ? {} : { editor: input.editor }),
    },
    [
      {
        definition: restored,
        digest: old.digest,
        origin: { locate: () => ({ file: '', line: 0, column: 0 }) },
        place: null,
      },
    ],
  )
  if (mistakes.length > 0) return refuseMistakes(mistakes)
  const isSaved = await insertRevision(db, {
    uuid,
    after: now.newest,
    name: now.name,
    source: now.source,
    aheadOfSource: true,
    digest: definitionDigest(restored),
    body: restored,
    file: old.file,
    author: input.author,
    comment: input.comment,
  })
  if (!isSaved) return no('unknown_reference', `The ${now.kind} "${now.name}" was deleted.`)
  if (now.kind === 'environment') await moveEpoch(db, idOf('env', uuid))
  const after = await findDefinitionById(db, uuid)
  if (after === undefined) return no('not_found', 'There is nothing here.')
  await write.record({
    type: 'definition_restored',
    subject: input.definition,
    project: project.number,
    body: {
      kind: after.kind,
      name: after.name,
      revision: after.revision,
      from: input.revision,
      digest: after.digest,
      before: { revision: now.revision, digest: now.digest },
      comment: input.comment,
    },
  })
  return done(after)
}
