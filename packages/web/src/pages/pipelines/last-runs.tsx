import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useNow } from '../../lib/now.ts'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { shownStateOf, type ShownState } from '../../ui/state.ts'
import { Time } from '../../ui/time.tsx'
import { lastRunsQuery, type Pipeline } from './pipeline-queries.ts'
import { barWords, runBars } from './run-bars.ts'

const HIGH_PX = 20
const FILLS: Readonly<Partial<Record<ShownState, string>>> = {
  passed: 'bg-ok-solid',
  running: 'bg-run-solid',
  waiting: 'bg-wait-solid',
  failed: 'bg-fail-solid',
  could_not_run: 'bg-fail-solid',
  unknown: 'bg-wait-solid',
}

/** The last thirty runs of a pipeline as bars, each as high as it was long. What failed stands below the line. */
export function LastRuns({ pipeline }: { readonly pipeline: Pipeline }): ReactElement | null {
  const { data } = useQuery(lastRunsQuery(pipeline.id))
  const now = useNow(60_000)
  if (data === undefined) return null
  if (data.items.length === 0) return <span className="text-ink-3">has not run yet</span>
  const bars = runBars(data.items, now)
  return (
    <span role="img" aria-label={barWords(bars)} className="flex h-7 items-start gap-0.5">
      {bars.map(({ state, height }, at) => {
        const isBad = state === 'failed' || state === 'could_not_run'
        return (
          <span
            key={at}
            style={{
              height: height * HIGH_PX,
              marginTop: isBad ? 28 - height * HIGH_PX : HIGH_PX * (1 - height),
            }}
            className={`w-1 rounded-1 ${FILLS[state] ?? 'bg-idle-solid'}`}
          />
        )
      })}
    </span>
  )
}

/** How the newest run stands, and since when. */
export function LastRun({ pipeline }: { readonly pipeline: Pipeline }): ReactElement | null {
  const { data } = useQuery(lastRunsQuery(pipeline.id))
  const [run] = data?.items ?? []
  if (run === undefined) return null
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <StateGlyph state={shownStateOf(run.state)} size={14} />
      <Time at={run.startedAt} />
    </span>
  )
}
