import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'
import { flag, searchSchema, textLike } from '../../lib/search.ts'

export const agentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/agents',
  /** `evicted`: also those that were shut out. */
  validateSearch: searchSchema({ q: textLike(), evicted: flag }),
  component: lazyRouteComponent(() => import('./agents-page.tsx'), 'AgentsPage'),
})

export const agentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/agents/$agent',
  component: lazyRouteComponent(() => import('./agent-page.tsx'), 'AgentPage'),
})
