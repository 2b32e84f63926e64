// Manual tasks that wait for people, over all runs.

import * as z from 'zod/mini'
import { route } from '../route.ts'
import { idSchema, named, Timestamp } from '../schema.ts'
import { TaskKey, ThingName } from './run.ts'

/** More than that wait nowhere long. */
export const WAITING_TASKS_MAX = 100

/** A manual task that somebody has to end. */
export const WaitingTask = named(
  'WaitingTask',
  z.strictObject({
    run: idSchema('run'),
    /** `connected-car/connected-car-2.0/7`. */
    runAddress: z.string(),
    /** The title of the release or pipeline. */
    of: z.string(),
    stage: ThingName,
    stageTitle: z.string(),
    task: TaskKey,
    title: z.string(),
    instructions: z.string(),
    /** Groups and people who end it; nobody named: whoever may complete tasks there. */
    by: z.array(z.string()),
    since: Timestamp,
  }),
)

export const listWaitingTasks = route({
  method: 'GET',
  path: '/v1/waiting-tasks',
  summary: 'List manual tasks that wait, the oldest first',
  permission: 'run.read',
  object: 'reach',
  query: {
    /** Only those that I may end. */
    mine: z.optional(z.boolean()),
  },
  response: named('WaitingTasks', z.strictObject({ items: z.array(WaitingTask) })),
  errors: [],
})

export const taskRoutes = { listWaitingTasks } as const
