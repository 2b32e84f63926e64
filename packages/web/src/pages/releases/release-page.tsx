// A release: its latest run, or its plan when none has started.

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Navigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { parseThingPart, partsOfRun } from '../../lib/address.ts'
import { releaseAtQuery } from '../../lib/runs.ts'
import { FoundPage } from '../not-found/found-page.tsx'
import { NotFoundPage } from '../not-found/not-found-page.tsx'
import { ReleaseView } from './release-view.tsx'

const here = getRouteApi('/shell/releases/$release')

export function ReleasePage(): ReactElement {
  const { release } = here.useParams()
  const thing = parseThingPart(release)
  return thing === undefined ? <NoRelease /> : <FoundRelease part={release} {...thing} />
}

function NoRelease(): ReactElement {
  return (
    <NotFoundPage
      title="There is no such release"
      list={{ to: '/releases', label: 'All releases' }}
    >
      The address may be mistyped, it may have been deleted, or you may not see it.
    </NotFoundPage>
  )
}

function FoundRelease({
  part,
  project,
  name,
}: {
  readonly part: string
  readonly project: string
  readonly name: string
}): ReactElement {
  const { show } = here.useSearch()
  const query = useQuery(releaseAtQuery({ project, name }))
  return (
    <FoundPage noun="release" query={query} thing={query.data} missing={<NoRelease />}>
      {(found) =>
        found.run !== null && show !== 'plan' ? (
          <Navigate
            to="/releases/$release/runs/$run"
            params={{ release: part, run: partsOfRun(found.run).number }}
            replace
          />
        ) : (
          <ReleaseView release={found} />
        )
      }
    </FoundPage>
  )
}
