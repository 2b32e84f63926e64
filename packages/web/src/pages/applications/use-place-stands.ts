import { queryOptions, useQueries, useQuery } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import type { Defined } from '../../lib/definitions.ts'
import { environmentsQuery, inventoryQuery, type Environment } from '../../lib/inventory.ts'
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

interface PlaceStands {
  readonly standIn: (place: MappedEnvironment, snapshot: Pick<Snapshot, 'components'>) => PlaceStand
  /** Why something is not known and stays so until it is read again. */
  readonly failure: { readonly error: unknown; readonly retry: () => void } | undefined
}

/** Says how a snapshot stands to each of these environments, by what runs there and what came there lately. */
export function usePlaceStands(
  { project, name }: Pick<Defined<'application'>, 'project' | 'name'>,
  mapped: readonly MappedEnvironment[],
): PlaceStands {
  const application = `${project}/${name}`
  const inventory = useQuery(inventoryQuery())
  const environments = useQuery(environmentsQuery)
  const idOf = ({ environment }: MappedEnvironment): Environment['id'] | undefined =>
    environments.data?.find(
      (one) => one.project === environment.project && one.name === environment.name,
    )?.id
  const ids = mapped.flatMap((place) => idOf(place) ?? [])
  const arrivals = useQueries({ queries: ids.map((id) => arrivalsQuery(id)) })
  const rows = inventory.data?.items.filter((row) => row.application === application)
  const failed = [inventory, environments, ...arrivals].filter(
    ({ isLoadingError }) => isLoadingError,
  )
  const [first] = failed
  return {
    standIn(place, snapshot) {
      const id = idOf(place)
      const history = id === undefined ? undefined : arrivals[ids.indexOf(id)]?.data?.items
      return placeStand(place, snapshot, { application, rows, history })
    },
    failure: first && {
      error: first.error,
      retry: () => void Promise.all(failed.map(({ refetch }) => refetch())),
    },
  }
}
