import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../layout/shell-route.tsx'
import { oneOf, searchSchema, textLike } from '../../lib/search.ts'

export const pipelineEditorRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/pipelines/$pipeline/edit',
  validateSearch: searchSchema({
    part: textLike(/^[a-zA-Z.\d]{1,100}$/),
    show: oneOf(['split', 'code']),
  }),
  component: lazyRouteComponent(() => import('./editor-page.tsx'), 'PipelineEditorPage'),
})
