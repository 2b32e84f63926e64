import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'
import { searchSchema, textLike } from '../../lib/search.ts'

/** `$process`: `deploy` of the application, or `ingest-api.deploy` of a component. */
export const processRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apps/$app/processes/$process',
  validateSearch: searchSchema({ step: textLike() }),
  component: lazyRouteComponent(() => import('./process-page.tsx'), 'ProcessPage'),
})
