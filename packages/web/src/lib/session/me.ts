// Who is signed in.

import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { Refused } from '@lockstep/client'
import type { Me as MeSchema } from '@lockstep/contract'
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
