// What is different between two revisions of one definition: values with their paths, and entries of lists by name.

import type { JsonValue } from '@lockstep/domain'

import { isFields, isList } from '../notation/sparse.ts'
import { addressOf } from '../schema/name.ts'
import {
  entryInWords,
  isPlain,
  isSame,
  referenceInWords,
  restInWords,
  valueInWords,
} from './words.ts'

type Fields = { readonly [key: string]: JsonValue }

/** One difference. */
export type Change =
  /** A value: `parameters.soak.default`, from `1h` to `2h`. */
  | { readonly kind: 'value'; readonly path: string; readonly from: string; readonly to: string }
  /** Entries of a list that have a place in an order: rules, tasks, steps. */
  | { readonly kind: 'entries'; readonly path: string; readonly entries: readonly EntryChange[] }
  /** Things with a name that came or went. A removed and an added one that look the same are a rename. */
  | {
      readonly kind: 'names'
      readonly path: string
      readonly thing: string
      readonly removed: readonly string[]
      readonly added: readonly string[]
      readonly looksLikeRename: boolean
    }

/** What happened to one entry of a list. */
export type EntryChange = {
  readonly sign: '+' | '-' | '~'
  /** Where in the list: `[1][2]`; in the list before, if it was removed. */
  readonly position: string
  /** `that "No open Sev-1"` */
  readonly entry: string
  /** What a new entry says. */
  readonly summary: string
  /** What is different in an entry that stayed. */
  readonly changes: readonly Change[]
}

/** Lists whose entries are counted: they are judged or done in their order. */
const ORDERED: ReadonlySet<string> = new Set([
  'entry',
  'exit',
  'hold',
  'rules',
  'tasks',
  'waves',
  'on',
  'deploy',
])

/** The differences between two objects, both without what is inferred. */
export function compareFields(before: Fields, after: Fields, path: readonly string[]): Change[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys
    .filter((key) => key !== 'kind' && key !== 'name' && key !== 'renamedFrom')
    .flatMap((key) => compareValues(before[key], after[key], [...path, key]))
}

function compareValues(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: readonly string[],
): Change[] {
  if (isSame(before, after)) return []
  if (hasEntries(before) || hasEntries(after)) {
    return compareLists(entriesOf(before), entriesOf(after), path)
  }
  if (isPlain(before) && isPlain(after)) return [valueChange(path, before, after)]
  if (isFields(before) && isFields(after)) return compareMaps(before, after, path)
  if (isFields(before) && after === undefined) return compareFields(before, {}, path)
  if (isFields(after) && before === undefined) return compareFields({}, after, path)
  return [valueChange(path, before, after)]
}

function valueChange(
  path: readonly string[],
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): Change {
  return {
    kind: 'value',
    path: path.join('.'),
    from: valueInWords(before),
    to: valueInWords(after),
  }
}

// A map from which one key went and to which one came with the same value: the key was renamed.
function compareMaps(before: Fields, after: Fields, path: readonly string[]): Change[] {
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key))
  const added = Object.keys(after).filter((key) => !Object.hasOwn(before, key))
  const [from] = removed
  const [to] = added
  if (path.at(-1) !== 'map' || removed.length !== 1 || added.length !== 1)
    return compareFields(before, after, path)
  if (from === undefined || to === undefined || !isSame(before[from], after[to])) {
    return compareFields(before, after, path)
  }
  const renamed: Change = { kind: 'value', path: path.slice(0, -1).join('.'), from, to }
  const rest = Object.fromEntries(Object.entries(after).filter(([key]) => key !== to))
  const kept = Object.fromEntries(Object.entries(before).filter(([key]) => key !== from))
  return [renamed, ...compareFields(kept, rest, path)]
}

function hasEntries(value: JsonValue | undefined): boolean {
  return (
    isList(value) && value.some((entry) => isFields(entry) && typeof entry['kind'] === 'string')
  )
}

type Entry = { readonly key: string; readonly index: number; readonly fields: Fields }

function entriesOf(value: JsonValue | undefined): Entry[] {
  if (!isList(value)) return []
  const counts = new Map<string, number>()
  return value.flatMap((entry, index) => {
    if (!isFields(entry)) return []
    const name = nameOf(entry)
    const count = counts.get(name) ?? 0
    counts.set(name, count + 1)
    return [{ key: count === 0 ? name : `${name}#${count}`, index, fields: entry }]
  })
}

// What an entry is known by from one revision to the next: its name, or its kind and what it is about.
function nameOf(entry: Fields): string {
  const { name, application, kind, size, renamedFrom } = entry
  if (typeof renamedFrom === 'string') return renamedFrom
  if (typeof name === 'string') return addressOf(name) || name
  return (
    referenceInWords(application) ??
    `${typeof kind === 'string' ? kind : ''} ${valueInWords(size ?? '')}`
  )
}

function compareLists(
  before: readonly Entry[],
  after: readonly Entry[],
  path: readonly string[],
): Change[] {
  return isOrdered(path) ? compareOrdered(before, after, path) : compareNamed(before, after, path)
}

function isOrdered(path: readonly string[]): boolean {
  return ORDERED.has(path.at(-1) ?? '') || path.at(-2) === 'hosts' || path.at(-2) === 'processes'
}

