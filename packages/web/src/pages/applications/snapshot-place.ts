// How a snapshot stands to an environment: it runs there, ran there before, or was never there.

import type { EnvironmentChange as ChangeSchema } from '@lockstep/contract'
import type * as z from 'zod/mini'
import type { InventoryRow } from '../../lib/inventory.ts'
import type { Snapshot } from './snapshots-query.ts'
import type { MappedEnvironment } from './tier-map.ts'

type Change = Pick<z.output<typeof ChangeSchema>, 'application' | 'version' | 'components'>

export const PLACE_STANDS = ['runs', 'ran', 'never'] as const
export type PlaceStand = (typeof PLACE_STANDS)[number]

export const PLACE_WORDS: Readonly<Record<PlaceStand, string>> = {
  runs: 'runs',
  ran: 'ran before',
  never: 'was never there',
}

/** `history`: what came to the environment, of any application. */
export function placeStand(
  place: Pick<MappedEnvironment, 'environment'>,
  snapshot: Pick<Snapshot, 'components'>,
  { application, rows, history }: Evidence,
): PlaceStand {
  if (runsIn(place, snapshot, rows)) return 'runs'
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

interface Evidence {
  /** `project/name`. */
  readonly application: string
  /** Of the application, everywhere. */
  readonly rows: readonly InventoryRow[]
  readonly history: readonly Change[]
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
