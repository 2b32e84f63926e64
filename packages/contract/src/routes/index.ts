// All routes as one object: what the server serves, the client offers and the API description lists.

import { apiRoutes } from './api.ts'
import { eventRoutes } from './event.ts'
import { grantRoutes } from './grant.ts'
import { groupRoutes } from './group.ts'
import { projectRoutes } from './project.ts'
import { serviceAccountRoutes } from './service-account.ts'
import { sessionRoutes } from './session.ts'
import { tokenRoutes } from './token.ts'
import { userRoutes } from './user.ts'

/** Every route under the name of its handler and client method. Add the routes of a noun as one more line. */
export const routes = {
  ...apiRoutes,
  ...eventRoutes,
  ...grantRoutes,
  ...groupRoutes,
  ...projectRoutes,
  ...serviceAccountRoutes,
  ...sessionRoutes,
  ...tokenRoutes,
  ...userRoutes,
} as const
