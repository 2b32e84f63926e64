// What all ways to see a process have around them: the application, its processes, and the choice of the way.

import { getRouteApi, Link } from '@tanstack/react-router'
import { createContext, use, useMemo, useState, type ReactElement, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { thingPart } from '../../lib/address.ts'
import { Segments } from '../../ui/tabs.tsx'
import { ApplicationPage, type KnownApplication } from '../applications/application-page.tsx'
import type { ListedProcess } from './list-processes.ts'

const here = getRouteApi('/shell/apps/$app/processes/$process')
const VIEWS = [
  { value: 'definition', label: 'Definition' },
  { value: 'run', label: 'Run' },
  { value: 'compare', label: 'Compare' },
] as const

export interface ProcessViewProps extends KnownApplication {
  readonly process: ListedProcess
  readonly processes: readonly ListedProcess[]
}

/** Where a view puts what belongs to it into the frame; null until the frame is drawn. */
interface Outlets {
  readonly marks: HTMLElement | null
  readonly aside: HTMLElement | null
  readonly facts: HTMLElement | null
  readonly panel: HTMLElement | null
}

const OutletContext = createContext<Outlets>({ marks: null, aside: null, facts: null, panel: null })

/** Stays while the view below it changes, so that the focus does. */
export function ProcessFrame({
  application,
  mapped,
  process,
  processes,
  children,
}: ProcessViewProps & { readonly children: ReactNode }): ReactElement {
  const [marks, setMarks] = useState<HTMLElement | null>(null)
  const [aside, setAside] = useState<HTMLElement | null>(null)
  const [facts, setFacts] = useState<HTMLElement | null>(null)
  const [panel, setPanel] = useState<HTMLElement | null>(null)
  const outlets = useMemo(() => ({ marks, aside, facts, panel }), [marks, aside, facts, panel])
  const { view } = here.useSearch()
  const navigate = here.useNavigate()
  return (
    <ApplicationPage
      title={process.key}
      application={application}
      mapped={mapped}
      process={process.key}
      isFull
      panel={<div ref={setPanel} className="contents" />}
    >
      <div className="flex min-h-0 grow max-rail:flex-col">
        <ProcessList app={thingPart(application)} processes={processes} />
        <section
          aria-labelledby="process-title"
          className="flex min-w-0 grow flex-col border-line rail:border-l"
        >
          <header className="px-4 py-3 drawer:px-5">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
              <h2 id="process-title" className="text-16">
                {titleOf(process, application.name)}
              </h2>
              <span
                ref={setMarks}
                className="flex flex-wrap items-center gap-x-3 gap-y-1 text-12 text-ink-2"
              />
              <span className="ml-auto flex flex-wrap items-center gap-3 text-12 text-ink-3">
                <span ref={setAside} className="contents" />
                <Segments
                  label="Shown"
                  value={view ?? 'definition'}
                  options={VIEWS}
                  onChange={(value) =>
                    void navigate({
                      // Back in a way of before, all is as it was left there.
                      search: ({ view: _, ...rest }) =>
                        value === 'definition' ? rest : { ...rest, view: value },
                      replace: true,
                      resetScroll: false,
                    })
                  }
                />
              </span>
            </div>
            <div ref={setFacts} />
          </header>
          <OutletContext value={outlets}>{children}</OutletContext>
        </section>
      </div>
    </ApplicationPage>
  )
}

interface ProcessPartsProps {
  /** Behind the title. */
  readonly marks?: ReactNode
  /** At the right, before the choice of the view. */
  readonly aside?: ReactNode
  /** A line below the title. */
  readonly facts?: ReactNode
  readonly panel?: ReactNode
  readonly children: ReactNode
}

/** What a view shows: itself below the title, and its parts in the frame around it. */
export function ProcessParts({ children, ...parts }: ProcessPartsProps): ReactElement {
  const outlets = use(OutletContext)
  return (
    <>
      {outlets.marks && createPortal(parts.marks, outlets.marks)}
      {outlets.aside && createPortal(parts.aside, outlets.aside)}
      {outlets.facts && createPortal(parts.facts, outlets.facts)}
      {outlets.panel && createPortal(parts.panel, outlets.panel)}
      {children}
    </>
  )
}

/** `Deploy ingest-api`. */
export function titleOf({ name, component }: ListedProcess, application: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)} ${component ?? application}`
}

/** Selects a step, or none, and keeps what else the address says. */
export function useSelectStep(): (step: string | undefined) => void {
  const navigate = here.useNavigate()
  return (chosen) =>
    void navigate({
      search: ({ step: _, ...rest }) => (chosen === undefined ? rest : { ...rest, step: chosen }),
      replace: true,
      resetScroll: false,
    })
}

function ProcessList({
  app,
  processes,
}: {
  readonly app: string
  readonly processes: readonly ListedProcess[]
}): ReactElement {
  const { step: _, ...search } = here.useSearch()
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
          // The same run and the same revisions of another process; what was selected is a step of this one.
          search={search}
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
