import { placed } from './place.ts'
import { typed, type Cel, type Ref } from './value.ts'

/**
 * A condition in CEL. A `${value}` becomes a literal and a `${parameter}` becomes `parameters.name`; neither is ever
 * read as part of the text.
 */
export function cel(
  text: TemplateStringsArray,
  ...values: (string | number | boolean | Ref<unknown>)[]
): Cel {
  const parts = text.raw.map((part, index) => {
    const value = values[index]
    return value === undefined ? part : part + literalOf(value)
  })
  return typed(placed({ cel: parts.join('') }, cel))
}

function literalOf(value: string | number | boolean | Ref<unknown>): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return numberOf(value)
  if (typeof value === 'boolean') return String(value)
  const name: unknown = Reflect.get(value, 'parameter')
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(
      'This parameter has no name yet. Use it where the pipeline hands it out: stages: ({ soak }) => […]',
    )
  }
  return `parameters.${name}`
}

function numberOf(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} cannot stand in a condition`)
  return String(value)
}
