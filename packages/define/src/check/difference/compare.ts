// The difference between the definitions that a source applied before and those that it has now.

import type { MistakeCode } from '../mistake/mistake.ts'
import { withoutInferred } from '../notation/sparse.ts'
import { definitionDigest } from '../schema/definition-digest.ts'
import type { Definition, DefinitionKind } from '../schema/definition.ts'
import { compareFields, isAlike, type Change } from './changes.ts'
import { findWeakenings, type Weakening } from './weakens.ts'

/** A definition by what people call it. */
export type DefinitionName = { readonly kind: DefinitionKind; readonly name: string }

/** What became of one definition. */
export type DefinitionChange = DefinitionName & {
  readonly change: 'added' | 'removed' | 'changed' | 'equal'
  /** The name that it had before, if it says so. */
  readonly renamedFrom?: string
  /** The name of a removed definition that this added one is probably the same as. */
  readonly looksLike?: string
  readonly changes: readonly Change[]
  readonly weakens: readonly Weakening[]
}

/** Somebody else's definition that would no longer fit. */
export type Breaking = {
  /** What no longer fits, as `project/name`; undefined when the reader may not see it. */
  readonly dependant: string | undefined
  readonly reason: 'tier_gone' | 'tier_new' | 'definition_gone'
  /** The tier, or the definition, that it relies on. */
  readonly name: string
}

/** Why a change is not accepted, although every definition is right by itself. */
export type ChangeRefusal = {
  readonly code: Extract<MistakeCode, 'deployed_still' | 'renamed_without_notice'>
  readonly definition: DefinitionName
  readonly message: string
}

export type Comparison = {
  readonly definitions: readonly DefinitionChange[]
  readonly breaks: readonly Breaking[]
  readonly refusals: readonly ChangeRefusal[]
}

/** What surrounds the definitions of this source. */
export type Surroundings = {
  readonly project: string
  /** Tier maps of other sources: which tiers of an application, `project/name`, they name. */
  readonly tierMaps?: readonly {
    readonly environment: string
    readonly application: string
    readonly tiers: readonly string[]
    readonly visible: boolean
  }[]
  /** References of other sources to definitions, `project/name`. */
  readonly references?: readonly {
    readonly from: string
    readonly kind: DefinitionKind
    readonly to: string
    readonly visible: boolean
  }[]
  /** Where an application, or on what an environment, something is deployed: `kind name` → places. */
  readonly deployed?: ReadonlyMap<string, readonly string[]>
}

/** Compares everything that a source applied last with everything that it has now. Pure: the same input, the same answer. */
export function compareDefinitions(
  before: readonly Definition[],
  after: readonly Definition[],
  surroundings: Surroundings,
): Comparison {
  const pairs = pairUp(before, after)
  const definitions = pairs.map(({ was, now, looksLike }) => describe(was, now, looksLike))
  return {
    definitions,
    breaks: findBreaks(pairs, surroundings),
    refusals: findRefusals(pairs, surroundings),
  }
}

type Pair = {
  readonly was?: Definition | undefined
  readonly now?: Definition | undefined
  readonly looksLike?: string | undefined
}

function pairUp(before: readonly Definition[], after: readonly Definition[]): Pair[] {
  const left = new Map(before.map((definition) => [keyOf(definition), definition]))
  const pairs: Pair[] = []
  for (const now of after) {
    const key = left.has(keyOf(now)) ? keyOf(now) : `${now.kind} ${now.renamedFrom ?? ''}`
    const was = left.get(key)
    left.delete(key)
    pairs.push({ was, now })
  }
  const removed = [...left.values()]
  return [
    ...pairs.map((pair) =>
      pair.was === undefined ? { ...pair, looksLike: findAlike(pair.now, removed) } : pair,
    ),
    ...removed.map((was) => ({ was })),
  ]
}

function keyOf(definition: DefinitionName): string {
  return `${definition.kind} ${definition.name}`
}

function findAlike(
  now: Definition | undefined,
  removed: readonly Definition[],
): string | undefined {
  if (now === undefined) return undefined
  return removed.find(
    (was) => was.kind === now.kind && isAlike(withoutInferred(was), withoutInferred(now)),
  )?.name
}

