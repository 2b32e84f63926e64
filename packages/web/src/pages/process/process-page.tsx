import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { Page } from '../../layout/page.tsx'
import { parseThingPart } from '../../lib/address.ts'
import type { Defined } from '../../lib/definitions.ts'
import { Part } from '../../ui/part.tsx'
import { ApplicationHeader, counted } from '../applications/application-header.tsx'
import { useApplication, useMappedEnvironments } from '../applications/use-application.ts'
import { NotFoundPage } from '../not-found/not-found-page.tsx'
import { listProcesses, type ListedProcess } from './list-processes.ts'
import { StepGraph } from './step-graph.tsx'
import { StepPanel } from './step-panel.tsx'

const here = getRouteApi('/shell/apps/$app/processes/$process')

/** A process as it is defined: the graph of its steps. */
export function ProcessPage(): ReactElement {
  const { app, process: key } = here.useParams()
  const { query, application } = useApplication(app)
  if (application === undefined) {
    return (
      <Page title="Process" trail={[{ label: 'Applications', to: '/apps' }]}>
        <Part what="Application" query={query}>
          {() => null}
        </Part>
      </Page>
    )
  }
  const processes = application === null ? [] : listProcesses(application.body)
  const process = processes.find((one) => one.key === key)
  if (application === null || process === undefined) {
    return (
      <NotFoundPage
        title={
          application === null
            ? `There is no application “${parseThingPart(app)?.name ?? app}”`
            : `${application.name} has no process “${key}”`
        }
        list={
          application === null
            ? { to: '/apps', label: 'All applications' }
            : { to: `/apps/${app}/model`, label: `Model of ${application.name}` }
        }
      />
    )
  }
  return <Process app={app} application={application} process={process} processes={processes} />
}

interface ProcessProps {
  readonly app: string
  readonly application: Defined<'application'>
  readonly process: ListedProcess
  readonly processes: readonly ListedProcess[]
}

function Process({ app, application, process, processes }: ProcessProps): ReactElement {
  const { step: name } = here.useSearch()
  const navigate = here.useNavigate()
  const mapped = useMappedEnvironments(application)
  const step = process.steps.find((one) => one.name === name)
  const select = (chosen: string | undefined): void => {
    void navigate({
      search: chosen === undefined ? {} : { step: chosen },
      replace: true,
      resetScroll: false,
    })
  }
  return (
    <Page
      title={process.key}
      trail={[
        { label: 'Applications', to: '/apps' },
        { label: application.name, to: `/apps/${app}/model` },
      ]}
      header={
        <ApplicationHeader
          application={application}
          environments={mapped.length}
          process={process.key}
        />
      }
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
    </Page>
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
