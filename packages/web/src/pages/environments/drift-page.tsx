import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { Page } from '../../layout/page.tsx'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { shortName, thingPart } from '../../lib/address.ts'
import { inventoryQuery, type InventoryRow } from '../../lib/inventory.ts'
import { useRowKeys } from '../../lib/keys/use-row-keys.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { Part } from '../../ui/part.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { DriftActions } from './drift-actions.tsx'
import { PlacesBar } from './places-bar.tsx'

const here = getRouteApi('/shell/environments/drift')

/** Everything that runs what no deployment put there. */
export function DriftPage(): ReactElement {
  const { q = '' } = here.useSearch()
  const navigate = here.useNavigate()
  const inventory = useQuery(inventoryQuery())
  const { chosen, projects } = useProjectChoice()
  const list = useRowKeys<HTMLDivElement>()
  const project = projects.find(({ id }) => id === chosen)?.name
  const change = (words: string): void => {
    void navigate({ search: words === '' ? {} : { q: words }, replace: true })
  }
  return (
    <Page title="Drift" trail={[{ label: 'Environments', to: '/environments' }]}>
      <PlacesBar>
        <FilterBar placeholder="Application, version or host" value={q} onChange={change} />
      </PlacesBar>
      <Part what="Inventory" query={inventory}>
        {({ items }) => {
          const drifted = items.filter(
            (row) => row.drift && (project === undefined || row.project === project),
          )
          const shown = drifted.filter((row) => fits(row, q))
          return (
            <Card>
              {shown.length === 0 ? (
                drifted.length === 0 ? (
                  <Empty
                    title="Nothing has drifted"
                    picture={<StateGlyph state="passed" size={22} isDecoration />}
                  >
                    Every resource runs what was deployed to it. Agents look again every few
                    minutes.
                  </Empty>
                ) : (
                  <Empty
                    title={`Nothing fits “${q}”`}
                    actions={<Button onClick={() => change('')}>Clear the filter</Button>}
                  >
                    The filter looks for applications, components, versions and hosts.
                  </Empty>
                )
              ) : (
                <DriftActions rows={shown}>
                  {(actionsOf, note) => (
                    <div ref={list}>
                      {note !== null && <div className="px-3.5 pt-3">{note}</div>}
                      <Table
                        label="What has drifted"
                        columns={columnsWith(actionsOf)}
                        rows={shown}
                        rowKey={(row) =>
                          [row.environment, row.application, row.component, row.resource].join(' ')
                        }
                        isListOnPhone
                      />
                    </div>
                  )}
                </DriftActions>
              )}
            </Card>
          )
        }}
      </Part>
    </Page>
  )
}

function fits(row: InventoryRow, words: string): boolean {
  const wanted = words.trim().toLowerCase()
  return [
    row.resource,
    row.application,
    row.component,
    row.environmentTitle,
    row.reported?.version ?? '',
    row.wanted?.version ?? '',
  ].some((text) => text.toLowerCase().includes(wanted))
}

function columnsWith(
  actionsOf: (row: InventoryRow) => ReactElement,
): readonly Column<InventoryRow>[] {
  const head = <span className="sr-only">What can be done</span>
  return [
    ...COLUMNS,
    {
      key: 'act',
      head,
      cell: (row) => (
        <span className="flex flex-wrap items-center justify-end gap-1 py-1 max-drawer:justify-start">
          {row.notPutBack !== null && (
            <span className="min-w-60 grow basis-0 text-12 text-ink-2">{row.notPutBack}</span>
          )}
          {actionsOf(row)}
        </span>
      ),
    },
  ]
}

const COLUMNS: readonly Column<InventoryRow>[] = [
  {
    key: 'resource',
    head: 'Resource',
    cell: (row) => (
      <span className="flex items-center gap-2 whitespace-nowrap">
        <StateGlyph state="drifted" size={14} />
        <ScreenLink
          to="/environments/$environment"
          params={{
            environment: thingPart({ project: row.project, name: row.environmentName }),
          }}
          className="font-mono text-12 font-heading hover:underline"
          isRow
        >
          {row.resource}
        </ScreenLink>
      </span>
    ),
  },
  {
    key: 'environment',
    head: 'Environment',
    cell: ({ environmentTitle }) => environmentTitle,
  },
  {
    key: 'component',
    head: 'Component',
    cell: ({ application, component }) => (
      <span className="whitespace-nowrap">
        {component} <span className="text-12 text-ink-3">{shortName(application)}</span>
      </span>
    ),
  },
  {
    key: 'runs',
    head: 'Runs, instead of',
    cell: ({ reported, wanted }) => (
      <span className="font-mono text-12 text-drift drawer:whitespace-nowrap">
        {reported === null
          ? 'nothing'
          : reported.version === wanted?.version
            ? `${reported.version} (other bits)`
            : reported.version}{' '}
        <s className="text-ink-3">
          <span className="sr-only">instead of </span>
          {wanted?.version ?? 'nothing'}
        </s>
      </span>
    ),
  },
  { key: 'since', head: 'Since', isNumber: true, cell: ({ since }) => <Time at={since} /> },
]
