// How typed query fields are written in an address, and read from it: both sides use this one file.

import * as z from 'zod/mini'

/** The fields as address parameters: several values repeat the field, undefined is left out. */
export function encodeQuery(fields: Readonly<Record<string, unknown>>): URLSearchParams {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one))
  }
  return search
}

/**
 * The values that address parameters stand for, by the types that the schema gives its fields. What is not exactly such
 * a value stays text, for the schema to refuse; a field that is repeated without being a list becomes a list, likewise.
 */
export function decodeQuery(
  schema: z.core.$ZodType,
  search: URLSearchParams,
): Readonly<Record<string, unknown>> {
  const shape = shapeOf(schema)
  const decoded = new Map<string, unknown>()
  for (const name of new Set(search.keys())) {
    const texts = search.getAll(name)
    const field = shape[name]
    const list = field !== undefined && typeOf(field) === 'array'
    const item = list ? itemOf(field) : field
    const values = texts.map((text) => (item === undefined ? text : valueOf(item, text)))
    decoded.set(name, list || values.length > 1 ? values : values[0])
  }
  return Object.fromEntries(decoded)
}

function valueOf(schema: z.core.$ZodType, text: string): unknown {
  const type = typeOf(schema)
  if (type === 'number' && /^-?(0|[1-9]\d{0,14})$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

/** The fields that an object schema declares; none for another schema. */
export function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  return schema instanceof z.ZodMiniObject ? schema.shape : {}
}

function typeOf(schema: z.core.$ZodType): string {
  const found = inner(schema)
  return found instanceof z.ZodMiniType ? found.def.type : 'unknown'
}

function itemOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const found = inner(schema)
  return found instanceof z.ZodMiniArray ? found.def.element : undefined
}

/** The schema inside `optional`, `nullable` and `default`. */
function inner(schema: z.core.$ZodType): z.core.$ZodType {
  if (
    schema instanceof z.ZodMiniOptional ||
    schema instanceof z.ZodMiniNullable ||
    schema instanceof z.ZodMiniDefault
  ) {
    return inner(schema.def.innerType)
  }
  return schema
}
