import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import {
  ApplicationPage,
  counted,
  FoundApplication,
  type KnownApplication,
} from '../applications/application-page.tsx'
import { NotFoundPage } from '../not-found/not-found-page.tsx'
import { listProcesses, type ListedProcess } from './list-processes.ts'
import { StepGraph } from './step-graph.tsx'
import { StepPanel } from './step-panel.tsx'

const here = getRouteApi('/shell/apps/$app/processes/$process')

/** A process as it is defined: the graph of its steps. */
export function ProcessPage(): ReactElement {
  const { app, process: key } = here.useParams()
  return (
    <FoundApplication part={app}>
      {(known) => {
        const processes = listProcesses(known.application.body)
        const process = processes.find((one) => one.key === key)
        return process === undefined ? (
          <NotFoundPage
            title={`${known.application.name} has no process “${key}”`}
            list={{ to: `/apps/${app}/model`, label: `Model of ${known.application.name}` }}
          />
        ) : (
          <Process app={app} {...known} process={process} processes={processes} />
        )
      }}
    </FoundApplication>
  )
}

interface ProcessProps extends KnownApplication {
  readonly app: string
  readonly process: ListedProcess
  readonly processes: readonly ListedProcess[]
}

function Process({ app, application, mapped, process, processes }: ProcessProps): ReactElement {
  const { step: name } = here.useSearch()
  const navigate = here.useNavigate()
  const step = process.steps.find((one) => one.name === name)
  const select = (chosen: string | undefined): void => {
    void navigate({
      search: chosen === undefined ? {} : { step: chosen },
      replace: true,
      resetScroll: false,
    })
  }
  return (
    <ApplicationPage
      title={process.key}
      application={application}
      mapped={mapped}
      process={process.key}
      isFull
      panel={
        step && (
          <StepPanel
            app={app}
            step={step}
            position={`step ${process.steps.indexOf(step) + 1} of ${process.steps.length}`}
            onClose={() => select(undefined)}
          />
        )
      }
    >
      <div className="flex min-h-0 grow max-rail:flex-col">
        <ProcessList app={app} processes={processes} />
        <section
          aria-labelledby="process-title"
          className="flex min-w-0 grow flex-col border-line rail:border-l"
        >
          <header className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 drawer:px-5">
            <h2 id="process-title" className="text-16">
              {titleOf(process, application.name)}
            </h2>
            <span className="text-12 text-ink-2">{counted(process.steps.length, 'step')}</span>
            <span className="ml-auto text-12 text-ink-3">
              revision {application.revision} of {application.name}
            </span>
          </header>
          <StepGraph
            key={process.key}
            steps={process.steps}
            label={titleOf(process, application.name)}
            selected={step?.name}
            onSelect={select}
          />
        </section>
      </div>
    </ApplicationPage>
  )
}

/** `Deploy ingest-api`. */
function titleOf({ name, component }: ListedProcess, application: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)} ${component ?? application}`
}

function ProcessList({
  app,
  processes,
}: {
  readonly app: string
  readonly processes: readonly ListedProcess[]
}): ReactElement {
  return (
    <nav
      aria-label="Processes"
      className="flex shrink-0 gap-1 overflow-auto border-b border-line bg-surface p-2 rail:w-56 rail:flex-col rail:border-b-0"
    >
      {processes.map(({ key, component, name, steps }) => (
        <Link
          key={key}
          to="/apps/$app/processes/$process"
          params={{ app, process: key }}
          activeOptions={{ includeSearch: false }}
          className="flex h-8 shrink-0 items-center gap-2 rounded-2 px-2.5 whitespace-nowrap hover:bg-hover max-drawer:h-11"
          activeProps={{ className: 'bg-active font-heading', 'aria-current': 'page' }}
        >
          <span className="min-w-0 truncate" title={key}>
            {component === null ? name : `${component} ${name}`}
          </span>
          <span className="ml-auto text-12 font-normal text-ink-3">{steps.length}</span>
        </Link>
      ))}
    </nav>
  )
}
