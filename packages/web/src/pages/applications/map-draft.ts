// A tier map that is being changed: where tiers go from now on, until it is published or discarded.

import type { ApplicationDefinition, EnvironmentTierDefinition } from '@lockstep/define/check'
import type { Defined } from '../../lib/definitions.ts'
import type { MappedEnvironment } from './tier-map.ts'

type Tier = ApplicationDefinition['tiers'][number]

/** Tier of the environment by tier of the application: only those that go elsewhere than they are published. */
export type MapDraft = ReadonlyMap<string, string>

/** Whether every component of a tier can be put in a place of this kind. */
export function fitsIn(
  { components }: Pick<Tier, 'components'>,
  { kind }: Pick<EnvironmentTierDefinition, 'kind'>,
): boolean {
  return components.every((component) => component[kind] !== undefined)
}

/** The draft with one tier elsewhere; back in its old place it is no change. */
export function withPlace(
  draft: MapDraft,
  { places }: Pick<MappedEnvironment, 'places'>,
  tier: string,
  place: string,
): MapDraft {
  const next = new Map(draft)
  if (places.get(tier) === place) next.delete(tier)
  else next.set(tier, place)
  return next
}

/** The draft without the tiers that the application does not have, or not any more. */
export function draftOf(
  { body }: { readonly body: Pick<ApplicationDefinition, 'tiers'> },
  draft: MapDraft,
): MapDraft {
  const known = new Set(body.tiers.map(({ name }) => name))
  return new Map([...draft].filter(([tier]) => known.has(tier)))
}

/** What has been published meanwhile, or names a tier that is gone, is no change any more. */
export function changesOf(
  draft: MapDraft,
  { places, environment }: MappedEnvironment,
): readonly { readonly tier: string; readonly from: string | null; readonly to: string }[] {
  const known = new Set(environment.body.tiers.map(({ name }) => name))
  return [...draft].flatMap(([tier, to]) => {
    const from = places.get(tier) ?? null
    return from === to || !known.has(to) ? [] : [{ tier, from, to }]
  })
}

/** The environment as it would look. */
export function withDraft(shown: MappedEnvironment, draft: MapDraft): MappedEnvironment {
  const changes = changesOf(draft, shown)
  if (changes.length === 0) return shown
  return {
    ...shown,
    places: new Map([...shown.places, ...changes.map(({ tier, to }) => [tier, to] as const)]),
  }
}

/** The definition of the environment with another tier map of one application; everything else stays. */
export function draftedBody(
  { environment, places }: MappedEnvironment,
  application: Pick<Defined<'application'>, 'project' | 'name'>,
): Readonly<Record<string, unknown>> {
  const { body } = environment
  return {
    ...body,
    receives: body.receives.map((received) =>
      received.application.name === application.name &&
      (received.application.project ?? environment.project) === application.project
        ? { ...received, map: Object.fromEntries(places) }
        : received,
    ),
  }
}
