// The frame of the pages of one application: found or not, what it is, and its tabs.

import { useQuery } from '@tanstack/react-query'
import type { ReactElement, ReactNode } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { Page, PageHeader } from '../../layout/page.tsx'
import { thingPart } from '../../lib/address.ts'
import { definitionsQuery, type Defined } from '../../lib/definitions.ts'
import { counted } from '../../ui/counted.ts'
import { TabLink, TabLinks } from '../../ui/tabs.tsx'
import { ListedPage } from '../not-found/listed-page.tsx'
import { listProcesses } from '../process/list-processes.ts'
import type { MappedEnvironment } from './tier-map.ts'
import { useMappedEnvironments } from './use-mapped-environments.ts'

const APPLICATIONS = { label: 'Applications', to: '/apps' }

export interface KnownApplication {
  readonly application: Defined<'application'>
  /** The environments that take it, in the order of delivery. */
  readonly mapped: readonly MappedEnvironment[]
}

interface FoundApplicationProps {
  /** As the address names it. */
  readonly part: string
  readonly children: (known: KnownApplication) => ReactElement
}

export function FoundApplication({ part, children }: FoundApplicationProps): ReactElement {
  const query = useQuery(definitionsQuery('application'))
  return (
    <ListedPage noun="application" part={part} query={query} list={APPLICATIONS}>
      {(application) => <Mapped application={application}>{children}</Mapped>}
    </ListedPage>
  )
}

function Mapped({
  application,
  children,
}: {
  readonly application: Defined<'application'>
  readonly children: FoundApplicationProps['children']
}): ReactElement {
  return children({ application, mapped: useMappedEnvironments(application) })
}

interface ApplicationPageProps extends KnownApplication {
  readonly title: string
  /** The process that is shown; without it the tab leads to the first. */
  readonly process?: string
  readonly panel?: ReactNode
  readonly isFull?: boolean
  readonly children: ReactNode
}

export function ApplicationPage({
  application,
  mapped,
  title,
  process,
  panel,
  isFull = false,
  children,
}: ApplicationPageProps): ReactElement {
  const { tiers, title: words } = application.body
  const components = tiers.reduce((sum, tier) => sum + tier.components.length, 0)
  const processes = listProcesses(application.body)
  const params = { app: thingPart(application) }
  return (
    <Page
      title={title}
      trail={[APPLICATIONS, { label: application.name, to: `/apps/${params.app}/model` }]}
      panel={panel}
      isFull={isFull}
      header={
        <PageHeader
          title={
            <span className="flex items-center gap-2.5">
              <ApplicationIcon application={application.name} /> {application.name}
            </span>
          }
          marks={<span className="text-12 text-ink-2">{words}</span>}
          aside={[
            counted(tiers.length, 'tier'),
            counted(components, 'component'),
            counted(mapped.length, 'environment'),
          ].join(' · ')}
          tabs={
            <TabLinks label="Application">
              <TabLink to="/apps/$app/model" params={params}>
                Model
              </TabLink>
              <TabLink
                to="/apps/$app/processes/$process"
                params={{ ...params, process: process ?? processes[0]?.key ?? 'deploy' }}
                count={processes.length}
              >
                Processes
              </TabLink>
              <TabLink to="/apps/$app/snapshots" params={params}>
                Snapshots
              </TabLink>
            </TabLinks>
          }
        />
      }
    >
      {children}
    </Page>
  )
}
