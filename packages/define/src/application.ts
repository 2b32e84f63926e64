import type { Application } from './definition.ts'
import { placed } from './place.ts'
import type { HostProcesses, NeedsExist, Step } from './process.ts'
import { present, typed, type AtLeastOne, type Branded, type Kind } from './value.ts'

/** Contract versions that a component provides: `'2'` or `'1..2'`. */
export type Provides = `${number}` | `${number}..${number}`
/** Contract versions that a component requires: `'>=2'`, `'2'` or `'1..2'`. */
export type Requires = `>=${number}` | Provides

/** How a component is put on devices. */
export interface DeviceModule {
  /** The value that a device reports, which proves the version it runs. */
  verifiedBy: string
  part?: 'application' | 'os'
}
/** How a component is put in an app store. */
export interface StoreApp {
  platform: 'ios' | 'android'
  /** The file of the artifact that is uploaded. */
  upload: string
  /** The file with the text for the store. */
  notes?: string
}

/** One versioned artifact with the ways to put it in place. */
export interface Component<
  N extends string = string,
  K extends Kind = Kind,
> extends Branded<'component'> {
  readonly name: N
  readonly on: K
}

/** A component. `hosts`, `fleet` and `store` say how it is put in each kind of place. */
export function component<
  const N extends string,
  const B extends { hosts?: HostProcesses; fleet?: DeviceModule; store?: StoreApp },
>(
  name: N,
  body: B & {
    hosts?: NeedsExist<B['hosts']>
    title?: string
    renamedFrom?: string
    provides?: Record<string, Provides>
    requires?: Record<string, Requires>
  } & NoOther<B, 'hosts' | 'fleet' | 'store' | 'title' | 'renamedFrom' | 'provides' | 'requires'>,
): Component<N, Extract<keyof B, Kind>> {
  return typed(placed(present({ kind: 'component', name, ...body }), component))
}

// An inferred body would take any field; this refuses what is not among the known ones.
type NoOther<B, Fields extends string> = { readonly [K in Exclude<keyof B, Fields>]: never }

type Missing<C, K> = C extends { on: infer P } ? (K extends P ? never : C) : never
type Everywhere<C> = { [K in Kind]: [Missing<C, K>] extends [never] ? K : never }[Kind]

/** A tier: components that are put in the same place, in this order. */
export interface Tier<
  N extends string = string,
  K extends Kind = Kind,
  C extends string = string,
> extends Branded<'tier'> {
  readonly name: N
  readonly on: K
  readonly of?: C
}

/** A tier of an application. It fits the kinds of place that all of its components can be put in. */
export function tier<const N extends string, const C extends AtLeastOne<Component>>(
  name: N,
  components: C,
  settings?: { renamedFrom?: string },
): Tier<N, Everywhere<C[number]>, C[number]['name']> {
  return typed(placed(present({ kind: 'tier', name, components, ...settings }), tier))
}

/** Define an application. Without `processes`, every tier is deployed in the order written, and undeployed in the reverse. */
export function defineApplication<
  const N extends string,
  const T extends AtLeastOne<Tier>,
  const P extends Record<string, readonly Step[]> = {},
>(
  name: N,
  body: {
    title?: string
    renamedFrom?: string
    tiers: T
    processes?: P &
      NeedsExist<P> &
      Record<string, readonly Step<string, string, NoInfer<NonNullable<T[number]['of']>>>[]>
  },
): Application<N, { [X in T[number] as X['name']]: X['on'] }, NonNullable<T[number]['of']>> {
  return typed(placed(present({ kind: 'application', name, ...body }), defineApplication))
}
