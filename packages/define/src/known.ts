// The names that the server knows. `lockstep types` writes a file that adds them to `Known`.

import type { Kind } from './value.ts'

/** Application tiers, each with the kinds of place it can be put in. */
export type Tiers = Readonly<Record<string, Kind>>

/** Filled by `known.d.ts`. Empty means that every name compiles. */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type -- an interface can be added to, a type cannot
export interface Known {}

/** The known names of one sort, or any text as long as nothing is known. */
export type KnownName<K extends string> = Known extends { [P in K]: infer M }
  ? Extract<keyof M, string>
  : string

/** The tiers of a known application. */
export type TiersOf<N> = Known extends { applications: { [P in N & string]: infer T } }
  ? T extends Tiers
    ? T
    : Tiers
  : Tiers
