import { queryOptions, useQueries, useQuery } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import type { Defined } from '../../lib/definitions.ts'
import { environmentsQuery, type Environment, type InventoryRow } from '../../lib/inventory.ts'
import { placeStand, type PlaceStand } from './snapshot-place.ts'
import type { Snapshot } from './snapshots-query.ts'
import type { MappedEnvironment } from './tier-map.ts'

const LOOKED_AT_MAX = 200

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
function arrivalsQuery(environment: Environment['id']) {
  return queryOptions({
    queryKey: ['arrivals', environment],
    queryFn: () => api.listEnvironmentHistory({ environment, limit: LOOKED_AT_MAX }),
    meta: { touchedBy: ({ kind }) => kind === 'process_run' || kind === 'step_run' },
  })
}

/** Says how a snapshot stands to each of these environments, by what runs there and what came there lately. */
export function usePlaceStands(
  { project, name }: Pick<Defined<'application'>, 'project' | 'name'>,
  mapped: readonly MappedEnvironment[],
  rows: readonly InventoryRow[],
): (place: MappedEnvironment, snapshot: Pick<Snapshot, 'components'>) => PlaceStand {
  const { data: environments = [] } = useQuery(environmentsQuery)
  const idOf = ({ environment }: MappedEnvironment): Environment['id'] | undefined =>
    environments.find((one) => one.project === environment.project && one.name === environment.name)
      ?.id
  const ids = mapped.flatMap((place) => idOf(place) ?? [])
  const found = useQueries({ queries: ids.map((id) => arrivalsQuery(id)) })
  return (place, snapshot) => {
    const id = idOf(place)
    const history = (id === undefined ? undefined : found[ids.indexOf(id)]?.data?.items) ?? []
    return placeStand(place, snapshot, { application: `${project}/${name}`, rows, history })
  }
}
