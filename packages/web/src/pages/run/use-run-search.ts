import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'

export interface RunSearch {
  readonly gate?: string
  readonly task?: string
  readonly step?: string
  readonly stage?: string
  readonly panel?: 'closed'
}

/** What can be selected in a run. These stay the same from one drawing to the next. */
interface RunSelection {
  readonly selectGate: (gate: string) => void
  readonly selectTask: (task: string, step: string | null) => void
  readonly close: () => void
  readonly focus: (stage: string) => void
}

/** What is selected in a run, as its address says it. */
export function useRunSearch(): RunSelection & { readonly search: RunSearch } {
  // Two addresses have this screen, with the same parameters.
  const search: RunSearch = useSearch({ strict: false })
  return { search, ...useRunSelection() }
}

/** Selects without listening: what only offers a choice is not drawn again when another one is made. */
export function useRunSelection(): RunSelection {
  const navigate = useNavigate()
  return useMemo(() => {
    const go = (next: (now: RunSearch) => RunSearch): void =>
      void navigate({ to: '.', search: next, replace: true, resetScroll: false })
    const stageOf = ({ stage }: RunSearch): RunSearch => (stage === undefined ? {} : { stage })
    return {
      selectGate: (gate) => go((now) => ({ ...stageOf(now), gate })),
      selectTask: (task, step) =>
        go((now) => ({ ...stageOf(now), task, ...(step === null ? {} : { step }) })),
      close: () => go((now) => ({ ...stageOf(now), panel: 'closed' })),
      focus: (stage) => go((now) => ({ ...now, stage })),
    }
  }, [navigate])
}

/** Which of these rows is selected. A list of others is not drawn again when another row is. */
export function useSelectedRow<Row extends { readonly task: string; readonly step: string | null }>(
  rows: readonly Row[],
): Row | undefined {
  const at: number = useSearch({
    strict: false,
    select: ({ task, step }: RunSearch) =>
      rows.findIndex((row) => row.task === task && row.step === (step ?? null)),
  })
  return rows[at]
}
