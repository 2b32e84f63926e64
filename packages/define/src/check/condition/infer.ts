// The types of values that nobody declared, from the values themselves.

import type { ConditionScope, FieldType } from './scope.ts'

/**
 * The scopes under which a condition may be judged: declared types stay, everything else gets the type of its value.
 * There are two, because a number like 3 may be meant as whole or as decimal.
 */
export function inferScope(
  text: string,
  values: Readonly<Record<string, unknown>>,
  declared: ConditionScope,
): ConditionScope[] {
  const asked = askedFor(text)
  return (['whole', 'decimal'] as const).map((number) => {
    const scope: Record<string, FieldType> = {}
    for (const [name, value] of Object.entries(values)) {
      scope[name] = inferType({
        value,
        declared: declared[name],
        at: name,
        asked,
        number,
        depth: 0,
      })
    }
    return { ...declared, ...scope }
  })
}

type Inference = {
  readonly value: unknown
  readonly declared: FieldType | undefined
  readonly at: string
  readonly asked: ReadonlySet<string>
  readonly number: 'whole' | 'decimal'
  readonly depth: number
}

const DEPTH_MAX = 16

function inferType(inference: Inference): FieldType {
  const { value, declared, number, depth } = inference
  if (declared !== undefined && declared !== 'any' && !isMapOfAny(declared)) return declared
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'bigint') return 'whole'
  if (typeof value === 'number') return Number.isSafeInteger(value) ? number : 'decimal'
  if (depth >= DEPTH_MAX || typeof value !== 'object' || value === null) return 'any'
  if (Array.isArray(value)) return { list: inferEntry(inference, value) }
  return { fields: inferFields(inference, value) }
}

function inferFields(inference: Inference, value: object): Record<string, FieldType> {
  const { at, asked, depth } = inference
  const fields: Record<string, FieldType> = {}
  // has(facts.load) is how a condition asks whether something was reported; a missing field is then no mistake.
  for (const path of asked) {
    const name = path.startsWith(`${at}.`) ? path.slice(at.length + 1) : ''
    if (IDENTIFIER.test(name)) fields[name] = 'any'
  }
  for (const [key, inner] of Object.entries(value)) {
    if (!IDENTIFIER.test(key)) continue
    fields[key] = inferType({
      ...inference,
      value: inner,
      declared: undefined,
      at: `${at}.${key}`,
      depth: depth + 1,
    })
  }
  return fields
}

function inferEntry(inference: Inference, list: readonly unknown[]): FieldType {
  const types = list.map((value) =>
    inferType({
      ...inference,
      value,
      declared: undefined,
      at: `${inference.at}[]`,
      depth: inference.depth + 1,
    }),
  )
  const [first] = types
  if (typeof first !== 'string') return 'any'
  return types.every((type) => type === first) ? first : 'any'
}

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/

function isMapOfAny(type: FieldType): boolean {
  return typeof type === 'object' && 'map' in type && type.map === 'any'
}

// The paths inside has(…). A condition is at most a few thousand characters, and the pattern has no repetition in one.
function askedFor(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/\bhas\(\s*([A-Za-z0-9_.]+)\s*\)/g)].map((match) => match[1] ?? ''),
  )
}
