// The search parameters of screens. Small schemas of our own: the page of every screen carries them.

/** A value of an address, when it is one; undefined otherwise. */
export type SearchField<Value> = (given: unknown) => Value | undefined

type Search<Fields> = {
  [Name in keyof Fields]?: Fields[Name] extends SearchField<infer Value> ? Value : never
}

/**
 * Validates the search parameters of a screen. Each field is judged alone: what is unknown or wrong falls back to the default
 * without an error, so that an old link still opens.
 */
export function searchSchema<Fields extends Readonly<Record<string, SearchField<unknown>>>>(
  fields: Fields,
): (given: Readonly<Record<string, unknown>>) => Search<Fields> {
  return (given) => {
    const search: Record<string, unknown> = {}
    for (const [name, field] of Object.entries(fields)) {
      const value = field(given[name])
      if (value !== undefined) search[name] = value
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value was made by its own field
    return search as Search<Fields>
  }
}

/** One of these words. */
export function oneOf<const Value extends string>(values: readonly Value[]): SearchField<Value> {
  return (given) => values.find((value) => value === given)
}

/** Text of this form, at most 200 characters unless the form says less. Numbers of an address are text too. */
export function textLike(form: RegExp = /^[^\p{Cc}]{1,200}$/u): SearchField<string> {
  return (given) => {
    const text = typeof given === 'number' ? String(given) : given
    return typeof text === 'string' && form.test(text) ? text : undefined
  }
}

/** A whole number from 0 on. */
export const count: SearchField<number> = (given) =>
  typeof given === 'number' && Number.isSafeInteger(given) && given >= 0 ? given : undefined

/** `true`, or absent. */
export const flag: SearchField<true> = (given) => given === true || undefined

/** A moment, as the wire writes it: `?at=2026-11-16T15:00Z`. */
export const moment = dated(/^.{10}T[\d:.]+Z$/)

/** A day: `?from=2026-11-16`. */
export const day = dated(/^.{10}$/)

/** Text of this form whose day is in the calendar: of 31 February a browser makes another day, or none at all. */
function dated(form: RegExp): SearchField<string> {
  return (given) =>
    typeof given === 'string' &&
    form.test(given) &&
    JSON.stringify(new Date(given)).includes(given.slice(0, 10))
      ? given
      : undefined
}
