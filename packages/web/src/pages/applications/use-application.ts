import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { parseThingPart } from '../../lib/address.ts'
import { definitionsQuery, type Defined } from '../../lib/definitions.ts'
import { orderEnvironments } from '../../lib/order-environments.ts'
import { mapTiers, type MappedEnvironment } from './tier-map.ts'

/** The application that a part of an address names. `application` is undefined while it is read, and null when there is none. */
export function useApplication(part: string): {
  readonly query: UseQueryResult<readonly Defined<'application'>[]>
  readonly application: Defined<'application'> | null | undefined
} {
  const query = useQuery(definitionsQuery('application'))
  const named = parseThingPart(part)
  return {
    query,
    application:
      query.data &&
      (query.data.find(({ project, name }) => project === named?.project && name === named.name) ??
        null),
  }
}

/** The environments that take an application, in the order of delivery. */
export function useMappedEnvironments(
  application: Pick<Defined<'application'>, 'project' | 'name'> | null | undefined,
): readonly MappedEnvironment[] {
  const { data: environments = [] } = useQuery(definitionsQuery('environment'))
  const { data: pipelines = [] } = useQuery(definitionsQuery('pipeline'))
  const { data: releases = [] } = useQuery(definitionsQuery('release'))
  if (!application) return []
  const names = [...new Set(environments.map(({ name }) => name))]
  return mapTiers(application, environments, orderEnvironments(names, pipelines, releases))
}
