// A difference as the terminal shows it, before anybody is asked whether to apply it.

import type { Position } from '../load/origin.ts'
import { listInWords } from '../mistake/nearest.ts'
import type { Change, EntryChange } from './changes.ts'
import type { Breaking, Comparison, DefinitionChange } from './compare.ts'

/** What is shown beside the difference itself. */
export type DifferenceContext = {
  readonly source: string
  readonly project: string
  readonly server: string
  /** The revision that a definition has, 0 if it is new, by `kind name`; after a rename by its new name. */
  readonly revisions: ReadonlyMap<string, number>
  /** Where a definition is written, by `kind name`. */
  readonly places?: ReadonlyMap<string, Position>
  /** Sentences about runs and the like, each a line of its own. */
  readonly notes?: readonly string[]
}

const NAME_COLUMN = 30
const VALUE_COLUMN = 43
const PLACE_COLUMN = 76

/** The difference as text, without a line end after the last line. */
export function presentDifference(comparison: Comparison, context: DifferenceContext): string {
  const { definitions } = comparison
  const differing = definitions.filter(({ change }) => change !== 'equal').length
  const head = `${context.source}  →  project ${context.project} on ${context.server}`
  const count = `${counted(definitions.length)}, ${differing === 1 ? '1 differs' : `${differing} differ`}`
  const lines = [padded(head, PLACE_COLUMN) + count, '']
  const groups = groupAlike(definitions, context)
  for (const group of groups) lines.push(...presentDefinitions(group, context))
  lines.push(...presentBreaks(comparison.breaks))
  const notes = [...(context.notes ?? []), ...presentVerdict(comparison)]
  if (notes.length > 0) lines.push('', ...notes.map((note) => `  ${note}`))
  return lines.join('\n')
}

// Definitions of one kind with the same change are told together: `environment dev, qa`.
function groupAlike(
  definitions: readonly DefinitionChange[],
  context: DifferenceContext,
): DefinitionChange[][] {
  const groups = new Map<string, DefinitionChange[]>()
  for (const definition of definitions) {
    const { kind, change, changes, name } = definition
    const alone = change === 'equal' || changes.length === 0 ? name : ''
    const key = JSON.stringify([kind, change, changes, revisionOf(definition, context), alone])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [definition])
    else group.push(definition)
  }
  return [...groups.values()].sort((a, b) => Number(isEqual(a)) - Number(isEqual(b)))
}

function isEqual(group: readonly DefinitionChange[]): boolean {
  return group[0]?.change === 'equal'
}

function presentDefinitions(
  group: readonly DefinitionChange[],
  context: DifferenceContext,
): string[] {
  const [first] = group
  if (first === undefined) return []
  const names = `${first.kind} ${group.map(({ name }) => name).join(', ')}`
  if (first.change === 'equal') return [`  = ${names}`]
  if (first.change === 'removed') return [`  − ${padded(names, NAME_COLUMN)}delete`]
  const sign = first.change === 'added' ? '+' : '~'
  const line = `  ${sign} ${padded(names, NAME_COLUMN)}${presentRevision(first, context)}`
  const place = presentPlaces(group, context)
  return [
    place === '' ? line : padded(line, PLACE_COLUMN) + place,
    ...presentRename(first),
    ...first.changes.flatMap((change) => presentChange(change, 6)),
  ]
}

function presentRevision(definition: DefinitionChange, context: DifferenceContext): string {
  const revision = revisionOf(definition, context)
  return revision === 0 ? 'new' : `rev ${revision} → ${revision + 1}`
}

function revisionOf(definition: DefinitionChange, context: DifferenceContext): number {
  return context.revisions.get(`${definition.kind} ${definition.name}`) ?? 0
}

function presentPlaces(group: readonly DefinitionChange[], context: DifferenceContext): string {
  let file = ''
  return group
    .flatMap(({ kind, name }) => {
      const place = context.places?.get(`${kind} ${name}`)
      if (place === undefined) return []
      const shown = place.file === file ? `:${place.line}` : `${place.file}:${place.line}`
      file = place.file
      return [shown]
    })
    .join(', ')
}

function presentRename(definition: DefinitionChange): string[] {
  const { renamedFrom, looksLike } = definition
  if (renamedFrom !== undefined) return [`      renamed from ${renamedFrom}`]
  if (looksLike === undefined) return []
  return [`      looks like a rename: add renamedFrom: '${looksLike}' to keep its history`]
}

function presentChange(change: Change, indent: number): string[] {
  const space = ' '.repeat(indent)
  if (change.kind === 'value')
    return [`${padded(space + change.path, VALUE_COLUMN)}${change.from} → ${change.to}`]
  if (change.kind === 'entries') {
    return [
      space + change.path,
      ...change.entries.flatMap((entry) => presentEntry(entry, indent + 2)),
    ]
  }
  const signs = [
    ...change.removed.map((name) => `− ${change.thing} ${name}`),
    ...change.added.map((name) => `+ ${change.thing} ${name}`),
  ].join('   ')
  if (!change.looksLikeRename) return [space + signs]
  const [from = ''] = change.removed
  return [
    `${padded(space + signs, VALUE_COLUMN)}looks like a rename: add renamedFrom: '${from}' to keep its history`,
  ]
}

function presentEntry(entry: EntryChange, indent: number): string[] {
  const sign = entry.sign === '-' ? '−' : entry.sign
  const label = `${' '.repeat(indent)}${sign} ${entry.position} ${entry.entry}`
  const line = entry.summary === '' ? label : padded(label, VALUE_COLUMN) + entry.summary
  return [line, ...entry.changes.flatMap((change) => presentChange(change, indent + 4))]
}

function presentBreaks(breaks: readonly Breaking[]): string[] {
  if (breaks.length === 0) return []
  const byReason = new Map<string, Breaking[]>()
  for (const broken of breaks) {
    const key = `${broken.reason} ${broken.name}`
    byReason.set(key, [...(byReason.get(key) ?? []), broken])
  }
  const lines = [...byReason.values()].map((group) => {
    const [first] = group
    const named = group.flatMap(({ dependant }) => (dependant === undefined ? [] : [dependant]))
    const hidden = group.length - named.length
    const others = hidden === 0 ? [] : [`${hidden} that you may not see`]
    return `  ! breaks ${listInWords([...named, ...others])}: ${reasonInWords(first)}`
  })
  return [
    ...lines,
    '    Their next plan will be refused until they change. Their owners get a message.',
  ]
}

function reasonInWords(broken: Breaking | undefined): string {
  if (broken?.reason === 'tier_new')
    return `their tier maps do not name the new tier "${broken.name}"`
  if (broken?.reason === 'definition_gone') return `they refer to "${broken.name}"`
  return `their tier maps name the tier "${broken?.name ?? ''}"`
}

function presentVerdict(comparison: Comparison): string[] {
  const weakens = comparison.definitions.flatMap((definition) =>
    definition.weakens.map(
      ({ path, message }) => `! weakens ${definition.kind} ${definition.name}, ${path}: ${message}`,
    ),
  )
  if (weakens.length > 0) return weakens
  if (comparison.breaks.length > 0) return []
  return comparison.definitions.some(({ change }) => change !== 'equal')
    ? ['This weakens nothing and breaks nobody.']
    : []
}

// At least two spaces stay between columns, so that a long name pushes instead of touching.
function padded(text: string, width: number): string {
  return text.length + 2 > width ? `${text}  ` : text.padEnd(width)
}

function counted(definitions: number): string {
  return definitions === 1 ? '1 definition' : `${definitions} definitions`
}
