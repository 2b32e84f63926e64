// Applies all definitions of a source in one transaction, or shows what that would change.

import { randomUUID } from 'node:crypto'
import type { Breaking, Mistake } from '@lockstep/define/check'
import { idOf, type JsonValue, type ProjectId } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import {
  freeNames,
  insertAlias,
  insertDefinition,
  insertRevision,
  moveToSource,
  removeAliases,
  retireDefinition,
} from '../../postgres/deliverables/definition-store.ts'
import { moveEpoch } from '../../postgres/guards.ts'
import { queryableOn, type Queryable } from '../../postgres/queryable.ts'
import { lockProject } from '../../postgres/read/known.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { compareSource, type ChangeOf, type Compared } from './compare-source.ts'
import { findMistakes, refuseMistakes } from './mistakes.ts'
import { readSent, type ReadSent, type SentDefinition } from './read-sent.ts'

export interface ApplyInput {
  readonly project: ProjectId
  readonly source: string
  readonly definitions: readonly SentDefinition[]
  readonly dryRun: boolean
  readonly comment: string
  /** Revisions that the difference was shown for, by `kind/name`; 0: there was none. */
  readonly expects: Readonly<Record<string, number>>
  readonly allowBreaking: boolean
  readonly delete: boolean
  readonly takeOver: boolean
  /** Who is kept as the editor of the revisions, and does not approve what goes through them. */
  readonly author: string
  /** Name of that person, where there is one. */
  readonly editor: string | undefined
  /** Projects whose definitions whoever applies may see. */
  readonly projects: 'all' | readonly ProjectId[]
}

export interface AppliedDefinitions extends Compared {
  readonly project: { readonly name: string; readonly number: number }
  readonly source: string
  /** What stands against applying; empty when it was applied. */
  readonly refuses: readonly Refusal[]
  readonly applied: boolean
}

export interface Refusal {
  readonly code: 'breaks_others' | 'deletion_not_confirmed' | 'definition_in_use'
  readonly message: string
  readonly fields: { readonly [field: string]: JsonValue }
}

export type ApplyRefusal =
  | 'definition_invalid'
  | 'revision_moved'
  | 'owned_by_another_source'
  | 'unknown_reference'
  | Refusal['code']

/**
 * Every definition of the source gets its new revision, or none does. What is equal gets none; repeated, nothing happens.
 * Two at once come one after the other, and the second is compared with what the first has made.
 */
export async function applyDefinitions(
  write: Write,
  input: ApplyInput,
): Promise<Outcome<AppliedDefinitions, ApplyRefusal>> {
  const db = queryableOn(write.tx)
  const project = await lockProject(db, input.project)
  if (project === undefined) return no('unknown_reference', 'This project is not there any more.')
  const scope = { ...input, project }
  const read = readSent(input.definitions, { project: project.name, source: input.source })
  const mistakes = await mistakesIn(db, scope, read)
  if (mistakes.length > 0) return refuseMistakes(mistakes)
  const compared = await compareSource(db, scope, read.definitions)
  if (!compared.ok) return compared
  if (compared.value.mistakes.length > 0) return refuseMistakes(compared.value.mistakes)
  const moved = findMoved(input.expects, compared.value.changes)
  if (moved !== undefined) return moved
  const refuses = listRefusals(compared.value, input)
  const outcome = { ...compared.value, project, source: input.source }
  if (input.dryRun) return done({ ...outcome, refuses, applied: false })
  const [refusal] = refuses
  if (refusal !== undefined) return no(refusal.code, refusal.message, refusal.fields)
  await record(write, scope, compared.value, await store(db, scope, compared.value))
  return done({ ...outcome, refuses: [], applied: true })
}

type Scope = Omit<ApplyInput, 'project'> & {
  readonly project: { readonly name: string; readonly number: number }
}

async function mistakesIn(
  db: Queryable,
  scope: Scope,
  read: { readonly definitions: readonly ReadSent[]; readonly mistakes: readonly Mistake[] },
): Promise<readonly Mistake[]> {
  // What others refer to may be missing only because it could not be read.
  if (read.mistakes.length > 0) return read.mistakes
  const { project, source, projects, editor } = scope
  return findMistakes(
    db,
    { project, source, projects, ...(editor === undefined ? {} : { editor }) },
    read.definitions,
  )
}

function findMoved(expects: ApplyInput['expects'], changes: readonly ChangeOf[]) {
  const moved = changes.flatMap(({ change, was }) => {
    const definition = `${change.kind}/${change.name}`
    const expected = expects[definition]
    const now = was?.revision ?? 0
    return expected === undefined || expected === now ? [] : [{ definition, expected, now }]
  })
  const [first] = moved
  if (first === undefined) return undefined
  return no(
    'revision_moved',
    `${first.definition} is at revision ${first.now} now, and the difference was shown for ${first.expected}. Look at the difference again.`,
    { moved },
  )
}

