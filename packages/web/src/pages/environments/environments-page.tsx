import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Layers } from 'lucide-react'
import { useMemo, type ReactElement } from 'react'
import { Page } from '../../layout/page.tsx'
import { definitionsQuery } from '../../lib/definitions.ts'
import { environmentsQuery, inventoryQuery } from '../../lib/inventory.ts'
import { useIsWidth } from '../../lib/is-width.ts'
import { orderEnvironments } from '../../lib/order-environments.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { Part } from '../../ui/part.tsx'
import { CellResources } from './cell-resources.tsx'
import { EnvironmentPanel } from './environment-panel.tsx'
import {
  addressOf,
  buildMatrix,
  filterMatrix,
  findCell,
  type ApplicationCell,
  type InventoryMatrix,
} from './inventory-matrix.ts'
import { MatrixList } from './matrix-list.tsx'
import { MatrixTable } from './matrix-table.tsx'
import { PlacesBar } from './places-bar.tsx'
import { PastBanner, TimeTravel } from './time-travel.tsx'

const here = getRouteApi('/shell/environments')

/** Which version runs where, and what has drifted, now or at a moment of the past. */
export function EnvironmentsPage(): ReactElement {
  const { app, env, q = '', at } = here.useSearch()
  const navigate = here.useNavigate()
  const isPhone = useIsWidth('phone')
  const environments = useQuery(environmentsQuery)
  const inventory = useQuery(inventoryQuery(at))
  const matrix = useMatrix(environments.data, inventory.data?.items)
  const shown = useMemo(() => matrix && filterMatrix(matrix.matrix, q), [matrix, q])
  const cell = matrix && findCell(matrix.matrix, app, env)
  const select = (chosen: ApplicationCell | null): void => {
    const { app: _, env: __, ...rest } = { app, env, ...(q && { q }), ...(at && { at }) }
    const place =
      chosen === null ? {} : { app: chosen.rows[0]?.application ?? '', env: addressOf(chosen) }
    void navigate({ search: { ...rest, ...place }, replace: true, resetScroll: false })
  }
  const change = (next: { q?: string; at?: string | null }): void => {
    void navigate({
      search: (old) => {
        const { q: oldQ, at: oldAt, ...rest } = old
        const words = next.q ?? oldQ ?? ''
        const moment = next.at === undefined ? oldAt : (next.at ?? undefined)
        return {
          ...rest,
          ...(words !== '' && { q: words }),
          ...(moment !== undefined && { at: moment }),
        }
      },
      replace: true,
      resetScroll: false,
    })
  }
  return (
    <Page
      title="Environments"
      live={at === undefined ? 'Live' : null}
      actions={<TimeTravel at={at} onTravel={(to) => change({ at: to })} />}
      panel={
        cell ? <EnvironmentPanel cell={cell} at={at} onClose={() => select(null)} /> : undefined
      }
    >
      {at !== undefined && <PastBanner at={at} onBack={() => change({ at: null })} />}
      <PlacesBar>
        <FilterBar
          placeholder="Application, version or host"
          value={q}
          onChange={(words) => change({ q: words })}
        />
      </PlacesBar>
      <Part what="Environments" query={environments}>
        {() => (
          <Part what="Inventory" query={inventory}>
            {() =>
              shown === undefined || matrix === undefined ? null : shown.applications.length ===
                0 ? (
                <Nothing words={q} onClear={() => change({ q: '' })} />
              ) : (
                <>
                  {isPhone ? (
                    <MatrixList matrix={shown} selected={cell ?? undefined} onSelect={select} />
                  ) : (
                    <MatrixTable matrix={shown} selected={cell ?? undefined} onSelect={select} />
                  )}
                  {cell && (
                    <CellResources
                      application={app ?? ''}
                      environment={cell.environment}
                      rows={cell.rows}
                      componentOrder={matrix.componentsOf(app ?? '')}
                    />
                  )}
                </>
              )
            }
          </Part>
        )}
      </Part>
    </Page>
  )
}

type Environments = Parameters<typeof buildMatrix>[0]['environments']
type Rows = Parameters<typeof buildMatrix>[0]['rows']

/** The matrix of the chosen project's environments; undefined: not read yet. The order of columns and components comes when it is known. */
function useMatrix(
  environments: Environments | undefined,
  rows: Rows | undefined,
):
  | {
      readonly matrix: InventoryMatrix
      readonly componentsOf: (application: string) => readonly string[]
    }
  | undefined {
  const { chosen, projects } = useProjectChoice()
  const { data: applications } = useQuery(definitionsQuery('application'))
  const { data: pipelines } = useQuery(definitionsQuery('pipeline'))
  const { data: releases } = useQuery(definitionsQuery('release'))
  return useMemo(() => {
    if (environments === undefined || rows === undefined) return undefined
    const project = projects.find(({ id }) => id === chosen)?.name
    const within = environments.filter((one) => project === undefined || one.project === project)
    const componentsOf = (address: string): readonly string[] =>
      applications
        ?.find(({ project: own, name }) => `${own}/${name}` === address)
        ?.body.tiers.flatMap(({ components }) => components.map(({ name }) => name)) ?? []
    const names = [...new Set(within.map(({ name }) => name))]
    const ids = new Set(within.map(({ id }) => id))
    return {
      matrix: buildMatrix({
        environments: within,
        rows: rows.filter(({ environment }) => ids.has(environment)),
        order: orderEnvironments(names, pipelines ?? [], releases ?? []),
        componentsOf,
      }),
      componentsOf,
    }
  }, [environments, rows, applications, pipelines, releases, chosen, projects])
}

function Nothing({
  words,
  onClear,
}: {
  readonly words: string
  readonly onClear: () => void
}): ReactElement {
  return (
    <Card>
      {words === '' ? (
        <Empty title="No environments yet" picture={<Layers size={22} aria-hidden />}>
          An environment says where applications run. Define one in a file and apply it:{' '}
          <code>lockstep apply</code>
        </Empty>
      ) : (
        <Empty
          title={`Nothing fits “${words}”`}
          actions={
            <button type="button" onClick={onClear} className="underline">
              Clear the filter
            </button>
          }
        >
          The filter looks for applications, components, versions and hosts.
        </Empty>
      )}
    </Card>
  )
}
