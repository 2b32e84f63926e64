// The values that definitions are made of.

/** A time span with its unit: `'30s'`, `'15m'`, `'24h'`, `'7d'`. */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`
/** A share of the whole: `'1%'`. */
export type Share = `${number}%`
/** The kinds of place that something can be put in. */
export type Kind = 'hosts' | 'fleet' | 'store'
/** A list that is not empty. */
export type AtLeastOne<T> = readonly [T, ...T[]]

declare const brand: unique symbol
/** Makes a type that only its own helper can make. */
export interface Branded<Name extends string> {
  readonly [brand]: Name
}

/** A condition, as the text that the server judges later. */
export interface Cel extends Branded<'cel'> {}
/** A secret by name. Its value is nowhere in a definition. */
export interface Secret extends Branded<'secret'> {}
/** A parameter of a pipeline, standing for a value of type `T`. */
export interface Ref<T> extends Branded<'ref'> {
  readonly type: T
}
/** A value, or a parameter of its type. */
export type Value<T> = T | Ref<T>

/** A union as an intersection: two tiers on one target must both fit. */
export type All<U> = (U extends unknown ? (x: U) => void : never) extends (x: infer I) => void
  ? I
  : never

/**
 * Data typed as what it stands for. The helpers return plain data, and the types add what only the compiler needs;
 * this is the one place where the two are put together.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller's return type chooses it
export function typed<T>(data: object): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return data as T
}

/** The fields that have a value. A setting that was left out leaves no trace in the data. */
export function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
