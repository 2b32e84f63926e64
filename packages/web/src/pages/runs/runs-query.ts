import { infiniteQueryOptions } from '@tanstack/react-query'
import type { ProjectId, RunStatus } from '@lockstep/domain'
import { api } from '../../lib/api.ts'

export interface RunFilter {
  readonly project: ProjectId | null
  readonly state: RunStatus | undefined
  readonly name: string | undefined
  readonly words: string | undefined
}

const PAGE_SIZE = 50

/** Runs, newest first, page by page, live. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
export function runsQuery(filter: RunFilter) {
  const { project, state, name, words } = filter
  return infiniteQueryOptions({
    queryKey: ['runs', filter],
    initialPageParam: '',
    queryFn: ({ pageParam: after }) =>
      api.listRuns({
        limit: PAGE_SIZE,
        ...(after === '' ? {} : { after }),
        ...(project === null ? {} : { project }),
        ...(state === undefined ? {} : { state }),
        ...(name === undefined ? {} : { name }),
        ...(words === undefined ? {} : { words }),
      }),
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
    meta: { touchedBy: ({ kind }) => kind === 'pipeline_run' || kind === 'gate_run' },
  })
}
