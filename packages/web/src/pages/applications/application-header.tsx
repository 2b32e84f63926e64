import type { ReactElement } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { PageHeader } from '../../layout/page.tsx'
import { thingPart } from '../../lib/address.ts'
import type { Defined } from '../../lib/definitions.ts'
import { listProcesses } from '../process/list-processes.ts'
import { TabLink, TabLinks } from '../../ui/tabs.tsx'

interface ApplicationHeaderProps {
  readonly application: Defined<'application'>
  readonly environments: number
  /** The process that is shown; without it the tab leads to the first. */
  readonly process?: string
}

/** What the application is, with its tabs. */
export function ApplicationHeader({
  application,
  environments,
  process,
}: ApplicationHeaderProps): ReactElement {
  const { tiers, title } = application.body
  const components = tiers.reduce((sum, tier) => sum + tier.components.length, 0)
  const processes = listProcesses(application.body)
  const params = { app: thingPart(application) }
  return (
    <PageHeader
      title={
        <span className="flex items-center gap-2.5">
          <ApplicationIcon application={application.name} /> {application.name}
        </span>
      }
      marks={<span className="text-12 text-ink-2">{title}</span>}
      aside={[
        counted(tiers.length, 'tier'),
        counted(components, 'component'),
        counted(environments, 'environment'),
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
  )
}

/** `1 tier`, `3 tiers`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
