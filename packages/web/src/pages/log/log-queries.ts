import { queryOptions, skipToken } from '@tanstack/react-query'
import type { JobId, RunId } from '@lockstep/domain'
import { api } from '../../lib/api.ts'
import { isComplete, type LogOutline } from './log-rows.ts'

/** A log that grows is looked at this often, and waited for so long. */
const GROWS_EVERY_MS = 300
const WAITS_MS = 20_000
const AGAIN_AFTER_ERROR_MS = 5_000
const SEARCH_AGAIN_MS = 3_000

export interface LogPlace {
  readonly run: RunId
  readonly job: JobId
}

/** How long a log is and what stands where; while it grows, and somebody looks, it follows. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
export function outlineQuery({ run, job }: LogPlace) {
  const queryKey = ['log', job] as const
  return queryOptions({
    queryKey,
    queryFn: ({ client, signal }) => {
      const known = client.getQueryData<LogOutline>(queryKey)
      const more = known === undefined ? {} : { beyond: known.lines, waitMs: WAITS_MS }
      return api.showJobLog({ run, job, ...more }, { signal })
    },
    refetchInterval: ({ state: { data, error } }) => {
      if (error !== null) return AGAIN_AFTER_ERROR_MS
      return data !== undefined && isComplete(data) ? false : GROWS_EVERY_MS
    },
    staleTime: ({ state: { data } }) => (data !== undefined && isComplete(data) ? Infinity : 0),
  })
}

/** Where words stand in the whole log, as the server has found them. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- see above
export function searchQuery({ run, job }: LogPlace, words: string, isAll: boolean) {
  return queryOptions({
    queryKey: ['log search', job, words, isAll],
    queryFn:
      words === '' ? skipToken : ({ signal }) => api.searchJobLog({ run, job, words }, { signal }),
    refetchInterval: isAll ? false : SEARCH_AGAIN_MS,
    staleTime: isAll ? Infinity : 0,
    placeholderData: (before) => before,
  })
}
