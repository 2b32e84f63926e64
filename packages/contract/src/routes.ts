// All routes as one object: what the server serves, the client offers and the API description lists.

import { activityRoutes } from './routes/activity.ts'
import { apiRoutes } from './routes/api.ts'
import { artifactContentRoutes } from './routes/artifact-content.ts'
import { artifactUploadRoutes } from './routes/artifact-upload.ts'
import { auditRoutes } from './routes/audit.ts'
import { trustedKeyRoutes } from './routes/trusted-key.ts'
import { definitionRoutes } from './routes/definition.ts'
import { deliverableRoutes } from './routes/deliverable.ts'
import { eventRoutes } from './routes/event.ts'
import { faultRoutes } from './routes/fault.ts'
import { gateRoutes } from './routes/gate.ts'
import { grantRoutes } from './routes/grant.ts'
import { groupRoutes } from './routes/group.ts'
import { logRoutes } from './routes/log.ts'
import { notificationRoutes } from './routes/notification.ts'
import { placeRoutes } from './routes/place.ts'
import { planRoutes } from './routes/plan.ts'
import { projectRoutes } from './routes/project.ts'
import { reportRoutes } from './routes/report.ts'
import { runRoutes } from './routes/run.ts'
import { secretRoutes } from './routes/secret.ts'
import { serviceAccountRoutes } from './routes/service-account.ts'
import { sessionRoutes } from './routes/session.ts'
import { stepRoutes } from './routes/step.ts'
import { taskRoutes } from './routes/task.ts'
import { tokenRoutes } from './routes/token.ts'
import { userRoutes } from './routes/user.ts'
import { usualTimesRoutes } from './routes/usual-times.ts'

/** Every route under the name of its handler and client method. Add the routes of a noun as one more line. */
export const routes = {
  ...activityRoutes,
  ...apiRoutes,
  ...artifactContentRoutes,
  ...artifactUploadRoutes,
  ...auditRoutes,
  ...trustedKeyRoutes,
  ...definitionRoutes,
  ...deliverableRoutes,
  ...eventRoutes,
  ...faultRoutes,
  ...gateRoutes,
  ...grantRoutes,
  ...groupRoutes,
  ...logRoutes,
  ...notificationRoutes,
  ...placeRoutes,
  ...planRoutes,
  ...projectRoutes,
  ...reportRoutes,
  ...runRoutes,
  ...secretRoutes,
  ...serviceAccountRoutes,
  ...sessionRoutes,
  ...stepRoutes,
  ...taskRoutes,
  ...tokenRoutes,
  ...userRoutes,
  ...usualTimesRoutes,
} as const
