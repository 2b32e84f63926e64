// What a source has now against what is stored: who owns it, what changes, whom it breaks, what stands against it.

import {
  compareDefinitions,
  type Breaking,
  type Comparison,
  type DefinitionChange,
  type DefinitionKind,
  type Mistake,
} from '@lockstep/define/check'
import type { ProjectId } from '@lockstep/domain'

import {
  listDefinitions,
  type StoredDefinition,
} from '../../postgres/deliverables/definition-store.ts'
import type { Queryable } from '../../postgres/queryable.ts'
import {
  listKeepingRuns,
  readSurroundings,
  type KeepingRun,
} from '../../postgres/read/surroundings.ts'
import { no } from '../outcome.ts'
import type { ReadSent } from './read-sent.ts'

/** What becomes of one definition: as it is stored, and as it was sent. */
export interface ChangeOf {
  readonly change: DefinitionChange
  readonly was: StoredDefinition | undefined
  readonly now: ReadSent | undefined
}

/** A source against the server. */
export interface Compared {
  readonly comparison: Comparison
  readonly changes: readonly ChangeOf[]
  /** Definitions of other sources that this one takes over. */
  readonly takenOver: readonly StoredDefinition[]
  readonly breaks: readonly Breaking[]
  readonly keeps: readonly KeepingRun[]
  /** Sentences that say where a removed definition is still used. */
  readonly inUse: readonly string[]
  /** A rename that nobody said. */
  readonly mistakes: readonly Mistake[]
}

export interface CompareScope {
  readonly project: { readonly name: string; readonly number: number }
  readonly source: string
  readonly projects: 'all' | readonly ProjectId[]
  readonly takeOver: boolean
}

/** Compares, or says who owns what was sent. */
export async function compareSource(
  db: Queryable,
  scope: CompareScope,
  definitions: readonly ReadSent[],
) {
  const stored = await listDefinitions(db, { projects: [scope.project.number] })
  const own = stored.filter(({ source }) => source === scope.source)
  const others = stored.filter(({ source }) => source !== scope.source)
  const takenOver = others.filter((other) => definitions.some((sent) => isMeant(sent, other, own)))
  const [owned] = takenOver
  if (owned !== undefined && !scope.takeOver) return refuseOwned(owned, takenOver)
  const before = [...own, ...takenOver]
  const surroundings = await readSurroundings(db, { ...scope, before })
  const comparison = compareDefinitions(
    before.map(({ definition }) => definition),
    definitions.map(({ definition }) => definition),
    surroundings,
  )
  const changes = comparison.definitions.map((change) => pairOf(change, before, definitions))
  const touched = changes.flatMap(({ change, was }) =>
    was === undefined || change.change === 'equal' ? [] : [was],
  )
  const keeps = await listKeepingRuns(db, scope.project.name, touched)
  return {
    ok: true as const,
    value: {
      comparison,
      changes,
      takenOver,
      breaks: comparison.breaks,
      keeps: keeps.filter((run) => isSeen(run, scope)),
      inUse: findUses(changes, comparison, keeps, (run) => isSeen(run, scope)),
      mistakes: findUnsaidRenames(changes, comparison),
    } satisfies Compared,
  }
}

function isSeen({ project }: KeepingRun, { projects }: CompareScope): boolean {
  return projects === 'all' || projects.includes(project)
}

/** Whether a definition that was sent is this one of another source: by its name, or by the name that it had. */
function isMeant(
  { definition }: ReadSent,
  other: StoredDefinition,
  own: readonly StoredDefinition[],
): boolean {
  if (definition.kind !== other.kind) return false
  if (definition.name === other.name) return true
  const isThere = own.some((one) => one.kind === definition.kind && one.name === definition.name)
  return !isThere && definition.renamedFrom === other.name
}

function refuseOwned(owned: StoredDefinition, all: readonly StoredDefinition[]) {
  const more = all.length === 1 ? '' : ` So are ${all.length - 1} more.`
  return no(
    'owned_by_another_source',
    `The ${owned.kind} "${owned.name}" is owned by the source "${owned.source}" of this project.${more} Rename yours, or move it here with --take-over.`,
    {
      owner: owned.source,
      definitions: all.map(({ kind, name, source }) => ({ kind, name, source })),
    },
  )
}

function pairOf(
  change: DefinitionChange,
  before: readonly StoredDefinition[],
  definitions: readonly ReadSent[],
): ChangeOf {
  const oldName = change.renamedFrom ?? change.name
  const isNamed = (one: { kind: DefinitionKind; name: string }, name: string): boolean =>
    one.kind === change.kind && one.name === name
  return {
    change,
    was: change.change === 'added' ? undefined : before.find((one) => isNamed(one, oldName)),
    now:
      change.change === 'removed'
        ? undefined
        : definitions.find(({ definition }) => isNamed(definition, change.name)),
  }
}

function findUses(
  changes: readonly ChangeOf[],
  { refusals }: Comparison,
  keeps: readonly KeepingRun[],
  isSeen: (run: KeepingRun) => boolean,
): readonly string[] {
  const deployed = refusals
    .filter(({ code }) => code === 'deployed_still')
    .map(({ message }) => message)
  const running = changes.flatMap(({ change }) => {
    if (change.change !== 'removed') return []
    const runs = keeps.filter(({ kind, name }) => kind === change.kind && name === change.name)
    if (runs.length === 0) return []
    const seen = runs.filter(isSeen).map(({ address }) => address)
    const unseen = runs.length - seen.length
    const which = unseen === 0 ? seen : [...seen, `${unseen} that you may not see`]
    return [
      `The ${change.kind} "${change.name}" cannot be deleted while a run uses it: ${which.join(', ')}.`,
    ]
  })
  return [...deployed, ...running]
}

function findUnsaidRenames(
  changes: readonly ChangeOf[],
  { refusals }: Comparison,
): readonly Mistake[] {
  return refusals.flatMap(({ code, definition, message }): readonly Mistake[] => {
    if (code !== 'renamed_without_notice') return []
    const place = changes.find(
      ({ change }) => change.kind === definition.kind && change.name === definition.name,
    )?.now?.place
    const at = place ?? { file: '', line: 0, column: 0 }
    return [{ code, ...at, path: `${definition.kind}s/${definition.name}`, message }]
  })
}
