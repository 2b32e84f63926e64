// Who is signed in, and what they may do: the same predicate as the server's.

import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Refused } from '@lockstep/client'
import type { Me as MeSchema } from '@lockstep/contract'
import { can, type Decision, type Permission, type Place, type Rights } from '@lockstep/domain'
import type * as z from 'zod/mini'
import { api } from '../api.ts'

export type Me = z.output<typeof MeSchema>

/** null: nobody is signed in. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  staleTime: Infinity,
  async queryFn(): Promise<Me | null> {
    try {
      return await api.showMe()
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return null
      throw error
    }
  },
})

/** The person who is signed in. Only below the shell, which lets nobody else in. */
export function useMe(): Me {
  const { data } = useSuspenseQuery(meQuery)
  if (data === null) throw new Error('nobody is signed in')
  return data
}

/** Whether the person may do this there. Ask before showing an action; the server decides all the same. */
export function useCan(permission: Permission, place: Place): Decision {
  const { data } = useQuery(meQuery)
  return can(rightsOf(data ?? null), permission, place)
}

export function rightsOf(me: Me | null): Rights {
  const grants = (me?.grants ?? []).map(({ role, project, environment }) => ({
    role,
    place: placeOf(project, environment),
  }))
  return { grants, token: null }
}

function placeOf(
  project: Me['grants'][number]['project'],
  environment: Me['grants'][number]['environment'],
): Place {
  if (project === null) return { on: 'system' }
  return environment === null
    ? { on: 'project', project }
    : { on: 'environment', project, environment }
}
