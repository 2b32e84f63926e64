import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'
import { flag, moment, searchSchema, textLike } from '../../lib/search.ts'

const address = textLike(/^[a-z0-9-]+\/[a-z0-9-]+$/)

export const environmentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/environments',
  /** `app` and `env`: the selected cell, each as `project/name`. */
  validateSearch: searchSchema({ app: address, env: address, q: textLike(), at: moment }),
  component: lazyRouteComponent(() => import('./environments-page.tsx'), 'EnvironmentsPage'),
})

export const driftRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/environments/drift',
  validateSearch: searchSchema({ q: textLike() }),
  component: lazyRouteComponent(() => import('./drift-page.tsx'), 'DriftPage'),
})

export const compareRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/environments/compare',
  /** `a` and `b`: environments as `project/name`; `all`: also what is the same. */
  validateSearch: searchSchema({ a: address, b: address, all: flag }),
  component: lazyRouteComponent(() => import('./compare-page.tsx'), 'ComparePage'),
})

export const environmentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/environments/$environment',
  validateSearch: searchSchema({ at: moment }),
  component: lazyRouteComponent(() => import('./environment-page.tsx'), 'EnvironmentPage'),
})
