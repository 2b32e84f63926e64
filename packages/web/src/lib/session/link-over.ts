import { skipToken, useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'

/** Why a one-time link cannot be used, before anybody fills in its form; undefined while nothing speaks against it. */
export function useLinkOver(code: string | undefined): string | undefined {
  const { data } = useQuery({
    queryKey: ['one-time link', code],
    queryFn: code === undefined ? skipToken : () => api.showOneTimeLink({ code }),
    // The form itself uses the link: then it is not to say that it is used.
    staleTime: Infinity,
    gcTime: 0,
  })
  return data?.over ?? undefined
}
