import { parseId, type RunId } from '@lockstep/domain'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { thingPart } from '../../lib/address.ts'
import { api } from '../../lib/api.ts'
import { revisionQuery } from '../../lib/definitions.ts'
import { processTasksOf, type ProcessTask } from '../../lib/process-task.ts'
import { runQuery, type Run } from '../../lib/runs.ts'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { StatePill } from '../../ui/pill.tsx'
import { Select } from '../../ui/select.tsx'
import { shownStateOf } from '../../ui/state.ts'
import { VersionChange } from '../../ui/version-chip.tsx'
import { beginsUnheard } from './begins-unheard.ts'
import { findProcessRun } from './find-process-run.ts'
import { listProcesses } from './list-processes.ts'
import { MedianTimes } from './median-times.tsx'
import { ProcessParts, titleOf, useSelectStep, type ProcessViewProps } from './process-frame.tsx'
import { StandBar, StandCount, StandLegend } from './stand-marks.tsx'
import { StandPanel } from './stand-panel.tsx'
import { StepGraph } from './step-graph.tsx'
import { funnelOf, isCut, standSteps } from './step-stands.ts'

const here = getRouteApi('/shell/apps/$app/processes/$process')
const RUNS_MAX = 50
const AGAIN_MS = 2_000

/** What can show that a newer run carries the process out, or that it does not. */
const FINDS = ['pipeline_run', 'stage_run', 'process_run']

function isOpen(found: unknown): boolean {
  return typeof found === 'object' && found !== null && 'isFinal' in found && !found.isFinal
}

/** While a run is looked for. */
const NOTHING = { what: 'The run', children: () => null } as const

/** The steps as they go in one run, live while it runs. */
export function ProcessRun(props: ProcessViewProps): ReactElement {
  const { run: asked } = here.useSearch()
  const { project, name } = props.application
  const application = `${project}/${name}`
  const id = asked === undefined ? undefined : parseId('run', asked)
  const runs = useQuery(runsQuery(props.application))
  const newest = useQuery({
    queryKey: ['newest process run', application, runs.data?.map((one) => one.id)],
    enabled: id === undefined && runs.data !== undefined,
    staleTime: Infinity,
    queryFn: () => findProcessRun(runs.data ?? [], application, (run) => api.showRun({ run })),
    // What is shown stays until a newer one is found.
    placeholderData: (found, of) => (of?.queryKey[1] === application ? found : undefined),
    meta: { touchedBy: ({ kind }, known) => FINDS.includes(kind) && isOpen(known) },
  })
  const chosen = id ?? newest.data?.id ?? null
  const query = useQuery({
    ...runQuery(chosen),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && beginsUnheard(data) ? AGAIN_MS : false,
  })
  if (query.data !== undefined) {
    return <KnownRun {...props} run={query.data} runs={runs.data ?? []} />
  }
  return (
    <ProcessParts>
      {runs.data?.length === 0 && id === undefined ? (
        <Empty title="Nothing has run yet">
          As soon as a run carries out a process of {name}, its steps are shown here while they go.
        </Empty>
      ) : (
        <>
          {chosen !== null && <Part {...NOTHING} query={query} />}
          {chosen === null && runs.data === undefined && <Part {...NOTHING} query={runs} />}
          {chosen === null && runs.data !== undefined && <Part {...NOTHING} query={newest} />}
        </>
      )}
    </ProcessParts>
  )
}

