import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'
import { count, oneOf, searchSchema, textLike } from '../../lib/search.ts'

export const pipelinesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/pipelines',
  validateSearch: searchSchema({ q: textLike() }),
  component: lazyRouteComponent(() => import('./pipelines-page.tsx'), 'PipelinesPage'),
})

export const pipelineRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/pipelines/$pipeline',
  validateSearch: searchSchema({
    view: oneOf(['runs', 'revisions']),
    /** The part in the panel: `stages.0.exit`. */
    part: textLike(/^[a-zA-Z.\d]{1,100}$/),
    /** A revision that is shown instead of the newest; of two that are compared, the newer. */
    revision: count,
    against: count,
  }),
  component: lazyRouteComponent(() => import('./pipeline-page.tsx'), 'PipelinePage'),
})
