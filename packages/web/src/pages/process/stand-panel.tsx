import type { RunId } from '@lockstep/domain'
import { Link } from '@tanstack/react-router'
import type { StepDefinition } from '@lockstep/define/check'
import type { ReactElement } from 'react'
import { PanelSection } from '../../layout/side-panel.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { shownStateOf } from '../../ui/state.ts'
import { Duration } from '../../ui/time.tsx'
import { StepPanel } from './step-panel.tsx'
import { slowestFirst, type StepJob, type StepStand } from './step-stands.ts'

const SHOWN_MAX = 20

interface StandPanelProps {
  readonly app: string
  readonly run: RunId
  readonly step: StepDefinition
  /** undefined: the run does not have it. */
  readonly stand: StepStand | undefined
  readonly position: string
  readonly onClose: () => void
}

/** One step in a run: how many resources are how far, and the resources themselves. */
export function StandPanel({
  app,
  run,
  step,
  stand,
  position,
  onClose,
}: StandPanelProps): ReactElement {
  return (
    <StepPanel app={app} step={step} position={position} onClose={onClose}>
      {stand !== undefined && (
        <>
          {stand.isCut ? (
            <p className="border-b border-line p-4 text-12 text-ink-2">
              This run has more jobs than are told of it: they are not counted, and only those that
              go on and the newest are below.
            </p>
          ) : (
            <dl className="flex border-b border-line p-4">
              <Figure value={stand.now} word="now" />
              <Figure value={stand.done} word="passed" />
              <Figure value={stand.failed} word="failed" />
              <Figure value={stand.skipped} word="skipped" />
            </dl>
          )}
          {stand.jobs.length > 0 && (
            <PanelSection title="Resources on this step" count="slowest first">
              <ul className="divide-y divide-line">
                {slowestFirst(stand.jobs)
                  .slice(0, SHOWN_MAX)
                  .map((job) => (
                    <li key={job.id}>
                      <JobLine run={run} job={job} />
                    </li>
                  ))}
              </ul>
              {stand.jobs.length > SHOWN_MAX && (
                <p className="mt-2 text-12 text-ink-2">{stand.jobs.length - SHOWN_MAX} more</p>
              )}
            </PanelSection>
          )}
        </>
      )}
    </StepPanel>
  )
}

function Figure({ value, word }: { readonly value: number; readonly word: string }): ReactElement {
  return (
    <div className="flex grow flex-col-reverse">
      <dt className="text-12 text-ink-2">{word}</dt>
      <dd className="text-20 font-heading">{value}</dd>
    </div>
  )
}

function JobLine({ run, job }: { readonly run: RunId; readonly job: StepJob }): ReactElement {
  const line = (
    <>
      <StateGlyph state={shownStateOf(job.state, 'agent')} size={14} />
      <span className="min-w-0 truncate font-mono text-12" title={job.resource}>
        {job.resource}
      </span>
      {job.attempt > 1 && <span className="text-12 text-ink-3">try {job.attempt}</span>}
      <span className="ml-auto text-12 text-ink-2">
        {job.startedAt === null ? (
          'waiting'
        ) : (
          <Duration from={job.startedAt} to={job.finishedAt} form="clock" />
        )}
      </span>
    </>
  )
  const look = 'flex min-h-8 items-center gap-2 py-1 max-drawer:min-h-11'
  return (
    <>
      {job.chain === null ? (
        <span className={look}>{line}</span>
      ) : (
        <Link
          to="/runs/$run/steps/$step/log"
          params={{ run, step: job.chain }}
          search={{ job: job.id }}
          className={`${look} hover:bg-hover`}
        >
          {line}
        </Link>
      )}
      {job.reason !== null && job.reason !== '' && (
        <p className="pb-1 text-12 break-words text-fail">{job.reason}</p>
      )}
    </>
  )
}
