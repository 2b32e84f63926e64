import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { environmentsQuery, inventoryQuery } from '../../lib/inventory.ts'
import { Card, Section } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Segments } from '../../ui/tabs.tsx'
import { ApplicationPage, FoundApplication, type KnownApplication } from './application-page.tsx'
import { ComponentPanel } from './component-panel.tsx'
import { ModelDiagram } from './model-diagram.tsx'
import { RecentSnapshots } from './recent-snapshots.tsx'
import { RunsOnTable } from './runs-on-table.tsx'

const here = getRouteApi('/shell/apps/$app/model')

/** What an application is made of, and where each part of it goes. */
export function ModelPage(): ReactElement {
  const { app } = here.useParams()
  return <FoundApplication part={app}>{(known) => <Model {...known} />}</FoundApplication>
}

function Model({ application, mapped }: KnownApplication): ReactElement {
  const { env, component } = here.useSearch()
  const navigate = here.useNavigate()
  const { data: inventory } = useQuery(inventoryQuery())
  const { data: places = [] } = useQuery(environmentsQuery)
  const shown = mapped.find(({ address }) => address === env) ?? mapped.at(-1)
  const rows =
    inventory?.items.filter(
      (row) => row.application === `${application.project}/${application.name}`,
    ) ?? []
  const inShown = rows.filter(
    ({ project, environmentName }) =>
      project === shown?.environment.project && environmentName === shown.environment.name,
  )
  const select = (name: string | undefined): void => {
    void navigate({
      search: ({ component: _, ...rest }) => ({ ...rest, ...(name && { component: name }) }),
      replace: true,
      resetScroll: false,
    })
  }
  const chosen = application.body.tiers
    .flatMap((tier) => tier.components.map((one) => ({ tier: tier.name, component: one })))
    .find((one) => one.component.name === component)
  return (
    <ApplicationPage
      title="Model"
      application={application}
      mapped={mapped}
      panel={
        chosen && (
          <ComponentPanel
            {...chosen}
            application={application}
            mapped={mapped}
            shown={shown}
            rows={rows.filter((row) => row.component === chosen.component.name)}
            onClose={() => select(undefined)}
          />
        )
      }
    >
      {shown === undefined ? (
        <Card>
          <Empty title="No environment takes it">
            An environment takes an application with <code>tierMap(…)</code> in its definition: it
            says which tier goes where.
          </Empty>
        </Card>
      ) : (
        <>
          <ModelDiagram
            application={application}
            shown={shown}
            mapped={mapped}
            rows={inShown}
            filledBy={
              new Map(
                places
                  .find(
                    ({ project, name }) =>
                      project === shown.environment.project && name === shown.environment.name,
                  )
                  ?.tiers.map(({ name, filledBy }) => [name, filledBy]),
              )
            }
            selected={component}
            onSelect={select}
            chooser={
              <Segments
                label="Environment"
                value={shown.address}
                options={mapped.map(({ address, title }) => ({ value: address, label: title }))}
                onChange={(address) =>
                  void navigate({
                    search: (old) => ({ ...old, env: address }),
                    replace: true,
                    resetScroll: false,
                  })
                }
              />
            }
          />
          <Section title="Tier map" className="mt-8">
            <Card>
              <RunsOnTable
                label="Tiers and their places"
                application={application}
                mapped={mapped}
                shown={shown}
              />
            </Card>
          </Section>
        </>
      )}
      <RecentSnapshots application={application} rows={rows} mapped={mapped} />
    </ApplicationPage>
  )
}