function describe(
  was: Definition | undefined,
  now: Definition | undefined,
  looksLike: string | undefined,
): DefinitionChange {
  if (was === undefined && now !== undefined) {
    const { kind, name } = now
    return {
      kind,
      name,
      change: 'added',
      changes: [],
      weakens: [],
      ...(looksLike === undefined ? {} : { looksLike }),
    }
  }
  if (was !== undefined && now === undefined) {
    const { kind, name } = was
    return { kind, name, change: 'removed', changes: [], weakens: removalWeakens(was) }
  }
  if (was === undefined || now === undefined)
    throw new RangeError('a pair of definitions has at least one')
  const { kind, name } = now
  const renamedFrom = was.name === name ? {} : { renamedFrom: was.name }
  if (definitionDigest(was) === definitionDigest(now))
    return { kind, name, change: 'equal', changes: [], weakens: [] }
  return {
    kind,
    name,
    ...renamedFrom,
    change: 'changed',
    changes: compareFields(withoutInferred(was), withoutInferred(now), []),
    weakens: findWeakenings(was, now),
  }
}

// A pipeline that is gone takes its gates with it; nothing goes through them any more, so nothing is weaker.
function removalWeakens(was: Definition): Weakening[] {
  if (was.kind !== 'environment' || was.freezes.length === 0) return []
  return was.freezes.map((freeze) => ({
    path: 'freezes',
    message: `the freeze "${freeze.name}" is removed`,
  }))
}

function findBreaks(pairs: readonly Pair[], surroundings: Surroundings): Breaking[] {
  const breaks: Breaking[] = []
  for (const { was, now } of pairs) {
    if (was?.kind === 'application' && now?.kind === 'application') {
      breaks.push(...brokenTierMaps(was, now, surroundings))
    }
    if (was !== undefined && now?.name !== was.name)
      breaks.push(...brokenReferences(was, now, surroundings))
  }
  return breaks
}

function brokenTierMaps(
  was: Extract<Definition, { kind: 'application' }>,
  now: Extract<Definition, { kind: 'application' }>,
  surroundings: Surroundings,
): Breaking[] {
  const before = was.tiers.map((tier) => tier.name)
  const after = now.tiers.map((tier) => tier.name)
  const address = `${surroundings.project}/${was.name}`
  const maps = (surroundings.tierMaps ?? []).filter((map) => map.application === address)
  return maps.flatMap((map): Breaking[] => {
    const dependant = map.visible ? map.environment : undefined
    const gone = map.tiers.filter((tier) => before.includes(tier) && !after.includes(tier))
    if (gone.length > 0) return gone.map((name) => ({ dependant, reason: 'tier_gone', name }))
    const young = after.filter((tier) => !before.includes(tier) && !map.tiers.includes(tier))
    return young.map((name) => ({ dependant, reason: 'tier_new', name }))
  })
}

// A renamed definition keeps its old name as an alias, so only what is gone breaks somebody.
function brokenReferences(
  was: Definition,
  now: Definition | undefined,
  surroundings: Surroundings,
): Breaking[] {
  if (now !== undefined) return []
  const address = `${surroundings.project}/${was.name}`
  return (surroundings.references ?? [])
    .filter((reference) => reference.kind === was.kind && reference.to === address)
    .map(({ from, visible }) => ({
      dependant: visible ? from : undefined,
      reason: 'definition_gone',
      name: was.name,
    }))
}

function findRefusals(pairs: readonly Pair[], surroundings: Surroundings): ChangeRefusal[] {
  return pairs.flatMap(({ was, now }): ChangeRefusal[] => {
    if (was === undefined || now !== undefined) return []
    const places = surroundings.deployed?.get(keyOf(was)) ?? []
    if (places.length === 0) return []
    const definition = { kind: was.kind, name: was.name }
    const renamed = pairs.find(
      (pair) => pair.looksLike === was.name && pair.now?.kind === was.kind,
    )?.now
    if (renamed !== undefined) {
      return [
        {
          code: 'renamed_without_notice',
          definition: { kind: renamed.kind, name: renamed.name },
          message: `The ${was.kind} "${renamed.name}" looks like "${was.name}", which is deployed: ${places.join(', ')}. Add renamedFrom: '${was.name}' to keep its history.`,
        },
      ]
    }
    return [
      {
        code: 'deployed_still',
        definition,
        message: `The ${was.kind} "${was.name}" cannot be deleted while it is deployed: ${places.join(', ')}.`,
      },
    ]
  })
}
