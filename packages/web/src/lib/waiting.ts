import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Gate as GateSchema } from '@lockstep/contract'
import type * as z from 'zod/mini'
import { api } from './api.ts'

export type Gate = z.output<typeof GateSchema>

/** What waits on me, for Home, for the count in the navigation and on phones. */
export const waitingQuery = queryOptions({
  queryKey: ['waiting'],
  queryFn: () => api.listGates({ mine: true, limit: 50 }),
  meta: {
    touchedBy: ({ kind }) => kind === 'gate_run' || kind === 'stage_run',
    read: { of: 'waiting gates' },
  },
})

/** Manual tasks that I may end. */
export const waitingTasksQuery = queryOptions({
  queryKey: ['waiting tasks'],
  queryFn: () => api.listWaitingTasks({ mine: true }),
  meta: { touchedBy: ({ kind }) => kind === 'stage_run', read: { of: 'waiting tasks' } },
})

export function useWaitingCount(): number {
  const gates = useQuery(waitingQuery).data?.items.length ?? 0
  return gates + (useQuery(waitingTasksQuery).data?.items.length ?? 0)
}
