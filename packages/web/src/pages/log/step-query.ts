import { queryOptions, skipToken } from '@tanstack/react-query'
import type { StepDetail as StepDetailSchema } from '@lockstep/contract'
import { parseId, type RunId } from '@lockstep/domain'
import type * as z from 'zod/mini'
import { api } from '../../lib/api.ts'

export type StepDetail = z.output<typeof StepDetailSchema>

/** What a step made, and what it was told to do: read when a tab asks for it, and again when the run moves. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
export function stepQuery(run: RunId, root: string, id: string | null) {
  const step = id === null ? undefined : parseId('stp', id)
  return queryOptions({
    queryKey: ['step', run, id],
    queryFn: step === undefined ? skipToken : () => api.showStep({ run, step }),
    meta: { touchedBy: (change) => change.root === root },
  })
}
