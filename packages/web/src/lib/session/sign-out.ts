import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { api } from '../api.ts'
import { meQuery } from './me.ts'

/** Ends the session here and on the server; nothing that was read stays in the page. */
export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient()
  const router = useRouter()
  return async () => {
    await api.signOut()
    queries.clear()
    queries.setQueryData(meQuery.queryKey, null)
    await router.navigate({ to: '/sign-in' })
  }
}
