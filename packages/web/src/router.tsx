// All screens. A screen adds its route here, in the order of UI.md section 3.

import type { QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { rootRoute } from './layout/root-route.tsx'
import { shellRoute } from './layout/shell-route.tsx'
import { agentRoute, agentsRoute } from './pages/agents/agents-route.ts'
import {
  applicationsRoute,
  modelRoute,
  snapshotsRoute,
} from './pages/applications/applications-route.ts'
import {
  compareRoute,
  driftRoute,
  environmentRoute,
  environmentsRoute,
} from './pages/environments/environments-route.ts'
import { evidenceRoute } from './pages/evidence/evidence-route.ts'
import { gateRoute } from './pages/gate/gate-route.ts'
import { homeRoute } from './pages/home/home-route.ts'
import { invitationRoute } from './pages/invitation/invitation-route.ts'
import { logRoute } from './pages/log/log-route.ts'
import { pipelineEditorRoute } from './pages/pipeline-editor/editor-route.ts'
import { pipelineRoute, pipelinesRoute } from './pages/pipelines/pipelines-route.ts'
import { processRoute } from './pages/process/process-route.ts'
import { newReleaseRoute, releaseRoute, releasesRoute } from './pages/releases/releases-route.ts'
import {
  releaseRunRoute,
  releaseRunTabRoute,
  runRoute,
  runTabRoute,
} from './pages/run/run-route.ts'
import { runsRoute } from './pages/runs/runs-route.ts'
import { setUpRoute } from './pages/set-up/set-up-route.ts'
import { settingsPartRoute, settingsRoute } from './pages/settings/settings-route.ts'
import { signInRoute } from './pages/sign-in/sign-in-route.ts'

const routeTree = rootRoute.addChildren([
  signInRoute,
  setUpRoute,
  invitationRoute,
  shellRoute.addChildren([
    homeRoute,
    releasesRoute,
    newReleaseRoute,
    releaseRoute,
    releaseRunRoute,
    releaseRunTabRoute,
    gateRoute,
    pipelinesRoute,
    pipelineRoute,
    pipelineEditorRoute,
    runsRoute,
    runRoute,
    logRoute,
    runTabRoute,
    applicationsRoute,
    modelRoute,
    processRoute,
    snapshotsRoute,
    environmentsRoute,
    driftRoute,
    compareRoute,
    environmentRoute,
    evidenceRoute,
    agentsRoute,
    agentRoute,
    settingsRoute,
    settingsPartRoute,
  ]),
])

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is made of all routes; the router's types read it
export function createPageRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    // `project:name` stays readable, and a link to where the page is equals its address.
    pathParamsAllowedCharacters: [':'],
    // What no screen has validated is not there for any of them.
    search: { strict: true },
    // Queries know by themselves what is fresh.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultPendingMs: 150,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPageRouter>
  }
}
