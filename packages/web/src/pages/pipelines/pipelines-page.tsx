import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Waypoints } from 'lucide-react'
import type { ReactElement } from 'react'
import { detailOfPart, titleOfPart } from '../../components/pipeline/part-words.ts'
import { jsonOf } from '../../components/pipeline/pipeline-parts.ts'
import { Page } from '../../layout/page.tsx'
import { thingPart } from '../../lib/address.ts'
import { definitionsQuery } from '../../lib/definitions.ts'
import { useRowKeys } from '../../lib/keys/use-row-keys.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { Part } from '../../ui/part.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { LastRun, LastRuns } from './last-runs.tsx'
import type { Pipeline } from './pipeline-queries.ts'

const here = getRouteApi('/shell/pipelines')

/** All pipelines, with what starts them and how their last runs went. */
export function PipelinesPage(): ReactElement {
  const { q = '' } = here.useSearch()
  const navigate = here.useNavigate()
  const query = useQuery(definitionsQuery('pipeline'))
  const { chosen, projects } = useProjectChoice()
  const list = useRowKeys<HTMLDivElement>()
  const project = projects.find(({ id }) => id === chosen)?.name
  const fits = ({ name, project: own, body }: Pipeline): boolean =>
    (project === undefined || own === project) &&
    [name, body.title, ...body.stages.map(({ title }) => title)]
      .join(' ')
      .toLowerCase()
      .includes(q.trim().toLowerCase())
  return (
    <Page title="Pipelines">
      <div className="mb-4">
        <FilterBar
          placeholder="Pipeline or stage"
          value={q}
          onChange={(words) =>
            void navigate({ search: words === '' ? {} : { q: words }, replace: true })
          }
        />
      </div>
      <Part what="Pipelines" query={query}>
        {(pipelines) => {
          const shown = pipelines.filter(fits)
          return (
            <Card>
              {shown.length > 0 ? (
                <div ref={list}>
                  <Table
                    label="Pipelines"
                    columns={COLUMNS}
                    rows={shown}
                    rowKey={({ id }) => id}
                    isListOnPhone
                  />
                </div>
              ) : q === '' ? (
                <Empty title="No pipelines yet" picture={<Waypoints size={22} aria-hidden />}>
                  A pipeline takes software through stages, each between two gates. Define one in a
                  file and apply it: <code>lockstep apply</code>
                </Empty>
              ) : (
                <Empty
                  title={`Nothing fits “${q}”`}
                  actions={
                    <Link to="/pipelines" className="underline">
                      Clear the filter
                    </Link>
                  }
                >
                  The filter looks for pipelines and stages.
                </Empty>
              )}
            </Card>
          )
        }}
      </Part>
    </Page>
  )
}

const COLUMNS: readonly Column<Pipeline>[] = [
  {
    key: 'name',
    head: 'Pipeline',
    cell: (pipeline) => (
      <Link
        to="/pipelines/$pipeline"
        params={{ pipeline: thingPart(pipeline) }}
        data-row
        className="block max-w-100 truncate py-1.5 font-name whitespace-nowrap hover:underline max-drawer:py-0"
        title={`${pipeline.body.title} ${pipeline.project}/${pipeline.name}`}
      >
        {pipeline.body.title}{' '}
        <span className="font-normal text-ink-3">
          {pipeline.project}/{pipeline.name}
        </span>
      </Link>
    ),
  },
  {
    key: 'stages',
    head: 'Stages',
    cell: ({ body: { stages } }) => (
      <span className="whitespace-nowrap text-ink-2">
        {stages.map(({ title }) => title).join(' → ')}
      </span>
    ),
  },
  {
    key: 'on',
    head: 'Starts on',
    isForDesk: true,
    cell: ({ body: { on } }) => (
      <span className="block max-w-64 truncate text-ink-2" title={triggerWords(on)}>
        {on.length === 0 ? (
          <span className="text-ink-3">a person or a release</span>
        ) : (
          triggerWords(on)
        )}
      </span>
    ),
  },
  { key: 'runs', head: 'Last runs', cell: (pipeline) => <LastRuns pipeline={pipeline} /> },
  { key: 'last', head: 'Newest', cell: (pipeline) => <LastRun pipeline={pipeline} /> },
  {
    key: 'revision',
    head: 'Revision',
    isNumber: true,
    isForDesk: true,
    cell: ({ revision }) => revision,
  },
]

/** "Commit main of car, Schedule …" */
function triggerWords(on: Pipeline['body']['on']): string {
  return on
    .map((trigger, at) => {
      const part = { is: 'trigger', way: ['on', at] } as const
      return `${titleOfPart(part, jsonOf(trigger))} ${detailOfPart(part, jsonOf(trigger))}`
    })
    .join(', ')
}
