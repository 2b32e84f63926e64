import { queryOptions } from '@tanstack/react-query'
import type { Gate } from './waiting.ts'
import { api } from './api.ts'

/** One gate with everything that a decision covers, live. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
export function gateQuery(gate: Gate['id']) {
  return queryOptions({
    queryKey: ['gate', gate],
    queryFn: () => api.showGate({ gate }),
    meta: { touchedBy: ({ id }) => id === gate },
  })
}
