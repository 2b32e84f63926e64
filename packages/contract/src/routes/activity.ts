// What has happened, in a few words: for Home, not for audit.

import * as z from 'zod/mini'
import { route } from '../route.ts'
import { idSchema, named, Timestamp } from '../schema.ts'

export const ACTIVITY_MAX = 50

/** One thing that happened. Who: a person, a trigger, or null when nobody did it. */
export const ActivityEntry = named(
  'ActivityEntry',
  z.strictObject({
    /** Unique among all. */
    key: z.string(),
    at: Timestamp,
    what: z.enum([
      'run_started',
      'run_succeeded',
      'run_failed',
      'run_aborted',
      'approved',
      'rejected',
      'overridden', // somebody overrides a gate
      'approval_withdrawn',
      'approval_void',
      'snapshot_taken',
    ]),
    by: z.nullable(z.string()),
    /** The run, "Staging exit gate", or the snapshot as `data-backend 2.0.0-rc.6`. */
    subject: z.string(),
    /** What it belongs to: the title of the release or pipeline. */
    of: z.nullable(z.string()),
    run: z.nullable(idSchema('run')),
    /** `connected-car/connected-car-2.0/7`. */
    runAddress: z.nullable(z.string()),
    gate: z.nullable(idSchema('gat')),
  }),
)

export const listActivity = route({
  method: 'GET',
  path: '/v1/activity',
  summary: 'Show what happened last: runs, decisions, snapshots',
  permission: 'run.read',
  object: 'reach',
  query: {
    project: z.optional(idSchema('prj')),
    most: z.optional(z.int().check(z.minimum(1), z.maximum(ACTIVITY_MAX))),
  },
  response: named('Activity', z.strictObject({ items: z.array(ActivityEntry) })),
  errors: [],
})

export const activityRoutes = { listActivity } as const
