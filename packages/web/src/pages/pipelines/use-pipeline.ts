import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { parseThingPart } from '../../lib/address.ts'
import { definitionsQuery } from '../../lib/definitions.ts'
import type { Pipeline } from './pipeline-queries.ts'

/** The pipeline that a part of an address names. `pipeline` is undefined while it is read, and null when there is none. */
export function usePipeline(part: string): {
  readonly query: UseQueryResult<readonly Pipeline[]>
  readonly pipeline: Pipeline | null | undefined
} {
  const query = useQuery(definitionsQuery('pipeline'))
  const named = parseThingPart(part)
  return {
    query,
    pipeline:
      query.data &&
      (query.data.find(({ project, name }) => project === named?.project && name === named.name) ??
        null),
  }
}
