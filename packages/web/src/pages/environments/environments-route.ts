import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'
import { moment, searchSchema, textLike } from '../../lib/search.ts'

const address = textLike(/^[a-z0-9-]+\/[a-z0-9-]+$/)

export const environmentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/environments',
  /** `app` and `env`: the selected cell, each as `project/name`. */
  validateSearch: searchSchema({ app: address, env: address, q: textLike(), at: moment }),
  component: lazyRouteComponent(() => import('./environments-page.tsx'), 'EnvironmentsPage'),
})
