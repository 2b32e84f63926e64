import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { environmentsQuery, inventoryQuery } from '../../lib/inventory.ts'
import { Card, Section } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Segments } from '../../ui/tabs.tsx'
import { ApplicationPage, FoundApplication, type KnownApplication } from './application-page.tsx'
import { ComponentPanel } from './component-panel.tsx'
import { changesOf, withDraft } from './map-draft.ts'
import { MapEdits } from './map-edits.tsx'
import { ModelDiagram } from './model-diagram.tsx'
import { RecentSnapshots } from './recent-snapshots.tsx'
import { RunsOnTable } from './runs-on-table.tsx'
import { useMapDraft } from './use-map-draft.ts'

const here = getRouteApi('/shell/apps/$app/model')

/** What an application is made of, and where each part of it goes. */
export function ModelPage(): ReactElement {
  const { app } = here.useParams()
  return <FoundApplication part={app}>{(known) => <Model key={app} {...known} />}</FoundApplication>
}

function Model({ application, mapped }: KnownApplication): ReactElement {
  const { env, component } = here.useSearch()
  const navigate = here.useNavigate()
  const { data: inventory } = useQuery(inventoryQuery())
  const { data: places = [] } = useQuery(environmentsQuery)
  const published = mapped.find(({ address }) => address === env) ?? mapped.at(-1)
  const { draft, mayMap, map, discard } = useMapDraft(application, published)
  const shown = published && withDraft(published, draft)
  const drafted = mapped.map((one) => (one === published && shown ? shown : one))
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
            mapped={drafted}
            shown={shown}
            onMap={map}
            rows={rows.filter((row) => row.component === chosen.component.name)}
            onClose={() => select(undefined)}
          />
        )
      }
    >
      {published === undefined || shown === undefined ? (
        <Card>
          <Empty title="No environment takes it">
            An environment takes an application with <code>tierMap(…)</code> in its definition: it
            says which tier goes where.
          </Empty>
        </Card>
      ) : (
        <>
          <MapEdits
            key={published.address}
            application={application}
            shown={published}
            draft={draft}
            onDiscard={discard}
          />
          <ModelDiagram
            application={application}
            shown={shown}
            published={published}
            mapped={mapped.filter((one) => one !== published)}
            mapping={
              map === undefined
                ? null
                : {
                    changed: new Set(changesOf(draft, published).map(({ tier }) => tier)),
                    onMap: map,
                  }
            }
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
                mapped={drafted}
                shown={shown}
                onMap={map}
              />
            </Card>
            {mayMap && map === undefined && (
              <p className="mt-2 text-12 text-ink-3">Tiers are mapped on screens from 900 px on.</p>
            )}
          </Section>
        </>
      )}
      <RecentSnapshots application={application} mapped={mapped} />
    </ApplicationPage>
  )
}
