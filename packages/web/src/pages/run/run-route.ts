import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'
import { oneOf, searchSchema, textLike } from '../../lib/search.ts'

const PAGE = {
  validateSearch: searchSchema({
    /** The gate in the panel: `staging.exit`. */
    gate: textLike(/^[a-z0-9.-]{1,60}\.(?:entry|exit)$/),
    /** The task in the panel, `staging/deploy`, and the step of its process. */
    task: textLike(/^[^\p{Cc}]{1,400}$/u),
    step: textLike(/^[^\p{Cc}]{1,400}$/u),
    /** The stage that is drawn wide. */
    stage: textLike(/^[a-z0-9.-]{1,60}$/),
    /** The panel was closed; without it, it opens on the gate that waits on me. */
    panel: oneOf(['closed']),
  }),
  component: lazyRouteComponent(() => import('./run-page.tsx'), 'RunPage'),
} as const

/** A run of a release: `/releases/connected-car:connected-car-2.0/runs/7`. */
export const releaseRunRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/releases/$release/runs/$run',
  ...PAGE,
})

/** Any run by its id; one of a release is led on to the address above. */
export const runRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/runs/$run',
  ...PAGE,
})

/** What else there is about a run: its path to production, contents, changes, evidence, definition. */
export const releaseRunTabRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/releases/$release/runs/$run/$tab',
  ...PAGE,
})
export const runTabRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/runs/$run/$tab',
  ...PAGE,
})
