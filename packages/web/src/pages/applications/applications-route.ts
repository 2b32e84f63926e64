import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'
import { searchSchema, textLike } from '../../lib/search.ts'

export const applicationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apps',
  validateSearch: searchSchema({ q: textLike() }),
  component: lazyRouteComponent(() => import('./applications-page.tsx'), 'ApplicationsPage'),
})

export const modelRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apps/$app/model',
  /** `env`: whose tiers are shown, as `project/name`; `component`: the selected one. */
  validateSearch: searchSchema({
    env: textLike(/^[a-z0-9-]+\/[a-z0-9-]+$/),
    component: textLike(),
  }),
  component: lazyRouteComponent(() => import('./model-page.tsx'), 'ModelPage'),
})

export const snapshotsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apps/$app/snapshots',
  /** `snapshot`: the selected one by its version; `with`: the one that it is compared with. */
  validateSearch: searchSchema({ q: textLike(), snapshot: textLike(), with: textLike() }),
  component: lazyRouteComponent(() => import('./snapshots-page.tsx'), 'SnapshotsPage'),
})