/** Runs that bring the application, newest first. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
function runsQuery({ id: application }: Pick<ProcessViewProps['application'], 'id'>) {
  return queryOptions({
    queryKey: ['runs', { application }],
    queryFn: () => api.listRuns({ application, limit: RUNS_MAX }),
    select: ({ items }) => items,
    meta: { touchedBy: ({ kind }) => kind === 'pipeline_run' },
  })
}

type Runs = readonly { readonly id: RunId; readonly title: string; readonly number: number }[]

interface RunProps extends ProcessViewProps {
  readonly run: Run
  readonly runs: Runs
}

function KnownRun(props: RunProps): ReactElement {
  const { application, run } = props
  const { task: part } = here.useSearch()
  const tasks = processTasksOf(run, `${application.project}/${application.name}`)
  const chosen =
    tasks.find((one) => one.part === part) ??
    tasks.findLast(({ task }) => task.startedAt !== null) ??
    tasks[0]
  if (chosen === undefined) {
    return (
      <ProcessParts aside={<Choices {...props} tasks={tasks} chosen={undefined} />}>
        <Empty title={`${run.title} #${run.number} deploys no ${application.name}`}>
          It may only build it, or its plan is not made yet. Choose another run.
        </Empty>
      </ProcessParts>
    )
  }
  return <RunOfTask {...props} tasks={tasks} chosen={chosen} />
}

interface RunOfTaskProps extends RunProps {
  readonly tasks: readonly ProcessTask[]
  readonly chosen: ProcessTask
}

function RunOfTask(props: RunOfTaskProps): ReactElement {
  const { application, process, run, chosen } = props
  const { step: name } = here.useSearch()
  const select = useSelectStep()
  const { task, stage } = chosen
  const kept = run.revisions.find(
    (one) =>
      one.kind === 'application' && one.name === `${application.project}/${application.name}`,
  )?.revision
  const isOld = kept !== undefined && kept !== application.revision
  const old = useQuery(revisionQuery<'application'>(application, isOld ? kept : null))
  const body = isOld ? old.data?.body : application.body
  const processes = body === undefined ? [] : listProcesses(body)
  const own = processes.find(({ key }) => key === process.key)
  const stands = own === undefined ? new Map() : standSteps(own, processes, task, isCut(run))
  const step = own?.steps.find((one) => one.name === name)
  const stand = name === undefined ? undefined : stands.get(name)
  return (
    <ProcessParts
      marks={
        <>
          <StatePill state={shownStateOf(task.state, task.waitsFor?.on ?? null)} />
          <ScreenLink
            to="/runs/$run"
            params={{ run: run.id }}
            search={{ task: chosen.part }}
            className="underline decoration-line-strong hover:decoration-ink"
          >
            {run.title} #{run.number}
          </ScreenLink>
          <span>{stage.title}</span>
          {task.to !== null && <VersionChange from={task.from} to={task.to} />}
        </>
      }
      aside={
        <>
          {kept !== undefined && (
            <span>
              revision {kept}
              {isOld ? `, newest ${application.revision}` : ''}
            </span>
          )}
          <Choices {...props} />
        </>
      }
      facts={
        stands.size > 0 && (
          <p className="mt-1.5 flex flex-wrap gap-x-5 gap-y-1 text-12 text-ink-2">
            {funnelOf(process, stands).map(({ count, word }) => (
              <span key={word}>
                <b className="text-14 font-heading text-ink">{count}</b> {word}
              </span>
            ))}
          </p>
        )
      }
      panel={
        step && (
          <StandPanel
            app={thingPart(application)}
            run={run.id}
            step={step}
            stand={stand}
            position={`step ${own?.steps.indexOf(step) === undefined ? 1 : own.steps.indexOf(step) + 1} of ${own?.steps.length ?? 1}`}
            onClose={() => select(undefined)}
          />
        )
      }
    >
      {body === undefined ? (
        <Part what={`Revision ${kept ?? ''}`} query={old}>
          {() => null}
        </Part>
      ) : own === undefined || stands.size === 0 ? (
        <Empty title="This run does not use this process">
          {stage.title} carries out “{task.kind}” of {application.name}.
        </Empty>
      ) : (
        <>
          <StepGraph
            key={process.key}
            steps={own.steps}
            label={titleOf(process, application.name)}
            legend={<StandLegend />}
            renderDress={(one) => {
              const its = stands.get(one)
              return its === undefined
                ? undefined
                : { aside: <StandCount stand={its} />, bar: <StandBar stand={its} /> }
            }}
            edgeLookOf={(from) => {
              const state = stands.get(from)?.state
              return state === 'passed' || state === 'skipped' ? 'passed' : undefined
            }}
            selected={step?.name}
            onSelect={select}
          />
          {!isCut(run) && (
            <MedianTimes stands={stands} isOver={task.finishedAt !== null} selected={step?.name} />
          )}
        </>
      )}
    </ProcessParts>
  )
}

/** Which run, and where in it. */
function Choices({
  run,
  runs,
  tasks,
  chosen,
}: Pick<RunProps, 'run' | 'runs'> & {
  readonly tasks: readonly ProcessTask[]
  readonly chosen: ProcessTask | undefined
}): ReactElement {
  const navigate = here.useNavigate()
  const listed: Runs = runs.some(({ id }) => id === run.id) ? runs : [run, ...runs]
  const go = (to: { readonly run: string; readonly task?: string }): void =>
    void navigate({ search: { view: 'run', ...to }, replace: true, resetScroll: false })
  return (
    <>
      <Select
        label="Run"
        isLabelHidden
        value={run.id}
        options={listed.map(({ id, title, number }) => ({
          value: id,
          label: `${title} #${number}`,
        }))}
        onChange={(id) => go({ run: id })}
      />
      {tasks.length > 1 && (
        <Select
          label="Task"
          isLabelHidden
          value={chosen?.part ?? ''}
          options={tasks.map(({ part, stage, task }) => ({
            value: part,
            label:
              tasks.filter((one) => one.stage === stage).length > 1
                ? `${stage.title}: ${task.title}`
                : stage.title,
          }))}
          onChange={(task) => go({ run: run.id, task })}
        />
      )}
    </>
  )
}
