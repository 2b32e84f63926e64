// The frame around every screen of a person who is signed in. Screens are its children.

import { createRoute, redirect } from '@tanstack/react-router'
import { meQuery } from '../lib/session/me.ts'
import { NotFoundPage } from '../pages/not-found/not-found-page.tsx'
import { rootRoute } from './root-route.tsx'
import { Shell } from './shell.tsx'

export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  async beforeLoad({ context, location }) {
    const me = await context.queryClient.ensureQueryData(meQuery)
    // The address survives signing in: a link of a mail leads where it says.
    if (me === null) throw redirect({ to: '/sign-in', search: { to: location.href } })
  },
  component: Shell,
  notFoundComponent: () => <NotFoundPage />,
})
