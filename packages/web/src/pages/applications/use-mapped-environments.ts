import { useQuery } from '@tanstack/react-query'
import { definitionsQuery, type Defined } from '../../lib/definitions.ts'
import { orderEnvironments } from '../../lib/order-environments.ts'
import { mapTiers, type MappedEnvironment } from './tier-map.ts'

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
