import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { RevisedDefinition } from '@lockstep/contract'
import { useEffect, useMemo, useState } from 'react'
import type * as z from 'zod/mini'
import { isFields, type Json } from '../../components/pipeline/pipeline-parts.ts'
import { api } from '../../lib/api.ts'
import type { Pipeline } from '../pipelines/pipeline-queries.ts'
import type { Draft } from './draft.ts'

export type Checked = z.output<typeof RevisedDefinition>

/** Checked when nothing was written for this long. */
const PAUSE_MS = 250
const AGAIN_MS = 15_000

export interface DraftCheck {
  /** Of the draft as it is now, or as it was a moment ago; undefined: not checked yet. */
  readonly checked: Checked | undefined
  /** What is shown is about the draft as it is now. */
  readonly isFresh: boolean
  readonly error: unknown
}

/** The server's own checks of the draft, and what it changes. Nothing is published. */
export function useCheck(pipeline: Pipeline, draft: Draft): DraftCheck {
  const body = useSettled(draft.body)
  const text = useMemo(() => JSON.stringify(body), [body])
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['check', pipeline.id, text],
    queryFn: () => {
      const fields = isFields(body) ? body : {}
      return api.reviseDefinition({
        definition: pipeline.id,
        body: fields,
        from: draft.from,
        dryRun: true,
      })
    },
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
    gcTime: 60_000,
    meta: { touchedBy: ({ kind, id }) => kind === 'definition' && id === pipeline.id },
  })
  return { checked: data, isFresh: body === draft.body && !isPlaceholderData, error }
}

function useSettled(value: Json): Json {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    if (settled === value) return undefined
    const timer = setTimeout(() => setSettled(value), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [settled, value])
  return settled
}
