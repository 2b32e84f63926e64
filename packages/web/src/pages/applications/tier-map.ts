// Where the tiers of an application go: the tier map of each environment that takes it.

import type { Defined } from '../../lib/definitions.ts'

type Application = Defined<'application'>
type Environment = Defined<'environment'>

export interface MappedEnvironment {
  /** `project/name`. */
  readonly address: string
  readonly title: string
  readonly environment: Environment
  /** Tier of the environment by tier of the application. */
  readonly places: ReadonlyMap<string, string>
}

/** A tier that the application uses in an environment of the same layout, and that the shown one does not have. */
export interface MissingPlace {
  readonly place: string
  readonly tiers: readonly string[]
  /** Titles of the environments that have it. */
  readonly inside: readonly string[]
}

/** The environments that take this application, in the order of their names given. */
export function mapTiers(
  application: Pick<Application, 'project' | 'name'>,
  environments: readonly Environment[],
  order: readonly string[],
): readonly MappedEnvironment[] {
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  return environments
    .flatMap((environment) => {
      const map = environment.body.receives.find(
        ({ application: taken }) =>
          taken.name === application.name &&
          (taken.project ?? environment.project) === application.project,
      )?.map
      if (map === undefined) return []
      return [
        {
          address: `${environment.project}/${environment.name}`,
          title: environment.body.title,
          environment,
          places: new Map(Object.entries(map)),
        },
      ]
    })
    .toSorted((a, b) => rank(a.environment.name) - rank(b.environment.name))
}

/** Tiers of the application that an environment gives no place, by the environment's title; empty: every tier has one. */
export function listUnplaced(
  application: Application,
  mapped: readonly MappedEnvironment[],
): readonly { readonly tier: string; readonly environment: string }[] {
  return application.body.tiers.flatMap(({ name: tier }) =>
    mapped
      .filter(({ places }) => !places.has(tier))
      .map(({ title: environment }) => ({ tier, environment })),
  )
}

/** What other environments with tiers in common have, and this one has not. */
export function listMissingPlaces(
  shown: MappedEnvironment,
  mapped: readonly MappedEnvironment[],
): readonly MissingPlace[] {
  const own = new Set(shown.environment.body.tiers.map(({ name }) => name))
  const used = new Set(shown.places.values())
  const found = mapped
    .filter((other) => other !== shown && [...other.places.values()].some((name) => used.has(name)))
    .flatMap(({ title, places }) =>
      [...places]
        .filter(([, place]) => !own.has(place))
        .map(([tier, place]) => ({ tier, place, title })),
    )
  return [...Map.groupBy(found, ({ place }) => place)].map(([place, group]) => ({
    place,
    tiers: [...new Set(group.map(({ tier }) => tier))],
    inside: [...new Set(group.map(({ title }) => title))],
  }))
}

/** A wire from a dot to a dot: level at both ends. */
export function wirePath(
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
): string {
  const middle = (from.x + to.x) / 2
  return `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`
}
