import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'
import { count, oneOf, searchSchema, textLike } from '../../lib/search.ts'

/** `$process`: `deploy` of the application, or `ingest-api.deploy` of a component. */
export const processRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apps/$app/processes/$process',
  validateSearch: searchSchema({
    step: textLike(),
    /** How it went in a run, or what differs between two revisions; without it as it is defined. */
    view: oneOf(['run', 'compare']),
    /** Which run, and which of its tasks as `staging/deploy vehicle-firmware`; without them the newest. */
    run: textLike(/^run_[0-9A-HJKMNP-TV-Z]{26}$/),
    task: textLike(),
    /** A revision of the application, and the one that it is compared with. */
    revision: count,
    against: count,
  }),
  component: lazyRouteComponent(() => import('./process-page.tsx'), 'ProcessPage'),
})
