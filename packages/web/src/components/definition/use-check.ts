import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Definition as DefinitionSchema, RevisedDefinition } from '@lockstep/contract'
import { useEffect, useMemo, useState } from 'react'
import type * as z from 'zod/mini'
import { api } from '../../lib/api.ts'

export type Checked = z.output<typeof RevisedDefinition>

/** What somebody has made of a definition, and from which revision on. */
export interface Edited {
  readonly definition: Pick<z.output<typeof DefinitionSchema>, 'id' | 'kind'>
  readonly body: Readonly<Record<string, unknown>>
  readonly from: number
}

/** Checked when nothing was written for this long. */
const PAUSE_MS = 250
const AGAIN_MS = 5_000

export interface DraftCheck {
  /** Of the draft as it is now, or as it was a moment ago; undefined: not checked yet. */
  readonly checked: Checked | undefined
  /** What is shown is about the draft as it is now. */
  readonly isFresh: boolean
  readonly error: unknown
}

/** The server's own checks of the draft, and what it changes. Nothing is published. */
export function useCheck({ definition: { id }, body, from }: Edited): DraftCheck {
  const text = useMemo(() => JSON.stringify(body), [body])
  const settled = useSettled(text)
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['check', id, settled],
    queryFn: () => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was one before it was text
      const fields = JSON.parse(settled) as Record<string, unknown>
      return api.reviseDefinition({ definition: id, body: fields, from, dryRun: true })
    },
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
    gcTime: 60_000,
    meta: { touchedBy: ({ kind, id: touched }) => kind === 'definition' && touched === id },
  })
  return { checked: data, isFresh: settled === text && !isPlaceholderData, error }
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    if (settled === value) return undefined
    const timer = setTimeout(() => setSettled(value), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [settled, value])
  return settled
}
