import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import type { Defined } from '../../lib/definitions.ts'

export type Pipeline = Defined<'pipeline'>
type DefinitionId = Pipeline['id']

const BARS = 30

/** The last runs of a pipeline, newest first, also those of releases that go through it. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
export function lastRunsQuery(pipeline: DefinitionId) {
  return queryOptions({
    queryKey: ['runs', { pipeline }],
    queryFn: () => api.listRuns({ pipeline, limit: BARS }),
    meta: { touchedBy: ({ kind }) => kind === 'pipeline_run' },
  })
}

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- see above
export function revisionsQuery(definition: DefinitionId) {
  return infiniteQueryOptions({
    queryKey: ['revisions', definition],
    initialPageParam: '',
    queryFn: ({ pageParam: after }) =>
      api.listRevisions({ definition, limit: 50, ...(after === '' ? {} : { after }) }),
    getNextPageParam: ({ next }) => next,
    meta: { touchedBy: ({ kind }) => kind === 'definition' },
  })
}

/** What changed from one revision to another. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- see above
export function differenceQuery(definition: DefinitionId, from: number, to: number) {
  return queryOptions({
    queryKey: ['difference', definition, from, to],
    staleTime: Infinity,
    queryFn: () => api.compareRevisions({ definition, from, to }),
  })
}

/** All runs of a pipeline, page by page, live. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- see above
export function pipelineRunsQuery(pipeline: DefinitionId) {
  return infiniteQueryOptions({
    queryKey: ['runs', { pipeline }, 'all'],
    initialPageParam: '',
    queryFn: ({ pageParam: after }) =>
      api.listRuns({ pipeline, limit: 50, ...(after === '' ? {} : { after }) }),
    getNextPageParam: ({ next }) => next,
    meta: { touchedBy: ({ kind }) => kind === 'pipeline_run' },
  })
}
