import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ArrowLeftRight, Layers } from 'lucide-react'
import type { ReactElement } from 'react'
import { Page, PageHeader } from '../../layout/page.tsx'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { environmentsQuery, inventoryQuery, type Environment } from '../../lib/inventory.ts'
import { useCommands } from '../../palette/command-registry.ts'
import { buttonClasses } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { StatePill } from '../../ui/pill.tsx'
import { ListedPage } from '../not-found/listed-page.tsx'
import { CellResources } from './cell-resources.tsx'
import { DriftCards } from './drift-cards.tsx'
import { EnvironmentHistory } from './environment-history.tsx'
import { EnvironmentStanding, EnvironmentTiers, isFrozenNow } from './environment-standing.tsx'
import { buildMatrix } from './inventory-matrix.ts'
import { PastBanner, TimeTravel } from './time-travel.tsx'
import { addressOfPlace, useComponentOrder } from './use-places.ts'
import { useNow } from '../../lib/now.ts'

const here = getRouteApi('/shell/environments/$environment')
const ENVIRONMENTS = { label: 'Environments', to: '/environments' }

/** One environment: what runs there, on what, since when, and whether it may change now. */
export function EnvironmentPage(): ReactElement {
  const { environment: part } = here.useParams()
  const query = useQuery(environmentsQuery)
  return (
    <ListedPage noun="environment" part={part} query={query} list={ENVIRONMENTS}>
      {(environment) => <OneEnvironment environment={environment} />}
    </ListedPage>
  )
}

function OneEnvironment({ environment }: { readonly environment: Environment }): ReactElement {
  const { at } = here.useSearch()
  const navigate = here.useNavigate()
  const now = useNow(60_000)
  const travel = (to: string | null): void => {
    void navigate({ search: to === null ? {} : { at: to }, replace: true, resetScroll: false })
  }
  const { title, lock, project } = environment
  useCommands([
    {
      id: 'compare',
      group: 'Change',
      label: `Compare ${title} with another environment`,
      run: () =>
        void navigate({ to: '/environments/compare', search: { a: addressOfPlace(environment) } }),
    },
  ])
  return (
    <Page
      title={title}
      trail={[ENVIRONMENTS]}
      live={at === undefined ? 'Live' : null}
      actions={
        <>
          <ScreenLink
            to="/environments/compare"
            search={{ a: addressOfPlace(environment) }}
            className={`max-drawer:hidden ${buttonClasses({ look: 'quiet' })}`}
          >
            <ArrowLeftRight size={14} aria-hidden /> Compare
          </ScreenLink>
          <TimeTravel at={at} onTravel={travel} />
        </>
      }
      header={
        <PageHeader
          title={
            <span className="flex items-center gap-2.5">
              <Layers size={18} aria-hidden className="text-ink-3" /> {title}
            </span>
          }
          marks={
            <>
              {isFrozenNow(environment, now) && <StatePill state="on_hold">Frozen</StatePill>}
              {lock.state === 'held' && (
                <StatePill state={lock.since === null ? 'running' : 'on_hold'}>
                  {lock.since === null ? 'A run has it' : `Held by ${lock.holder ?? 'somebody'}`}
                </StatePill>
              )}
            </>
          }
          aside={`${project} · revision ${environment.revision}`}
        />
      }
    >
      {at !== undefined && <PastBanner at={at} onBack={() => travel(null)} />}
      <div className="grid items-start gap-6 full:grid-cols-[minmax(0,1fr)_320px]">
        <div className="min-w-0">
          <Inventory environment={environment} at={at} />
          <EnvironmentTiers environment={environment} />
        </div>
        <div className="min-w-0 space-y-4">
          {at === undefined && <EnvironmentStanding environment={environment} />}
          <EnvironmentHistory environment={environment} />
        </div>
      </div>
    </Page>
  )
}

function Inventory({
  environment,
  at,
}: {
  readonly environment: Environment
  readonly at: string | undefined
}): ReactElement {
  const inventory = useQuery(inventoryQuery(at))
  const componentsOf = useComponentOrder()
  return (
    <Part what="Inventory" query={inventory}>
      {({ items }) => {
        const rows = items.filter((row) => row.environment === environment.id)
        const { applications } = buildMatrix({
          environments: [environment],
          rows,
          order: [],
          componentsOf,
        })
        if (applications.length === 0) {
          return (
            <Card>
              <Empty title="No application goes here">
                An environment takes an application with <code>tierMap(…)</code> in its definition.
              </Empty>
            </Card>
          )
        }
        return (
          <>
            <DriftCards rows={rows} isPast={at !== undefined} />
            {applications.map(({ application, cells }) => {
              const [cell] = cells
              return (
                <CellResources
                  key={application}
                  application={application}
                  environment={environment}
                  rows={cell?.rows ?? []}
                  componentOrder={componentsOf(application)}
                />
              )
            })}
          </>
        )
      }}
    </Part>
  )
}
