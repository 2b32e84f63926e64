import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'
import { day, oneOf, searchSchema, textLike } from '../../lib/search.ts'

export const releasesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/releases',
  validateSearch: searchSchema({
    view: oneOf(['calendar']),
    q: textLike(),
    /** Which of them; without it all. */
    show: oneOf(['flight', 'ended']),
    /** The first day of the calendar. */
    from: day,
  }),
  component: lazyRouteComponent(() => import('./releases-page.tsx'), 'ReleasesPage'),
})

export const newReleaseRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/releases/new',
  component: lazyRouteComponent(() => import('./new-release-page.tsx'), 'NewReleasePage'),
})

/** Its latest run; with `?show=plan`, or when none has started, its plan. */
export const releaseRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/releases/$release',
  validateSearch: searchSchema({ show: oneOf(['plan']) }),
  component: lazyRouteComponent(() => import('./release-page.tsx'), 'ReleasePage'),
})
