// The live state of one run: stages, lanes and gates, and a panel for what is selected.

import { parseId, type RunId } from '@lockstep/domain'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { Navigate, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { parseThingPart, partsOfRun, thingPart } from '../../lib/address.ts'
import { runAtQuery } from '../../lib/find-run.ts'
import { runQuery } from '../../lib/runs.ts'
import { ErrorCard } from '../../ui/error-card.tsx'
import { FoundPage } from '../not-found/found-page.tsx'
import { NotFoundPage } from '../not-found/not-found-page.tsx'
import { RUN_TABS } from './run-tabs.tsx'
import { RunView } from './run-view.tsx'
import { useRunSearch } from './use-run-search.ts'

export function RunPage(): ReactElement {
  const { release, run } = useParams({ strict: false })
  if (run === undefined) return <NoRun />
  if (release === undefined) {
    const id = parseId('run', run)
    return id === undefined ? <NoRun /> : <KnownRun id={id} isByRelease={false} />
  }
  const thing = parseThingPart(release)
  return thing === undefined || !/^[1-9]\d{0,8}$/.test(run) ? (
    <NoRun />
  ) : (
    <FoundRun address={`${thing.project}/${thing.name}/${run}`} />
  )
}

function NoRun(): ReactElement {
  return (
    <NotFoundPage title="There is no such run" list={{ to: '/runs', label: 'All runs' }}>
      A run keeps its number for ever, so the address may be mistyped, or you may not see it.
    </NotFoundPage>
  )
}

function FoundRun({ address }: { readonly address: string }): ReactElement {
  const query = useQuery(runAtQuery(address))
  return (
    <FoundPage noun="run" query={query} thing={query.data} missing={<NoRun />}>
      {({ id }) => <KnownRun id={id} isByRelease />}
    </FoundPage>
  )
}

function KnownRun({
  id,
  isByRelease,
}: {
  readonly id: RunId
  readonly isByRelease: boolean
}): ReactElement {
  const { search } = useRunSearch()
  const { tab } = useParams({ strict: false })
  const query = useQuery(runQuery(id))
  const shown = RUN_TABS.find((one) => one === tab)
  if (tab !== undefined && shown === undefined) return <NoRun />
  return (
    <FoundPage noun="run" query={query} thing={query.data} missing={<NoRun />}>
      {(run) => {
        if (!isByRelease && run.release !== null) {
          const { project, name, number } = partsOfRun(run.address)
          return (
            <Navigate
              to={
                tab === undefined
                  ? '/releases/$release/runs/$run'
                  : '/releases/$release/runs/$run/$tab'
              }
              params={{ release: thingPart({ project, name }), run: number, tab: tab ?? '' }}
              search={search}
              replace
            />
          )
        }
        return <RunView run={run} tab={shown} failure={<FailedRead query={query} />} />
      }}
    </FoundPage>
  )
}

function FailedRead({
  query: { error, refetch, dataUpdatedAt },
}: {
  readonly query: UseQueryResult
}): ReactElement | null {
  if (error === null) return null
  return (
    <ErrorCard
      what="The run could not be loaded"
      error={error}
      readAt={dataUpdatedAt}
      onRetry={() => void refetch()}
    />
  )
}
