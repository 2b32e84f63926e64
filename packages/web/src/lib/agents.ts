import { queryOptions } from '@tanstack/react-query'
import type { Agent as AgentSchema } from '@lockstep/contract'
import type * as z from 'zod/mini'
import { api } from './api.ts'
import { readAll } from './read-all.ts'

export type Agent = z.output<typeof AgentSchema>

/** Whether an agent is there changes without an event: it is asked for while somebody looks. */
export const AGENTS_EVERY_MS = 15_000

/** The agents that I may see, also those that were evicted. */
export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: () => readAll((page) => api.listAgents(page)),
  refetchInterval: AGENTS_EVERY_MS,
})
