import type { Query, QueryClient } from '@tanstack/react-query'
import type { SharedRead } from './shared-reads.ts'

/** Shows what was read for all tabs; false when there is no such answer, or this tab has read by itself meanwhile. */
export async function takeAnswer(
  queries: QueryClient,
  query: Query,
  ask: ((read: SharedRead) => Promise<unknown>) | undefined,
): Promise<boolean> {
  const read = query.meta?.read
  if (read === undefined || ask === undefined) return false
  const updates = query.state.dataUpdateCount
  const answer = await ask(read)
  // What was known has been thrown away meanwhile: somebody has signed out, and the next must not see it.
  if (queries.getQueryCache().get(query.queryHash) !== query) return true
  const { dataUpdateCount, fetchStatus } = query.state
  if (answer === undefined || dataUpdateCount !== updates || fetchStatus !== 'idle') return false
  queries.setQueryData(query.queryKey, answer)
  return true
}
