import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Boxes } from 'lucide-react'
import type { ReactElement } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { Page } from '../../layout/page.tsx'
import { thingPart } from '../../lib/address.ts'
import { definitionsQuery, type Defined } from '../../lib/definitions.ts'
import { inventoryQuery } from '../../lib/inventory.ts'
import { useRowKeys } from '../../lib/keys/use-row-keys.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { Part } from '../../ui/part.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { VersionChip } from '../../ui/version-chip.tsx'
import { counted } from '../../ui/counted.ts'
import { LastSnapshot } from './last-snapshot.tsx'
import { mainVersion } from './main-version.ts'
import { useMappedEnvironments } from './use-mapped-environments.ts'

const here = getRouteApi('/shell/apps')
type Application = Defined<'application'>

/** All applications: what each is made of, its last snapshot, and where it runs. */
export function ApplicationsPage(): ReactElement {
  const { q = '' } = here.useSearch()
  const navigate = here.useNavigate()
  const query = useQuery(definitionsQuery('application'))
  const { chosen, projects } = useProjectChoice()
  const list = useRowKeys<HTMLDivElement>()
  const project = projects.find(({ id }) => id === chosen)?.name
  const fits = ({ name, project: own, body }: Application): boolean =>
    (project === undefined || own === project) &&
    [name, body.title, ...body.tiers.flatMap(({ components }) => components.map((c) => c.name))]
      .join(' ')
      .toLowerCase()
      .includes(q.trim().toLowerCase())
  return (
    <Page title="Applications">
      <div className="mb-4">
        <FilterBar
          placeholder="Application or component"
          value={q}
          onChange={(words) =>
            void navigate({ search: words === '' ? {} : { q: words }, replace: true })
          }
        />
      </div>
      <Part what="Applications" query={query}>
        {(applications) => {
          const shown = applications.filter(fits)
          return (
            <Card>
              {shown.length > 0 ? (
                <div ref={list}>
                  <Table
                    label="Applications"
                    columns={COLUMNS}
                    rows={shown}
                    rowKey={({ id }) => id}
                  />
                </div>
              ) : q === '' ? (
                <Empty title="No applications yet" picture={<Boxes size={22} aria-hidden />}>
                  An application is made of tiers, and tiers of components. Define one in a file and
                  apply it: <code>lockstep apply</code>
                </Empty>
              ) : (
                <Empty
                  title={`Nothing fits “${q}”`}
                  actions={
                    <Link to="/apps" className="underline">
                      Clear the filter
                    </Link>
                  }
                >
                  The filter looks for applications and components.
                </Empty>
              )}
            </Card>
          )
        }}
      </Part>
    </Page>
  )
}

const COLUMNS: readonly Column<Application>[] = [
  {
    key: 'name',
    head: 'Application',
    cell: (application) => (
      <Link
        to="/apps/$app/model"
        params={{ app: thingPart(application) }}
        data-row
        className="flex items-center gap-2.5 py-1.5 font-name whitespace-nowrap hover:underline"
      >
        <ApplicationIcon application={application.name} /> {application.name}
      </Link>
    ),
  },
  {
    key: 'project',
    head: 'Project',
    cell: ({ project }) => <span className="text-ink-2">{project}</span>,
  },
  {
    key: 'made of',
    head: 'Made of',
    cell: ({ body: { tiers } }) => (
      <span className="whitespace-nowrap text-ink-2">
        {counted(tiers.length, 'tier')},{' '}
        {counted(
          tiers.reduce((sum, { components }) => sum + components.length, 0),
          'component',
        )}
      </span>
    ),
  },
  {
    key: 'snapshot',
    head: 'Last snapshot',
    cell: (application) => <LastSnapshot application={application} />,
  },
  { key: 'runs', head: 'Runs', cell: (application) => <WhereItRuns application={application} /> },
]

function WhereItRuns({ application }: { readonly application: Application }): ReactElement {
  const { data } = useQuery(inventoryQuery())
  const mapped = useMappedEnvironments(application)
  const address = `${application.project}/${application.name}`
  const running = mapped.flatMap(({ address: place, title, environment }) => {
    const rows = data?.items.filter(
      (row) =>
        row.application === address &&
        row.project === environment.project &&
        row.environmentName === environment.name,
    )
    const version = mainVersion(rows ?? [])
    return version === null ? [] : [{ place, title, version }]
  })
  if (data === undefined) return <></>
  if (running.length === 0) return <span className="text-ink-3">nowhere yet</span>
  return (
    <span className="flex flex-wrap gap-x-4 gap-y-1 py-1">
      {running.map(({ place, title, version }) => (
        <span key={place} className="flex items-center gap-1.5 whitespace-nowrap text-ink-2">
          {title} <VersionChip version={version} />
        </span>
      ))}
    </span>
  )
}
