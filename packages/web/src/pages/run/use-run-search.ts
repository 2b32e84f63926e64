import { useNavigate, useSearch } from '@tanstack/react-router'

export interface RunSearch {
  readonly gate?: string
  readonly task?: string
  readonly step?: string
  readonly stage?: string
  readonly panel?: 'closed'
}

/** What is selected in a run, as its address says it. */
export function useRunSearch(): {
  readonly search: RunSearch
  readonly selectGate: (gate: string) => void
  readonly selectTask: (task: string, step: string | null) => void
  readonly close: () => void
  readonly focus: (stage: string) => void
} {
  // Two addresses have this screen, with the same parameters.
  const search: RunSearch = useSearch({ strict: false })
  const navigate = useNavigate()
  const go = (next: RunSearch): void =>
    void navigate({ to: '.', search: next, replace: true, resetScroll: false })
  const stage = search.stage === undefined ? {} : { stage: search.stage }
  return {
    search,
    selectGate: (gate) => go({ ...stage, gate }),
    selectTask: (task, step) => go({ ...stage, task, ...(step === null ? {} : { step }) }),
    close: () => go({ ...stage, panel: 'closed' }),
    focus: (name) => go({ ...search, stage: name }),
  }
}
