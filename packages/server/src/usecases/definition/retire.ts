import type { Id, ProjectId } from '@lockstep/domain'
import { uuidOf } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import {
  findDefinition,
  listDefinitions,
  findDefinitionById,
  retireDefinition,
  type StoredDefinition,
} from '../../postgres/deliverables/definition-store.ts'
import { queryableOn } from '../../postgres/queryable.ts'
import { lockProject } from '../../postgres/read/known.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { refuseBreaking } from './apply-definitions.ts'
import { compareSource } from './compare-source.ts'
import { findMistakes } from './mistakes.ts'
import type { ReadSent } from './read-sent.ts'

/**
 * Takes one definition out of use, as an apply of its source without it would: it takes no new runs, its history stays, and
 * its name can be given again. Refused while a run uses it, while it is deployed somewhere, and where others name it unless
 * that is meant.
 */
export async function retire(
  write: Write,
  input: {
    readonly definition: Id<'def'>
    readonly project: ProjectId
    readonly comment: string
    readonly allowBreaking: boolean
    readonly projects: 'all' | readonly ProjectId[]
  },
): Promise<
  Outcome<
    StoredDefinition,
    'definition_in_use' | 'breaks_others' | 'comment_missing' | 'wrong_state' | 'not_found'
  >
> {
  if (input.comment.trim() === '')
    return no('comment_missing', 'Say why: the reason is kept. Add -m "…"')
  const db = queryableOn(write.tx)
  const project = await lockProject(db, input.project)
  const found = await findDefinitionById(db, uuidOf(input.definition))
  if (project === undefined || found === undefined)
    return no('not_found', 'There is nothing here, or nothing that you may see.')
  const { kind, name, source } = found
  const living = await findDefinition(db, { kind, project: project.name, name })
  if (living?.uuid !== found.uuid)
    return no('wrong_state', `The ${kind} "${name}" was deleted before.`)
  const own = (await listDefinitions(db, { projects: [project.number] })).filter(
    (one) => one.source === source,
  )
  const scope = { project, source, projects: input.projects, takeOver: false }
  const stay = own.filter(({ uuid }) => uuid !== found.uuid).map(asSent)
  const compared = await compareSource(db, scope, stay)
  if (!compared.ok) return no('wrong_state', compared.detail)
  if (compared.value.inUse.length > 0) {
    const uses = [...compared.value.inUse]
    return no('definition_in_use', uses.join(' '), { uses })
  }
  // What others of its own source say about it is a mistake only from now on.
  const before = await findMistakes(db, scope, own.map(asSent))
  const after = await findMistakes(db, scope, stay)
  const orphans = after.filter(({ path }) => !before.some((mistake) => mistake.path === path))
  const breaks = [
    ...compared.value.breaks,
    ...orphans.map(({ path }) => ({ dependant: path.split('/').slice(0, 2).join('/') })),
  ]
  if (breaks.length > 0 && !input.allowBreaking) {
    const { code, message, fields } = refuseBreaking({ breaks }, `lockstep ${kind} delete`)
    return { ok: false, code, detail: message, fields }
  }
  await retireDefinition(db, found.uuid)
  await write.record({
    type: 'definition_retired',
    subject: input.definition,
    project: project.number,
    body: {
      kind,
      name,
      source,
      revision: null,
      digest: null,
      before: { revision: found.revision, digest: found.digest },
      comment: input.comment,
    },
  })
  return done(found)
}

const NOWHERE = { locate: () => ({ file: '', line: 0, column: 0 }) }

/** As if it was sent again, unchanged. */
function asSent({ definition, digest }: StoredDefinition): ReadSent {
  return { definition, digest, origin: NOWHERE, place: null }
}
