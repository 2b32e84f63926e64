import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'
import { oneOf, searchSchema, textLike } from '../../lib/search.ts'

export const runsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/runs',
  /** `name`: of a pipeline or release; `q`: letters of name, title, branch or commit. */
  validateSearch: searchSchema({
    state: oneOf(['waiting', 'running', 'failed', 'succeeded', 'aborted']),
    name: textLike(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/),
    q: textLike(/^[^\p{Cc}]{1,100}$/u),
  }),
  component: lazyRouteComponent(() => import('./runs-page.tsx'), 'RunsPage'),
})