function compareNamed(
  before: readonly Entry[],
  after: readonly Entry[],
  path: readonly string[],
): Change[] {
  const old = new Map(before.map((entry) => [entry.key, entry]))
  const young = new Map(after.map((entry) => [entry.key, entry]))
  const removed = before.filter((entry) => !young.has(entry.key))
  const added = after.filter((entry) => !old.has(entry.key))
  const changes: Change[] = []
  if (removed.length + added.length > 0) changes.push(cameAndWent(removed, added, path))
  for (const entry of after) {
    const was = old.get(entry.key)
    if (was === undefined) continue
    if (was.fields['kind'] !== entry.fields['kind']) {
      changes.push({
        kind: 'value',
        path: [...path, entry.key].join('.'),
        from: entryInWords(was.fields),
        to: entryInWords(entry.fields),
      })
    }
    changes.push(...compareFields(was.fields, entry.fields, [...path, entry.key]))
  }
  return [...changes, ...compareOrder(before, after, path)]
}

function cameAndWent(
  removed: readonly Entry[],
  added: readonly Entry[],
  path: readonly string[],
): Change {
  const [gone] = removed
  const [come] = added
  const looksLikeRename =
    removed.length === 1 &&
    added.length === 1 &&
    gone !== undefined &&
    come !== undefined &&
    isAlike(gone.fields, come.fields)
  return {
    kind: 'names',
    path: path.join('.'),
    thing: singular(path.at(-1) ?? ''),
    removed: removed.map((entry) => entry.key),
    added: added.map((entry) => entry.key),
    looksLikeRename,
  }
}

function singular(list: string): string {
  if (list === 'receives') return 'tier map of'
  return list.endsWith('s') ? list.slice(0, -1) : list
}

/** Whether two things with different names are so alike that one is probably the other renamed. */
export function isAlike(before: Fields, after: Fields): boolean {
  if (before['kind'] !== after['kind']) return false
  const leavesBefore = leavesOf(before)
  const leavesAfter = leavesOf(after)
  if (leavesBefore.size === 0 && leavesAfter.size === 0) return true
  let same = 0
  for (const leaf of leavesBefore) if (leavesAfter.has(leaf)) same++
  return same / (leavesBefore.size + leavesAfter.size - same) >= ALIKE_SHARE_MIN
}

const ALIKE_SHARE_MIN = 0.6

function leavesOf(value: Fields): Set<string> {
  const leaves = new Set<string>()
  const visit = (inner: JsonValue, path: string): void => {
    if (isList(inner))
      for (const [index, entry] of inner.entries()) visit(entry, `${path}.${index}`)
    else if (isFields(inner))
      for (const [key, entry] of Object.entries(inner)) visit(entry, `${path}.${key}`)
    else leaves.add(`${path}=${String(inner)}`)
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key !== 'name' && key !== 'title' && key !== 'renamedFrom' && key !== 'kind')
      visit(inner, key)
  }
  return leaves
}

function compareOrder(
  before: readonly Entry[],
  after: readonly Entry[],
  path: readonly string[],
): Change[] {
  const old = new Set(before.map((entry) => entry.key))
  const young = new Set(after.map((entry) => entry.key))
  const from = before.filter((entry) => young.has(entry.key)).map((entry) => entry.key)
  const to = after.filter((entry) => old.has(entry.key)).map((entry) => entry.key)
  if (from.join('\n') === to.join('\n')) return []
  return [
    { kind: 'value', path: `${path.join('.')} in order`, from: from.join(', '), to: to.join(', ') },
  ]
}

function compareOrdered(
  before: readonly Entry[],
  after: readonly Entry[],
  path: readonly string[],
): Change[] {
  const entries = compareEntries(before, after, '')
  const order = compareOrder(before, after, path)
  return entries.length === 0
    ? order
    : [{ kind: 'entries', path: path.join('.'), entries }, ...order]
}

function compareEntries(
  before: readonly Entry[],
  after: readonly Entry[],
  around: string,
): EntryChange[] {
  const old = new Map(before.map((entry) => [entry.key, entry]))
  const young = new Set(after.map((entry) => entry.key))
  const gone = before.filter((entry) => !young.has(entry.key))
  return [
    ...gone.map((entry): EntryChange => oneSided('-', entry, around)),
    ...after.flatMap((entry): EntryChange[] => {
      const was = old.get(entry.key)
      return was === undefined ? [oneSided('+', entry, around)] : compareEntry(was, entry, around)
    }),
  ]
}

function oneSided(sign: '+' | '-', entry: Entry, around: string): EntryChange {
  return {
    sign,
    position: `${around}[${entry.index}]`,
    entry: entryInWords(entry.fields),
    summary: sign === '+' ? restInWords(entry.fields) : '',
    changes: [],
  }
}

// A group of rules or tasks has its entries shown in the list around it, with a longer position.
function compareEntry(before: Entry, after: Entry, around: string): EntryChange[] {
  if (isSame(before.fields, after.fields)) return []
  const position = `${around}[${after.index}]`
  const inner = (['rules', 'tasks'] as const).find(
    (key) => key in before.fields && key in after.fields,
  )
  if (inner !== undefined) {
    return compareEntries(entriesOf(before.fields[inner]), entriesOf(after.fields[inner]), position)
  }
  const changes = compareFields(before.fields, after.fields, [])
  if (before.fields['kind'] !== after.fields['kind']) {
    changes.unshift({
      kind: 'value',
      path: 'kind',
      from: entryInWords(before.fields),
      to: entryInWords(after.fields),
    })
  }
  return [{ sign: '~', position, entry: entryInWords(after.fields), summary: '', changes }]
}
