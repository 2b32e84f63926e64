import { isTerminalStatus, type RunId } from '@lockstep/domain'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { PanelSection } from '../../layout/side-panel.tsx'
import { Part } from '../../ui/part.tsx'
import { lastLines } from './log-tail.ts'
import type { Step } from './run-layout.ts'

type Job = Step['jobs'][number]

const LINES_MAX = 14
const BYTES_MAX = 8_192
const AGAIN_MS = 2_000

/** The end of the newest log of these steps; it goes on while its job runs. */
export function LogTail({
  run,
  steps,
}: {
  readonly run: RunId
  readonly steps: readonly Step[]
}): ReactElement | null {
  const jobs = steps.flatMap((step) => step.jobs)
  const started = jobs.filter(({ startedAt }) => startedAt !== null)
  const job =
    started.find(({ state }) => state === 'failed' || state === 'errored') ??
    started.findLast(({ logLength }) => logLength > 0) ??
    started.at(-1)
  const step = job && steps.find((one) => one.jobs.includes(job))
  if (job === undefined || step === undefined) return null
  return <JobLog key={job.id} run={run} step={step} job={job} />
}

interface JobLogProps {
  readonly run: RunId
  readonly step: Step
  readonly job: Job
}

function JobLog({ run, step, job }: JobLogProps): ReactElement {
  const isOver = isTerminalStatus(job.state)
  const from = Math.max(0, job.logLength - BYTES_MAX)
  const query = useQuery({
    queryKey: ['log tail', job.id, from, isOver],
    queryFn: () => readTail(run, job.id, from),
    refetchInterval: isOver ? false : AGAIN_MS,
    placeholderData: (before) => before,
  })
  return (
    <PanelSection title="Log" count={`${job.link} on ${job.resource}`}>
      <Part what="The log" query={query}>
        {(lines) =>
          lines.length === 0 ? (
            <p className="text-12 text-ink-3">
              {isOver ? 'It wrote nothing.' : 'It has written nothing yet.'}
            </p>
          ) : (
            <pre
              // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls can be scrolled by keys
              tabIndex={0}
              aria-label="Last lines of the log"
              className="max-h-70 overflow-auto rounded-2 bg-sunken p-2 text-11 whitespace-pre-wrap break-all"
            >
              {lines.join('\n')}
            </pre>
          )
        }
      </Part>
      {step.id !== null && (
        <ScreenLink
          to="/runs/$run/steps/$step/log"
          params={{ run, step: step.id }}
          search={{ job: job.id }}
          className="mt-2 inline-flex items-center text-12 underline max-drawer:min-h-11"
        >
          Whole log
        </ScreenLink>
      )}
    </PanelSection>
  )
}

async function readTail(run: RunId, job: Job['id'], from: number): Promise<readonly string[]> {
  const parts: Uint8Array[] = []
  let offset = from
  for (;;) {
    const part = await api.readJobLog({ run, job, offset })
    const bytes = Uint8Array.from(atob(part.bytes), (letter) => letter.charCodeAt(0))
    parts.push(bytes)
    if (bytes.length === 0 || part.ended) break
    offset = part.next
  }
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const bytes of parts) {
    all.set(bytes, at)
    at += bytes.length
  }
  return lastLines(all, LINES_MAX, from === 0)
}
