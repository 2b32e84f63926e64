import { QueryCache, QueryClient } from '@tanstack/react-query'
import { Refused } from '@lockstep/client'

const FRESH_MS = 30_000

/** Where answers are kept. Live changes refresh them; what has no live changes is asked for again when it is half a minute old. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const queryCache = new QueryCache({
    onError(error) {
      if (error instanceof Refused && error.status === 401) onSignedOut()
    },
  })
  return new QueryClient({
    queryCache,
    defaultOptions: {
      // The client repeats what may be repeated; a refusal is an answer.
      queries: { staleTime: FRESH_MS, retry: false, throwOnError: false },
      mutations: { retry: false },
    },
  })
}
