import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../layout/root-route.tsx'
import { searchSchema, textLike } from '../../lib/search.ts'

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: searchSchema({
    /** Where to go afterwards: an address of this page, never of another site. */
    to: textLike(/^\/(?![/\\])[^\p{Cc}]{0,2000}$/u),
  }),
  component: lazyRouteComponent(() => import('./sign-in-page.tsx'), 'SignInPage'),
})
