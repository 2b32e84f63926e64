// How a snapshot stands to an environment: it runs there, ran there before, was never there, or nobody knows yet.

import type { EnvironmentChange as ChangeSchema } from '@lockstep/contract'
import type * as z from 'zod/mini'
import type { InventoryRow } from '../../lib/inventory.ts'
import type { Snapshot } from './snapshots-query.ts'
import type { MappedEnvironment } from './tier-map.ts'

type Change = Pick<z.output<typeof ChangeSchema>, 'application' | 'version' | 'components'>

export const PLACE_STANDS = ['runs', 'ran', 'never'] as const
type KnownStand = (typeof PLACE_STANDS)[number]
/** `unknown`: what it is judged by was not read yet, or cannot be. Nothing is claimed then. */
export type PlaceStand = KnownStand | 'unknown'

export const PLACE_WORDS: Readonly<Record<KnownStand, string>> = {
  runs: 'runs',
  ran: 'ran before',
  never: 'was never there',
}
export const PLACES_NOT_LOADED = 'Where they run and ran could not be loaded'

export function placeStand(
  place: Pick<MappedEnvironment, 'environment'>,
  snapshot: Pick<Snapshot, 'components'>,
  { application, rows, history }: Evidence,
): PlaceStand {
  if (rows === undefined) return 'unknown'
  if (runsIn(place, snapshot, rows)) return 'runs'
  if (history === undefined) return 'unknown'
  const came = history.filter((one) => one.application === application && one.version !== null)
  // Tiers of it may have no place there: what counts are the components that ever came.
  const known = snapshot.components.filter(({ name }) =>
    came.some(({ components }) => components.includes(name)),
  )
  const wasThere = known.every(({ name, version }) =>
    came.some((one) => one.version === version && one.components.includes(name)),
  )
  return known.length > 0 && wasThere ? 'ran' : 'never'
}

/** What it is judged by; undefined is what was not read. */
interface Evidence {
  /** `project/name`. */
  readonly application: string
  /** Of the application, everywhere. */
  readonly rows: readonly InventoryRow[] | undefined
  /** What came to the environment, of any application. */
  readonly history: readonly Change[] | undefined
}

/** Every component that is there runs the bits of the snapshot. */
export function runsIn(
  { environment }: Pick<MappedEnvironment, 'environment'>,
  { components }: Pick<Snapshot, 'components'>,
  rows: readonly InventoryRow[],
): boolean {
  const here = rows.filter(
    ({ project, environmentName, reported }) =>
      project === environment.project && environmentName === environment.name && reported !== null,
  )
  return (
    here.length > 0 &&
    here.every(({ component, reported }) =>
      components.some(({ name, digest }) => name === component && digest === reported?.digest),
    )
  )
}
