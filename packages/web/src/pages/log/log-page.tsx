import { parseId, type RunId } from '@lockstep/domain'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useLocation } from '@tanstack/react-router'
import { ArrowUpRight, Link2 } from 'lucide-react'
import type { ReactElement } from 'react'
import { Page } from '../../layout/page.tsx'
import { PageHeader } from '../../layout/page.tsx'
import { ScreenLink, useHasScreen } from '../../layout/screen-link.tsx'
import { runQuery, type Run } from '../../lib/runs.ts'
import { Button, buttonClasses } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { StatePill } from '../../ui/pill.tsx'
import { STATE_WORDS, shownStateOf } from '../../ui/state.ts'
import { Duration } from '../../ui/time.tsx'
import { useTell } from '../../ui/toast.tsx'
import { FoundPage } from '../not-found/found-page.tsx'
import { NotFoundPage } from '../not-found/not-found-page.tsx'
import { findStep, mainJob, orderJobs, type FoundStep, type Job } from './find-step.ts'
import { LogAside } from './log-aside.tsx'
import { LogPanel } from './log-panel.tsx'
import { outlineQuery } from './log-queries.ts'
import { isComplete } from './log-rows.ts'
import { RunParameters } from './run-parameters.tsx'
import { StepArtifacts } from './step-artifacts.tsx'
import { StepAttempts } from './step-attempts.tsx'
import { StepDefinition } from './step-definition.tsx'
import { StepTabs } from './step-tabs.tsx'

const here = getRouteApi('/shell/runs/$run/steps/$step/log')
const RUNS = { label: 'Runs', to: '/runs' }

/** The log of a step of a run. */
export function LogPage(): ReactElement {
  const run = parseId('run', here.useParams().run)
  return run === undefined ? <NoStep /> : <LogOfRun id={run} />
}

function NoStep(): ReactElement {
  return (
    <NotFoundPage title="There is no such step" list={{ to: '/runs', label: 'All runs' }}>
      It may belong to a run that you may not see, or the link is cut off.
    </NotFoundPage>
  )
}

function LogOfRun({ id }: { readonly id: RunId }): ReactElement {
  const { step: stepId } = here.useParams()
  const query = useQuery(runQuery(id))
  return (
    <FoundPage noun="run" query={query} thing={query.data} trail={[RUNS]} missing={<NoStep />}>
      {(run) => {
        const found = findStep(run, stepId)
        return found === undefined ? <NoStep /> : <StepLog run={run} found={found} />
      }}
    </FoundPage>
  )
}

function StepLog({ run, found }: { readonly run: Run; readonly found: FoundStep }): ReactElement {
  const { job: wanted, tab } = here.useSearch()
  const { step: stepId } = here.useParams()
  const { stage, task, step } = found
  const jobs = orderJobs(step.jobs)
  const job = jobs.find(({ id }) => id === wanted) ?? mainJob(jobs)
  const hasRunView = useHasScreen('/runs/$run')
  const runLabel = `${run.title} #${run.number}`
  const parameters = Object.entries(run.parameters)
  return (
    <Page
      title={step.title}
      trail={[RUNS, ...(hasRunView ? [{ label: runLabel, to: `/runs/${run.id}` }] : [])]}
      back={hasRunView ? { label: runLabel, to: `/runs/${run.id}` } : RUNS}
      actions={<Actions run={run} found={found} />}
      header={
        <PageHeader
          title={step.title}
          marks={
            <>
              <JobPill job={job} step={step} />
              <span className="text-12 text-ink-2">
                {[
                  ...(job === undefined ? [] : [`attempt ${job.attempt}`, job.resource]),
                  ...(task.title === step.title ? [] : [task.title]),
                  stage.title,
                  ...(hasRunView ? [] : [runLabel]),
                ].join(' · ')}
              </span>
            </>
          }
          tabs={
            <StepTabs
              run={run}
              step={stepId}
              tab={tab}
              job={wanted}
              attempts={jobs.length}
              parameters={parameters.length}
            />
          }
        />
      }
      isFull
    >
      {tab === undefined ? (
        <LogAndAside run={run} found={found} jobs={jobs} job={job} />
      ) : (
        <div className="p-4 drawer:p-6 drawer:pt-5">
          {tab === 'attempts' && <StepAttempts run={run} step={step} jobs={jobs} />}
          {tab === 'parameters' && <RunParameters of={parameters} />}
          {tab === 'artifacts' && <StepArtifacts run={run} step={step} />}
          {tab === 'definition' && <StepDefinition run={run} step={step} />}
        </div>
      )}
    </Page>
  )
}

