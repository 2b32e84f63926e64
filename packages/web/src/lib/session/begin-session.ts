import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { meQuery } from './me.ts'

/** After signing in: reads who that is, and goes where the person wanted to. */
export function useBeginSession(): (to?: string) => Promise<void> {
  const queries = useQueryClient()
  const router = useRouter()
  return async (to = '/') => {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' })
    await queries.fetchQuery({ ...meQuery, staleTime: 0 })
    router.history.push(to)
  }
}
