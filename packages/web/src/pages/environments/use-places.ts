import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useMemo } from 'react'
import { definitionsQuery } from '../../lib/definitions.ts'
import { environmentsQuery, type Environment } from '../../lib/inventory.ts'
import { orderEnvironments } from '../../lib/order-environments.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'

/** The environments of the chosen project in the order of delivery. */
export function usePlaces(): {
  readonly query: UseQueryResult<readonly Environment[]>
  readonly places: readonly Environment[]
} {
  const query = useQuery(environmentsQuery)
  const { data: pipelines } = useQuery(definitionsQuery('pipeline'))
  const { data: releases } = useQuery(definitionsQuery('release'))
  const { chosen, projects } = useProjectChoice()
  const places = useMemo(() => {
    const project = projects.find(({ id }) => id === chosen)?.name
    const within = (query.data ?? []).filter(
      (one) => project === undefined || one.project === project,
    )
    const names = [...new Set(within.map(({ name }) => name))]
    const order = orderEnvironments(names, pipelines ?? [], releases ?? [])
    return within.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  }, [query.data, pipelines, releases, chosen, projects])
  return { query, places }
}

/** The components of an application, `project/name`, in the order of its definition. */
export function useComponentOrder(): (application: string) => readonly string[] {
  const { data } = useQuery(definitionsQuery('application'))
  return (address) =>
    data
      ?.find(({ project, name }) => `${project}/${name}` === address)
      ?.body.tiers.flatMap(({ components }) => components.map(({ name }) => name)) ?? []
}

/** `project/name`. */
export function addressOfPlace({ project, name }: Pick<Environment, 'project' | 'name'>): string {
  return `${project}/${name}`
}
