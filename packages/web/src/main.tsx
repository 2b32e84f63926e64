// Starts the page.

import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './lib/query-client.ts'
import { meQuery } from './lib/session/me.ts'
import { guardScriptAddresses } from './lib/trusted-scripts.ts'
import { createPageRouter } from './router.tsx'
import './styles/page.css'

guardScriptAddresses()

const queryClient = createQueryClient(() => {
  queryClient.setQueryData(meQuery.queryKey, null)
  void router.invalidate()
})
const router = createPageRouter(queryClient)

const place = document.querySelector('#page')
if (place === null) throw new Error('index.html has a place for the page')
createRoot(place).render(
  <StrictMode>
    {/* Styles come from files only: the server's policy allows no other. */}
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
)
