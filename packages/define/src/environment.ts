import { referenceTo, type Application, type Environment } from './definition.ts'
import type { Check, Rules } from './gate.ts'
import type { Tiers } from './known.ts'
import { placed } from './place.ts'
import type { Approver } from './people.ts'
import {
  present,
  typed,
  type All,
  type AtLeastOne,
  type Branded,
  type Cel,
  type Duration,
  type Kind,
  type Secret,
  type Share,
} from './value.ts'

/** A tier of an environment: a place of one kind. */
export interface Target<
  N extends string = string,
  K extends Kind = Kind,
> extends Branded<'target'> {
  readonly name: N
  readonly kind: K
}

/** Machines with an agent, by label or by name. One after another unless `atOnce` says otherwise. */
export function hosts<const N extends string>(
  name: N,
  settings: ({ label: string; agents?: never } | { agents: AtLeastOne<string>; label?: never }) & {
    atOnce?: number
    /** Asked after each machine: the next one is touched when it holds. */
    healthy?: Check
    /** The tier stops after this many machines have failed; 1 when it is not written. */
    stopAfter?: number
  },
): Target<N, 'hosts'> {
  return typed(placed(present({ kind: 'hosts', name, ...settings }), hosts))
}

/** Devices, by a condition on what they report. One wave with all of them unless `waves` says otherwise. */
export function fleet<const N extends string>(
  name: N,
  settings: {
    where: Cel
    waves?: AtLeastOne<Wave>
    pauseAt?: Share
    stopAt?: Share
    window?: string
  },
): Target<N, 'fleet'> {
  return typed(placed(present({ kind: 'fleet', name, ...settings }), fleet))
}

/** A track of an app store, or a test group on it. */
export function store<const N extends string>(
  name: N,
  settings: { app: string; track: string; group?: string; phased?: boolean; credentials: Secret },
): Target<N, 'store'> {
  return typed(placed(present({ kind: 'store', name, ...settings }), store))
}

/** A part of a fleet that is updated before the next part. */
export interface Wave extends Branded<'wave'> {}

/** A wave: a share of the fleet that includes the waves before it, a number of devices, or those that fit a condition. */
export function wave(
  size: Share | number | Cel,
  settings?: {
    soak?: Duration
    /** Rules that must hold before the next wave. */
    hold?: Rules
  },
): Wave {
  return typed(placed(present({ kind: 'wave', size, ...settings }), wave))
}

/** Which tier of the environment takes which tier of the application. */
export interface TierMap<in E> {
  readonly _: (environment: E) => void
}

/** Maps every tier of an application to a tier of the environment of a kind that all its components can be put in. */
export function tierMap<T extends Tiers, const M extends { readonly [K in keyof T]: string }>(
  application: Application<string, T>,
  map: M & { readonly [K in Exclude<keyof M, keyof T>]: never },
): TierMap<
  All<
    {
      readonly [K in keyof T & keyof M]: Readonly<Record<M[K] & string, T[K]>>
    }[keyof T & keyof M]
  >
> {
  return typed(placed({ kind: 'tier_map', application: referenceTo(application), map }, tierMap))
}

/** A time of the week in which a deployment may begin. */
export interface Window extends Branded<'window'> {}
/** A time in which nothing begins. */
export interface Freeze extends Branded<'freeze'> {}

/** Define an environment: its tiers, and what each of them takes. */
export function defineEnvironment<const N extends string, const T extends AtLeastOne<Target>>(
  name: N,
  body: {
    title?: string
    renamedFrom?: string
    tiers: T
    receives: AtLeastOne<TierMap<NoInfer<{ readonly [X in T[number] as X['name']]: X['kind'] }>>>
    variables?: Record<string, string | number | boolean>
    secrets?: Record<string, Secret>
    approvers?: AtLeastOne<Approver>
    allowSelfApproval?: boolean
    windows?: readonly Window[]
    freezes?: readonly Freeze[]
  },
): Environment<N> {
  return typed(placed(present({ kind: 'environment', name, ...body }), defineEnvironment))
}

/** A change window: `window('working days', 'Mon-Thu 06:00-16:00 Europe/Berlin')`. */
export function window(name: string, when: string): Window {
  return typed(placed({ kind: 'window', name, when }, window))
}

/** A freeze, from one date or time until another. */
export function freeze(name: string, from: string, until: string): Freeze {
  return typed(placed({ kind: 'freeze', name, from, until }, freeze))
}