function listRefusals(compared: Compared, input: ApplyInput): readonly Refusal[] {
  const refusals: Refusal[] = []
  if (compared.inUse.length > 0) {
    refusals.push({
      code: 'definition_in_use',
      message: compared.inUse.join(' '),
      fields: { uses: [...compared.inUse] },
    })
  }
  const removed = compared.changes.filter(({ change }) => change.change === 'removed')
  if (removed.length > 0 && !input.delete) {
    const names = removed.map(({ change }) => `${change.kind} ${change.name}`)
    refusals.push({
      code: 'deletion_not_confirmed',
      message: `This would delete ${names.join(', ')}: the source "${input.source}" had it before. If that is meant: lockstep apply --delete`,
      fields: { definitions: names },
    })
  }
  if (compared.breaks.length > 0 && !input.allowBreaking) refusals.push(refuseBreaking(compared))
  return refusals
}

/** Whom it breaks, as far as the caller may know. */
export function refuseBreaking(
  { breaks }: { readonly breaks: readonly Pick<Breaking, 'dependant'>[] },
  command = 'lockstep apply',
): Refusal & { readonly code: 'breaks_others' } {
  const seen = [
    ...new Set(breaks.flatMap(({ dependant }) => (dependant === undefined ? [] : [dependant]))),
  ]
  const unseen = breaks.filter(({ dependant }) => dependant === undefined).length
  const which = unseen === 0 ? seen : [...seen, `${unseen} that you may not see`]
  return {
    code: 'breaks_others',
    message: `This breaks ${which.join(', ')}. If that is meant: ${command} --allow-breaking`,
    fields: { breaks: seen, unseen },
  }
}

/** An environment, its lock and its inventory, or a release and its collection, share the uuid of the definition. */
function newUuid(): string {
  // A UUIDv8 without a time: what lives as long as the project sorts before everything that was born on a day.
  return `00000000-0000-8${randomUUID().slice(15)}`
}

/** Writes what changes; answers the uuids of what is new. */
async function store(
  db: Queryable,
  scope: Scope,
  compared: Compared,
): Promise<ReadonlyMap<ChangeOf, string>> {
  const made = new Map<ChangeOf, string>()
  const renamed = compared.changes.flatMap(({ change, was }) =>
    change.renamedFrom === undefined || was === undefined ? [] : [was.uuid],
  )
  for (const { change, was } of compared.changes) {
    if (change.change === 'removed' && was !== undefined) await retireDefinition(db, was.uuid)
  }
  await freeNames(db, renamed)
  for (const one of compared.changes) {
    const { change, was, now } = one
    if (now === undefined) continue
    if (change.change !== 'equal') made.set(one, await storeRevision(db, scope, was, now))
    else if (was !== undefined && (was.source !== scope.source || was.aheadOfSource))
      await moveToSource(db, was.uuid, scope.source)
  }
  return made
}

async function storeRevision(
  db: Queryable,
  scope: Scope,
  was: ChangeOf['was'],
  now: ReadSent,
): Promise<string> {
  const { definition, digest, place } = now
  const { kind, name, renamedFrom } = definition
  const uuid = was?.uuid ?? newUuid()
  const projectNumber = scope.project.number
  if (was === undefined) {
    await insertDefinition(db, { uuid, projectNumber, kind, name, source: scope.source })
  }
  await insertRevision(db, {
    uuid,
    after: was?.newest ?? 0,
    name,
    source: scope.source,
    aheadOfSource: false,
    digest,
    body: definition,
    file: place === null ? null : `${place.file}:${place.line}`,
    author: scope.author,
    comment: scope.comment,
  })
  if (kind === 'environment') await moveEpoch(db, idOf('env', uuid))
  if (was !== undefined && renamedFrom === undefined) await removeAliases(db, uuid)
  if (was !== undefined && renamedFrom !== undefined)
    await insertAlias(db, { projectNumber, kind, name: renamedFrom, uuid })
  return uuid
}

const RECORDED_AS = { added: 'created', removed: 'retired', changed: 'changed' } as const

async function record(
  write: Write,
  scope: Scope,
  compared: Compared,
  made: ReadonlyMap<ChangeOf, string>,
): Promise<void> {
  for (const one of compared.changes) {
    const { change, was, now } = one
    const isTaken = was !== undefined && was.source !== scope.source
    if (change.change === 'equal' && !isTaken) continue
    const id = was?.uuid ?? made.get(one)
    if (id === undefined) continue
    const what = change.change === 'equal' ? 'taken_over' : RECORDED_AS[change.change]
    await write.record({
      type: `definition_${what}`,
      subject: idOf('def', id),
      project: scope.project.number,
      body: {
        kind: change.kind,
        name: change.name,
        source: scope.source,
        revision: now === undefined || change.change === 'equal' ? null : (was?.newest ?? 0) + 1,
        digest: now?.digest ?? null,
        before: was === undefined ? null : { revision: was.revision, digest: was.digest },
        comment: scope.comment,
        ...(change.renamedFrom === undefined ? {} : { renamedFrom: change.renamedFrom }),
        ...(isTaken ? { takenFrom: was.source } : {}),
        ...(change.weakens.length === 0
          ? {}
          : { weakens: change.weakens.map(({ path, message }) => `${path}: ${message}`) }),
      },
    })
  }
}
