import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router'
import { NotFoundPage } from '../pages/not-found/not-found-page.tsx'
import { ErrorCard } from '../ui/error-card.tsx'

/** What every route gets. */
export interface PageContext {
  readonly queryClient: QueryClient
}

export const rootRoute = createRootRouteWithContext<PageContext>()({
  component: Outlet,
  notFoundComponent: () => <NotFoundPage />,
  errorComponent: ({ error, reset }) => (
    <main className="mx-auto max-w-160 p-6">
      <ErrorCard what="This page could not be shown" error={error} onRetry={reset} />
    </main>
  ),
})
