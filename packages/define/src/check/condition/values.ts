// Values on their way into a condition: brought to their declared types, with limits, or refused.

import type { Environment } from '@marcbachmann/cel-js'

import { parseDuration, parseShare } from '../schema/duration.ts'
import { typeInWords, type ConditionScope, type FieldType } from './scope.ts'

/** Entries of a list or map that a condition may look at. */
export const ENTRIES_MAX = 1_000
const DEPTH_MAX = 16

export type Brought =
  | { readonly ok: true; readonly values: Record<string, unknown> }
  | { readonly ok: false; readonly error: string }

class WrongValue extends Error {}

/** The values as CEL wants them: whole numbers as BigInt, durations as durations, maps without a prototype. */
export function bringToTypes(
  values: Readonly<Record<string, unknown>>,
  scope: ConditionScope,
  environment: Environment,
): Brought {
  const brought = emptyMap()
  try {
    for (const [name, type] of Object.entries(scope)) {
      const value = Object.hasOwn(values, name) ? values[name] : undefined
      if (value !== undefined)
        brought[name] = bring({ value, type, at: name, depth: 0, environment })
    }
  } catch (error) {
    if (error instanceof WrongValue) return { ok: false, error: error.message }
    throw error
  }
  return { ok: true, values: brought }
}

type Step = {
  readonly value: unknown
  readonly type: FieldType
  readonly at: string
  readonly depth: number
  readonly environment: Environment
}

function bring(step: Step): unknown {
  const { value, type, at, depth } = step
  if (depth > DEPTH_MAX) throw new WrongValue(`${at} is nested too deep.`)
  if (value === null) return null
  if (typeof type === 'object') return bringMany(step, type)
  switch (type) {
    case 'text':
      if (typeof value === 'string') return value
      break
    case 'boolean':
      if (typeof value === 'boolean') return value
      break
    case 'whole':
      if (typeof value === 'bigint') return value
      if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
      break
    case 'decimal':
      if (typeof value === 'number') return value
      break
    case 'share':
      if (typeof value === 'string') return parseShare(value)
      if (typeof value === 'number') return value
      break
    case 'duration':
      if (typeof value === 'string') return durationOf(parseDuration(value), step.environment)
      if (typeof value === 'number') return durationOf(value, step.environment)
      break
    case 'any':
      return bringAny(step)
  }
  throw new WrongValue(`${at} is not ${typeInWords(type)}.`)
}

function bringMany(step: Step, type: Exclude<FieldType, string>): unknown {
  const { value, at } = step
  if ('list' in type) {
    if (!Array.isArray(value)) throw new WrongValue(`${at} is not a list.`)
    limitEntries(value.length, at)
    return value.map((entry: unknown, index) =>
      bring({
        ...step,
        value: entry,
        type: type.list,
        at: `${at}[${index}]`,
        depth: step.depth + 1,
      }),
    )
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WrongValue(`${at} is not a map.`)
  }
  const entries = Object.entries(value)
  limitEntries(entries.length, at)
  const brought = emptyMap()
  for (const [key, inner] of entries) {
    const innerType =
      'map' in type ? type.map : Object.hasOwn(type.fields, key) ? type.fields[key] : undefined
    if (innerType === undefined || inner === undefined) continue
    brought[key] = bring({
      ...step,
      value: inner,
      type: innerType,
      at: `${at}.${key}`,
      depth: step.depth + 1,
    })
  }
  return brought
}

function bringAny(step: Step): unknown {
  const { value, at } = step
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint')
    return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) return bringMany(step, { list: 'any' })
  if (typeof value === 'object') return bringMany(step, { map: 'any' })
  throw new WrongValue(`${at} is not a value of JSON.`)
}

function limitEntries(count: number, at: string): void {
  if (count > ENTRIES_MAX) {
    throw new WrongValue(
      `${at} has ${count.toLocaleString('en')} entries; a condition looks at ${ENTRIES_MAX.toLocaleString('en')}.`,
    )
  }
}

function durationOf(ms: number, environment: Environment): unknown {
  return environment.evaluate(`duration("${ms / 1000}s")`)
}

function emptyMap(): Record<string, unknown> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object without a prototype is a record
  return Object.create(null) as Record<string, unknown>
}
