// What runs where, now or at a moment of the past.

import { queryOptions } from '@tanstack/react-query'
import type {
  Environment as EnvironmentSchema,
  InventoryRow as RowSchema,
} from '@lockstep/contract'
import type * as z from 'zod/mini'
import { api } from './api.ts'
import { readAll } from './read-all.ts'

export type InventoryRow = z.output<typeof RowSchema>
export type Environment = z.output<typeof EnvironmentSchema>

/** `at`: as an address has it; undefined: now. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of a query is made of its parts
export function inventoryQuery(at?: string) {
  return queryOptions({
    queryKey: ['inventory', at ?? 'now'],
    queryFn: () => api.showInventory(at === undefined ? {} : { at: new Date(at).toISOString() }),
    // What was is not touched any more.
    meta: {
      touchedBy: ({ kind }) =>
        at === undefined &&
        // Of a run, because it may be one that puts back.
        (kind === 'process_run' || kind === 'step_run' || kind === 'pipeline_run'),
    },
  })
}

export const environmentsQuery = queryOptions({
  queryKey: ['environments'],
  queryFn: () => readAll((page) => api.listEnvironments(page)),
  meta: { touchedBy: ({ kind }) => kind === 'environment_lock' || kind === 'definition' },
})
