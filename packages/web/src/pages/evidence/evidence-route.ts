import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'
import { day, oneOf, searchSchema, textLike } from '../../lib/search.ts'

export const evidenceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/evidence',
  /** `project`: by its name; `subject`: the id of one thing; `by`: of a person; `from`, `to`: days; `entry`: the selected one. */
  validateSearch: searchSchema({
    project: textLike(/^[a-z0-9-]{1,40}$/),
    about: oneOf(['decisions', 'runs', 'deployments', 'definitions', 'access']),
    by: textLike(/^(?:usr|svc)_[0-9A-Z]{26}$/),
    subject: textLike(/^[a-z]{3}_[0-9A-Z]{26}$/),
    from: day,
    to: day,
    entry: textLike(),
  }),
  component: lazyRouteComponent(() => import('./evidence-page.tsx'), 'EvidencePage'),
})
