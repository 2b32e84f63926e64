// Definitions as others refer to them.

import type { Tiers } from './known.ts'
import type { Branded } from './value.ts'

/** An application: its name, its tiers with the kinds of place they fit, and its components. */
export interface Application<
  N extends string = string,
  T extends Tiers = Tiers,
  C extends string = string,
> extends Branded<'application'> {
  readonly name: N
  readonly tiers: T
  readonly components?: C
}

/** A named place. */
export interface Environment<N extends string = string> extends Branded<'environment'> {
  readonly name: N
}
/** A pipeline: its stages, and those among them that name no environment. */
export interface Pipeline<
  S extends string = string,
  Open extends string = string,
> extends Branded<'pipeline'> {
  readonly name: string
  readonly stages?: S
  readonly open?: Open
}

/** A definition, or a reference to one, as the reference that stands in the JSON of another. */
export function referenceTo(thing: { readonly name: string; readonly project?: string }): object {
  const { project, name } = thing
  return project === undefined ? { name } : { project, name }
}
