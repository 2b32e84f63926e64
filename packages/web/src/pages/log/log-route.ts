import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'
import { oneOf, searchSchema, textLike } from '../../lib/search.ts'

/** `$step`: the id of the step, whose jobs have the logs. A line is `#L396`. */
export const logRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/runs/$run/steps/$step/log',
  validateSearch: searchSchema({
    /** Which job; without it the one that people look for first. */
    job: textLike(/^job_[0-9A-HJKMNP-TV-Z]{26}$/),
    /** What is shown instead of the log. */
    tab: oneOf(['attempts', 'parameters', 'artifacts', 'definition']),
    q: textLike(),
    only: oneOf(['errors', 'warnings']),
  }),
  component: lazyRouteComponent(() => import('./log-page.tsx'), 'LogPage'),
})
