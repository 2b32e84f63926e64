import { Link } from '@tanstack/react-router'
import { lazy, Suspense, type ReactElement } from 'react'
import { Page } from '../../layout/page.tsx'
import { useNow } from '../../lib/now.ts'
import { buttonClasses } from '../../ui/button.tsx'
import { WaitingList } from './waiting-list.tsx'

// What waits on me can be answered first; the rest is asked for at the same moment and comes after it.
const loadRuns = import('./runs-that-need-somebody.tsx')
const loadReleases = import('./releases-in-flight.tsx')
const loadCalendar = import('./change-calendar.tsx')
const loadAside = import('./home-aside.tsx')
const RunsThatNeedSomebody = lazy(() =>
  loadRuns.then(({ RunsThatNeedSomebody: it }) => ({ default: it })),
)
const ReleasesInFlight = lazy(() =>
  loadReleases.then(({ ReleasesInFlight: it }) => ({ default: it })),
)
const ChangeCalendar = lazy(() => loadCalendar.then(({ ChangeCalendar: it }) => ({ default: it })))
const HomeAside = lazy(() => loadAside.then(({ HomeAside: it }) => ({ default: it })))

/** What waits on me, and what is moving. */
export function HomePage(): ReactElement {
  return (
    <Page title="Home" detail={<Today />} actions={<NewRelease />}>
      <div className="mx-auto grid max-w-400 grid-cols-1 gap-6 full:grid-cols-[minmax(0,1fr)_352px]">
        <div className="min-w-0">
          <WaitingList />
          <Suspense>
            <RunsThatNeedSomebody />
          </Suspense>
          <Suspense>
            <ReleasesInFlight />
          </Suspense>
          <Suspense>
            <ChangeCalendar />
          </Suspense>
        </div>
        <div className="grid min-w-0 grid-cols-1 content-start gap-4 rail:max-full:grid-cols-2">
          <Suspense>
            <HomeAside />
          </Suspense>
        </div>
      </div>
    </Page>
  )
}

function NewRelease(): ReactElement {
  return (
    <Link to="/releases/new" className={buttonClasses()}>
      New release
    </Link>
  )
}

/** `Tue 17 Nov, 14:32`. */
function Today(): ReactElement {
  const now = new Date(useNow(60_000))
  const day = now.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })
  const time = now.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  return <time dateTime={now.toISOString()}>{`${day}, ${time}`}</time>
}
