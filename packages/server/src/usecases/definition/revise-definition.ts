import {
  compareDefinitions,
  definitionDigest,
  type DefinitionChange,
  readDefinition,
  type Mistake,
  type Origin,
} from '@lockstep/define/check'
import { idOf, uuidOf, type Id, type ProjectId } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import {
  findDefinitionById,
  insertRevision,
  listDefinitions,
  type StoredDefinition,
} from '../../postgres/deliverables/definition-store.ts'
import { moveEpoch } from '../../postgres/guards.ts'
import { queryableOn } from '../../postgres/queryable.ts'
import { lockProject } from '../../postgres/read/known.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { findMistakes } from './mistakes.ts'
import type { ReadSent } from './read-sent.ts'

export interface ReviseInput {
  readonly definition: Id<'def'>
  readonly project: ProjectId
  /** What it says from now on, whole. */
  readonly body: Readonly<Record<string, unknown>>
  /** The revision that was edited. */
  readonly from: number
  readonly comment: string
  readonly dryRun: boolean
  readonly author: string
  readonly editor: string | undefined
  readonly projects: 'all' | readonly ProjectId[]
}

/** A mistake, and the way in the JSON to the part that it is about; null: it is in another definition of the source. */
export interface PlacedMistake {
  readonly at: readonly (string | number)[] | null
  readonly mistake: Mistake
}

export interface Revised {
  /** The newest revision; after publishing, the one that was made. */
  readonly now: StoredDefinition
  /** Against the newest revision; undefined while mistakes keep it from being read. */
  readonly change: DefinitionChange | undefined
  readonly mistakes: readonly PlacedMistake[]
  readonly isPublished: boolean
}

/**
 * Makes one definition say something else, as a new revision that is ahead of its source; or, as a dry run, only says what would
 * change and what is wrong. It is checked together with everything else of its source, as if all of that was applied.
 */
export async function reviseDefinition(
  write: Write,
  input: ReviseInput,
): Promise<
  Outcome<
    Revised,
    'definition_invalid' | 'revision_moved' | 'comment_missing' | 'unknown_reference' | 'not_found'
  >
> {
  const db = queryableOn(write.tx)
  const uuid = uuidOf(input.definition)
  const project = await lockProject(db, input.project)
  const now = await findDefinitionById(db, uuid)
  if (project === undefined || now === undefined)
    return no('not_found', 'There is nothing here, or nothing that you may see.')
  if (input.body['kind'] !== now.kind || input.body['name'] !== now.name) {
    return no(
      'unknown_reference',
      `This is the ${now.kind} "${now.name}". It gets another name in its file, with renamedFrom.`,
    )
  }
  const read = readDefinition(input.body, POINTERS, { project: project.name, source: now.source })
  const next = read.ok ? { ...read.loaded, place: null } : undefined
  const mistakes =
    next === undefined
      ? read.ok
        ? []
        : read.mistakes
      : await findMistakes(
          db,
          {
            project,
            source: now.source,
            projects: input.projects,
            ...(input.editor === undefined ? {} : { editor: input.editor }),
          },
          [next, ...(await restOfSource(db, project.number, now))],
        )
  const comparison =
    next === undefined
      ? undefined
      : compareDefinitions([now.definition], [next.definition], { project: project.name })
  const change = comparison?.definitions[0]
  if (input.dryRun) {
    return done({ now, change, mistakes: mistakes.map(placed), isPublished: false })
  }
  if (now.revision !== input.from) {
    return no(
      'revision_moved',
      `The ${now.kind} "${now.name}" is at revision ${now.revision} now; yours is made from ${input.from}.`,
      {
        moved: [{ definition: `${now.kind}/${now.name}`, expected: input.from, now: now.revision }],
      },
    )
  }
  if (next === undefined || mistakes.length > 0) {
    const [first] = mistakes
    return no('definition_invalid', first?.message ?? 'It cannot be read.', {
      mistakes: mistakes.map((mistake) => ({ ...mistake })),
    })
  }
  if (input.comment.trim() === '')
    return no('comment_missing', 'Say why in a line: it is kept with the revision.')
  const digest = definitionDigest(next.definition)
  if (digest === now.digest) return done({ now, change, mistakes: [], isPublished: false })
  const isSaved = await insertRevision(db, {
    uuid,
    after: now.newest,
    name: now.name,
    source: now.source,
    aheadOfSource: true,
    digest,
    body: next.definition,
    file: now.file,
    author: input.author,
    comment: input.comment,
  })
  const after = await findDefinitionById(db, uuid)
  if (!isSaved || after === undefined)
    return no('unknown_reference', `The ${now.kind} "${now.name}" was deleted.`)
  if (now.kind === 'environment') await moveEpoch(db, idOf('env', uuid))
  await write.record({
    type: 'definition_changed',
    subject: input.definition,
    project: project.number,
    body: {
      kind: after.kind,
      name: after.name,
      source: now.source,
      revision: after.revision,
      digest,
      before: { revision: now.revision, digest: now.digest },
      comment: input.comment,
      ...(change === undefined || change.weakens.length === 0
        ? {}
        : { weakens: change.weakens.map(({ path, message }) => `${path}: ${message}`) }),
    },
  })
  return done({ now: after, change, mistakes: [], isPublished: true })
}

/** A mistake is placed by a file, a line and a column. What was made in the web has no file: the way in the JSON stands for it. */
const POINTERS: Origin = {
  locate: ({ at }) => ({ file: `${POINTER}${JSON.stringify(at)}`, line: 0, column: 0 }),
}
const POINTER = 'json:'
const ELSEWHERE: Origin = { locate: () => ({ file: '', line: 0, column: 0 }) }

function placed(mistake: Mistake): PlacedMistake {
  if (!mistake.file.startsWith(POINTER)) return { at: null, mistake }
  const at: readonly (string | number)[] = JSON.parse(mistake.file.slice(POINTER.length))
  return { at, mistake: { ...mistake, file: '' } }
}

async function restOfSource(
  db: Parameters<typeof listDefinitions>[0],
  project: number,
  now: StoredDefinition,
): Promise<readonly ReadSent[]> {
  const stored = await listDefinitions(db, { projects: [project] })
  return stored
    .filter(({ source, uuid }) => source === now.source && uuid !== now.uuid)
    .map(({ definition, digest }) => ({ definition, digest, origin: ELSEWHERE, place: null }))
}
