import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'
import { searchSchema, textLike } from '../../lib/search.ts'

const component = lazyRouteComponent(() => import('./settings-page.tsx'), 'SettingsPage')

export const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component,
})

export const settingsPartRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/$',
  /** `q`: what a list is filtered by; `outcome`: of messages. */
  validateSearch: searchSchema({ q: textLike(), outcome: textLike() }),
  component,
})
