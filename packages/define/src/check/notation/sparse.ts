// Definitions without what nobody had to write: for printing and comparing.

import { canonicalText, type JsonValue } from '@lockstep/domain'

import { inferProcesses } from '../schema/application.ts'
import { definitionText, parseDefinition, type Definition } from '../schema/definition.ts'
import { titleOf } from '../schema/name.ts'

type Fields = { readonly [key: string]: JsonValue }

/**
 * A definition as JSON without what follows from the rest of it: titles made of names, needs that are the step before,
 * and processes that are the tiers in their order.
 */
export function withoutInferred(definition: Definition): Fields {
  const { processes, ...rest } = toFields(definition)
  const sparse = mapFields(rest, dropInferred)
  if (definition.kind !== 'application' || processes === undefined || !isFields(processes))
    return sparse
  const inferred: Fields = toFields(inferProcesses(definition.tiers))
  const own = Object.entries(processes).filter(
    ([name, steps]) =>
      !Object.hasOwn(inferred, name) ||
      canonicalText(steps) !== canonicalText(inferred[name] ?? null),
  )
  if (own.length === 0) return sparse
  return { ...sparse, processes: mapFields(Object.fromEntries(own), dropInferred) }
}

/** A definition as JSON that says the same with as little as possible; parsed again, it has the same digest. */
export function withoutDefaults(definition: Definition): Fields {
  const inferred = withoutInferred(definition)
  const sparse = mapFields(inferred, dropDefaults)
  for (const candidate of [mapFields(sparse, dropName), sparse, inferred]) {
    const parsed = parseDefinition(candidate)
    if (parsed.ok && definitionText(parsed.definition) === definitionText(definition))
      return candidate
  }
  return toFields(definition)
}

function toFields(value: object): Fields {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a definition is JSON by its schema
  return value as Fields
}

/** Whether this is an object of JSON. */
export function isFields(value: JsonValue | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether this is a list of JSON. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

type Drop = (fields: Fields, key: string, value: JsonValue, before: Fields | undefined) => boolean

// Every object with the fields that are not dropped; `before` is the entry before it in its list.
function mapFields(fields: Fields, ...drops: Drop[]): Fields {
  return mapEntry(fields, undefined, drops)
}

function mapEntry(fields: Fields, before: Fields | undefined, drops: readonly Drop[]): Fields {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([key, value]) => !drops.some((drop) => drop(fields, key, value, before)))
      .map(([key, value]) => [key, mapValue(value, drops)]),
  )
}

function mapValue(value: JsonValue, drops: readonly Drop[]): JsonValue {
  if (isFields(value)) return mapEntry(value, undefined, drops)
  if (!isList(value)) return value
  return value.map((entry, index) => {
    const before = value[index - 1]
    return isFields(entry) ? mapEntry(entry, isFields(before) ? before : undefined, drops) : entry
  })
}

/** Kinds whose title is made of their name when none is written. */
const TITLED: ReadonlySet<string> = new Set([
  'application',
  'component',
  'environment',
  'pipeline',
  'release',
  'stage',
])

function dropInferred(
  fields: Fields,
  key: string,
  value: JsonValue,
  before: Fields | undefined,
): boolean {
  const { kind, name } = fields
  if (key === 'title') {
    const isInferred = typeof kind === 'string' && TITLED.has(kind)
    return isInferred && typeof name === 'string' && value === titleOf(name)
  }
  if (key !== 'needs' || typeof fields['kind'] !== 'string') return false
  const inferred = before === undefined ? [] : [before['name'] ?? '']
  return canonicalText(value) === canonicalText(inferred)
}

// The same values as in the schemas. If one of them were not, the definition would be printed in full instead.
const DEFAULTS: Readonly<Record<string, JsonValue>> = {
  always: false,
  onError: 'stop',
  onLost: 'ask',
  runOn: 'every',
  env: {},
  part: 'application',
  provides: {},
  requires: {},
  atOnce: 1,
  stopAfter: 1,
  phased: false,
  variables: {},
  secrets: {},
  approvers: [],
  allowSelfApproval: false,
  windows: [],
  freezes: [],
  hold: [],
  waves: [{ kind: 'wave', size: '100%' }],
  every: '30s',
  by: [],
  need: 1,
  oneFromEach: [],
  expires: '7d',
  onReject: 'wait',
  noNewFailures: false,
  sbom: false,
  status: 200,
  on: [],
  parameters: [],
  entry: [],
  exit: [],
  force: false,
  paths: [],
  supersede: false,
  apply: false,
  environments: {},
  planned: {},
}
const TIMEOUTS: Readonly<Record<string, string>> = {
  artifact: '1h',
  command: '1h',
  script: '1h',
  component_step: '1h',
  build: '24h',
  test: '24h',
}

function dropDefaults(fields: Fields, key: string, value: JsonValue): boolean {
  const { kind } = fields
  if (typeof kind !== 'string') return false
  if (key === 'timeout') return TIMEOUTS[kind] === value
  if (key === 'process') return kind === 'component_step' && value === 'deploy'
  if (key === 'parameters' && kind === 'run_pipeline') return canonicalText(value) === '{}'
  if (key === 'waves')
    return canonicalText(value) === canonicalText([{ kind: 'wave', size: '100%', hold: [] }])
  const preset = Object.hasOwn(DEFAULTS, key) ? DEFAULTS[key] : undefined
  return preset !== undefined && canonicalText(value) === canonicalText(preset)
}

const NAMED_BY_SUBJECT: ReadonlySet<JsonValue> = new Set([
  'all_tasks_passed',
  'tests',
  'signed',
  'compatible',
  'healthy',
  'fleet_verified',
  'http',
  'in_window',
  'passed',
  'component_step',
  'wait_for',
  'build',
  'snapshot',
  'deploy',
  'prepare',
  'rollback',
  'run_process',
  'run_pipeline',
])

function dropName(fields: Fields, key: string): boolean {
  const { kind } = fields
  return key === 'name' && kind !== undefined && NAMED_BY_SUBJECT.has(kind)
}
