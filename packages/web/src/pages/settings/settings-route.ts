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
  /** `q`: what a list is filtered by; `outcome`: of messages; `message`: the open one. */
  validateSearch: searchSchema({
    q: textLike(),
    outcome: textLike(),
    message: textLike(/^ntf_[0-9A-Z]{26}$/),
  }),
  component,
})