interface AsideProps {
  readonly run: Run
  readonly found: FoundStep
  readonly jobs: readonly Job[]
  readonly job: Job | undefined
}

/** The log, and beside it the steps and what broke; on narrow screens above it. */
function LogAndAside(props: AsideProps): ReactElement {
  const { run, job } = props
  return (
    <div className="flex grow max-rail:flex-col">
      <aside
        aria-label="About the step"
        className="shrink-0 overflow-y-auto border-line bg-sunken rail:sticky rail:top-11.5 rail:max-h-[calc(100dvh-46px)] rail:w-62 rail:border-r max-rail:hidden"
      >
        <OutlinedAside {...props} />
      </aside>
      <details className="border-b border-line bg-sunken rail:hidden">
        <summary className="px-4 py-2.5 font-name">Steps and what broke</summary>
        <OutlinedAside {...props} />
      </details>
      <div className="relative min-h-100 grow">
        <div className="absolute inset-0 flex flex-col">
          {job === undefined ? (
            <Empty title="There is no log yet">
              It is written as soon as an agent begins to work on the step.
            </Empty>
          ) : (
            <JobLog key={job.id} run={run} job={job} />
          )}
        </div>
      </div>
    </div>
  )
}

function OutlinedAside(props: AsideProps): ReactElement {
  return props.job === undefined ? (
    <LogAside {...props} outline={undefined} />
  ) : (
    <AsideOfJob {...props} job={props.job} />
  )
}

function AsideOfJob(props: AsideProps & { readonly job: Job }): ReactElement {
  const { data } = useQuery(outlineQuery({ run: props.run.id, job: props.job.id }))
  return <LogAside {...props} outline={data} />
}

function JobLog({ run, job }: { readonly run: Run; readonly job: Job }): ReactElement {
  const place = { run: run.id, job: job.id }
  const query = useQuery(outlineQuery(place))
  const hash = useLocation({ select: (location) => location.hash })
  const selected = /^L([1-9]\d{0,8})$/.exec(hash)?.[1]
  return (
    <Part what="The log" query={query}>
      {(outline) =>
        outline.lines === 0 && isComplete(outline) ? (
          <Empty title="It wrote nothing">The command ended without a word.</Empty>
        ) : (
          <LogPanel
            place={place}
            job={job}
            outline={outline}
            selected={selected === undefined ? null : Number(selected)}
          />
        )
      }
    </Part>
  )
}

function JobPill({
  job,
  step,
}: {
  readonly job: Job | undefined
  readonly step: FoundStep['step']
}): ReactElement {
  const state = shownStateOf(job?.state ?? step.state, step.waitsFor?.on ?? null)
  const words = STATE_WORDS[state]
  if (job === undefined || job.startedAt === null) return <StatePill state={state} />
  return (
    <StatePill state={state}>
      {words.slice(0, 1).toUpperCase() + words.slice(1)} {job.finishedAt === null ? 'for' : 'after'}{' '}
      <Duration from={job.startedAt} to={job.finishedAt} />
    </StatePill>
  )
}

function Actions({ run, found }: { readonly run: Run; readonly found: FoundStep }): ReactElement {
  const tell = useTell()
  const hasRunView = useHasScreen('/runs/$run')
  const { stage, task, step } = found
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href)
    tell({ title: 'Link copied' })
  }
  return (
    <>
      <Button look="quiet" onClick={() => void copy()} className="max-drawer:hidden">
        <Link2 size={14} aria-hidden /> Copy link
      </Button>
      {hasRunView && (
        <ScreenLink
          to="/runs/$run"
          params={{ run: run.id }}
          search={{ task: `${stage.name}/${task.key}`, step: step.key }}
          className={buttonClasses({ look: 'secondary' })}
        >
          <ArrowUpRight size={14} aria-hidden /> In the run
        </ScreenLink>
      )}
    </>
  )
}
