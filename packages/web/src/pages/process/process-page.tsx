import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { FoundApplication } from '../applications/application-page.tsx'
import { NotFoundPage } from '../not-found/not-found-page.tsx'
import { listProcesses } from './list-processes.ts'
import { ProcessComparison } from './process-comparison.tsx'
import { ProcessDefinition } from './process-definition.tsx'
import { ProcessFrame } from './process-frame.tsx'
import { ProcessRun } from './process-run.tsx'

const here = getRouteApi('/shell/apps/$app/processes/$process')
const VIEWS = { run: ProcessRun, compare: ProcessComparison } as const

/** A process: as it is defined, how it goes in a run, and what differs between two revisions. */
export function ProcessPage(): ReactElement {
  const { app, process: key } = here.useParams()
  const { view } = here.useSearch()
  const View = view === undefined ? ProcessDefinition : VIEWS[view]
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
          <ProcessFrame {...known} process={process} processes={processes}>
            <View {...known} process={process} processes={processes} />
          </ProcessFrame>
        )
      }}
    </FoundApplication>
  )
}
