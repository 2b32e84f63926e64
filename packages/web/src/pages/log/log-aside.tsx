import type { ReactElement } from 'react'
import { Link } from '@tanstack/react-router'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { useNow } from '../../lib/now.ts'
import type { Run } from '../../lib/runs.ts'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { shownStateOf } from '../../ui/state.ts'
import { Duration } from '../../ui/time.tsx'
import type { FoundStep, Job } from './find-step.ts'
import { shareOfTime } from './share-of-time.ts'
import type { LogOutline } from './log-rows.ts'

const BROKE_SHOWN = 30

interface LogAsideProps {
  readonly run: Run
  readonly found: FoundStep
  readonly jobs: readonly Job[]
  readonly job: Job | undefined
  readonly outline: LogOutline | undefined
}

/** Beside the log: the steps of the task, the resources of the step, and what broke. */
export function LogAside({ run, found, jobs, job, outline }: LogAsideProps): ReactElement {
  const { task, step } = found
  const shares = shareOfTime(task.steps, useNow(1_000))
  return (
    <div className="space-y-5 p-4">
      <section aria-label="Steps">
        <h2 className="mb-1.5 text-12">Steps</h2>
        <ul>
          {task.steps.map((one, at) => (
            <li key={one.key}>
              <StepLine
                run={run}
                step={one}
                share={shares[at] ?? 0}
                isHere={one.key === step.key}
              />
            </li>
          ))}
        </ul>
      </section>
      {jobs.length > 1 && <Jobs run={run} found={found} jobs={jobs} job={job} />}
      {outline !== undefined && outline.errors.found.length > 0 && (
        <section aria-label="What broke">
          <h2 className="mb-1.5 text-12">
            What broke{' '}
            <span className="font-normal text-ink-3">
              {outline.errors.count.toLocaleString('en')}
            </span>
          </h2>
          <ul className="space-y-1.5">
            {outline.errors.found.slice(0, BROKE_SHOWN).map(({ line, text }) => (
              <li key={line}>
                <Link
                  to="."
                  search={true}
                  hash={`L${line}`}
                  hashScrollIntoView={false}
                  replace
                  resetScroll={false}
                  className="block rounded-2 border border-line bg-surface px-2.5 py-2 hover:border-fail-line hover:bg-fail-tint"
                >
                  <span className="line-clamp-2 font-mono text-11 [overflow-wrap:anywhere]">
                    {text}
                  </span>
                  <span className="text-11 text-ink-3">line {line.toLocaleString('en')}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

function StepLine({
  run,
  step,
  share,
  isHere,
}: {
  readonly run: Run
  readonly step: FoundStep['step']
  readonly share: number
  readonly isHere: boolean
}): ReactElement {
  const words = (
    <>
      <span className="flex items-center gap-2.5">
        <StateGlyph state={shownStateOf(step.state, step.waitsFor?.on ?? null)} />
        <span className={`min-w-0 grow truncate ${isHere ? 'font-heading' : ''}`}>
          {step.title}
        </span>
        {step.startedAt !== null && (
          <span className="text-12 text-ink-3">
            <Duration from={step.startedAt} to={step.finishedAt} />
          </span>
        )}
      </span>
      <span aria-hidden className="mt-1 ml-6.5 block h-0.75 rounded-1 bg-active">
        <span
          style={{ width: `${share}%` }}
          className={`block h-full rounded-1 ${step.state === 'failed' ? 'bg-fail-solid' : 'bg-ink-4'}`}
        />
      </span>
    </>
  )
  const classes = `block rounded-2 px-2 py-1.5 ${isHere ? 'bg-active' : 'hover:bg-hover'}`
  return step.id === null ? (
    <span className={classes}>{words}</span>
  ) : (
    <ScreenLink
      to="/runs/$run/steps/$step/log"
      params={{ run: run.id, step: step.id }}
      className={classes}
    >
      {words}
    </ScreenLink>
  )
}

function Jobs({
  run,
  found: { step },
  jobs,
  job,
}: Pick<LogAsideProps, 'run' | 'found' | 'jobs' | 'job'>): ReactElement {
  return (
    <section aria-label="Where it works">
      <h2 className="mb-1.5 text-12">
        Where it works <span className="font-normal text-ink-3">{jobs.length}</span>
      </h2>
      <ul className="max-h-80 overflow-y-auto">
        {jobs.map((one) => (
          <li key={one.id}>
            <Link
              to="/runs/$run/steps/$step/log"
              params={{ run: run.id, step: step.id ?? '' }}
              search={{ job: one.id }}
              aria-current={one.id === job?.id ? 'true' : undefined}
              className="flex min-h-7 items-center gap-2.5 rounded-2 px-2 hover:bg-hover aria-[current]:bg-active max-drawer:min-h-11"
            >
              <StateGlyph state={shownStateOf(one.state)} size={14} />
              <span className="min-w-0 truncate font-mono text-12" title={one.resource}>
                {one.resource}
              </span>
              <span className="min-w-0 truncate text-12 text-ink-2">{one.link}</span>
              {one.attempt > 1 && (
                <span className="ml-auto text-12 whitespace-nowrap text-ink-3">
                  attempt {one.attempt}
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
