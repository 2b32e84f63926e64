import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'

/** Where every mail about a gate leads. */
export const gateRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/gates/$gate',
  component: lazyRouteComponent(() => import('./gate-page.tsx'), 'GatePage'),
})
