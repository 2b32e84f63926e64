// Which ids name what the log is about: aggregates by their kind, plain things by their prefix.

import { ID_PREFIXES, idOf, prefixOf, type IdPrefix } from './id.ts'
import { AGGREGATE_KINDS, type AggregateKind } from './machine.ts'

const PREFIXES: Readonly<Record<AggregateKind, IdPrefix>> = {
  pipeline_run: 'run',
  stage_run: 'stg',
  gate_run: 'gat',
  process_run: 'prc',
  step_run: 'stp',
  environment_lock: 'lck',
  release: 'rel',
}

const KINDS = new Map<IdPrefix, AggregateKind>(
  AGGREGATE_KINDS.map((kind) => [PREFIXES[kind], kind]),
)

/** The kind of aggregate that an id names. A child's id says what it is; nothing else does. */
export function kindOf(id: string): AggregateKind {
  const kind = KINDS.get(prefixOf(id))
  if (kind === undefined) throw new Error(`${id} names no aggregate`)
  return kind
}

/** The id of what an event row is about: of an aggregate by its kind, of a plain thing by the prefix that stands there. */
export function idOfKind(kind: string, uuid: string): string {
  const prefix = prefixOfKind(kind)
  if (prefix === undefined) throw new Error(`${kind} is no kind of thing`)
  return idOf(prefix, uuid)
}

/** The prefix of the ids of such things; undefined when there is no such kind. */
export function prefixOfKind(kind: string): IdPrefix | undefined {
  const aggregate = AGGREGATE_KINDS.find((one) => one === kind)
  if (aggregate !== undefined) return PREFIXES[aggregate]
  return ID_PREFIXES.find((one) => one === kind)
}

/** The id of an aggregate from its row. */
export function aggregateId(kind: AggregateKind, uuid: string): string {
  return idOf(PREFIXES[kind], uuid)
}

/** Whether the id names an aggregate, whose events come from its reducer. */
export function isAggregateId(id: string): boolean {
  return KINDS.has(prefixOf(id))
}
