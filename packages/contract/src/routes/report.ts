// What audit asks for: what was deployed, who decided what; and when releases are planned.

import * as z from 'zod/mini'
import { CALENDAR_STATES } from '@lockstep/domain'

import { route } from '../route.ts'
import { idSchema, named, pageOf, pageQuery, Timestamp } from '../schema.ts'

const period = {
  ...pageQuery,
  project: z.optional(idSchema('prj')),
  from: z.optional(Timestamp),
  until: z.optional(Timestamp),
}

/** One process of an application in an environment: a deployment, or what takes one away. */
export const DeploymentRecord = named(
  'DeploymentRecord',
  z.strictObject({
    id: idSchema('prc'),
    at: Timestamp,
    finishedAt: z.nullable(Timestamp),
    environment: z.string(),
    application: z.string(),
    process: z.string(),
    from: z.nullable(z.string()),
    to: z.nullable(z.string()),
    state: z.string(),
    /** Address of the run, and who started it. */
    run: z.nullable(z.string()),
    by: z.nullable(z.string()),
  }),
)

export const listDeployments = route({
  method: 'GET',
  path: '/v1/reports/deployments',
  summary: 'List deployments, newest first',
  permission: 'run.read',
  object: 'reach',
  query: { ...period, environment: z.optional(idSchema('env')) },
  response: pageOf(DeploymentRecord),
  errors: [],
})

/** One decision of a person at a gate. */
export const ApprovalRecord = named(
  'ApprovalRecord',
  z.strictObject({
    at: Timestamp,
    person: z.string(),
    decision: z.enum(['approve', 'reject', 'override', 'withdraw', 'void']),
    comment: z.string(),
    gate: z.string(),
    title: z.string(),
    rule: z.string(),
    brings: z.array(z.strictObject({ application: z.string(), to: z.nullable(z.string()) })),
  }),
)

export const listApprovals = route({
  method: 'GET',
  path: '/v1/reports/approvals',
  summary: 'List decisions at gates, newest first',
  permission: 'gate.read',
  object: 'reach',
  query: period,
  response: pageOf(ApprovalRecord),
  errors: [],
})

/** A stage of a release, or a time in which an environment takes nothing. */
export const CalendarEntry = named(
  'CalendarEntry',
  z.strictObject({
    kind: z.enum(['stage', 'freeze']),
    project: z.string(),
    /** Address of the release or of the environment. */
    subject: z.string(),
    title: z.string(),
    stage: z.nullable(z.string()),
    environment: z.nullable(z.string()),
    /** When it is planned, or begins; null: nobody has planned it. */
    at: z.nullable(Timestamp),
    /** A day is planned, without a time. */
    isDay: z.boolean(),
    /** When it has begun, and when it was over or will be. */
    begun: z.nullable(Timestamp),
    until: z.nullable(Timestamp),
    state: z.enum(CALENDAR_STATES),
  }),
)

export const showCalendar = route({
  method: 'GET',
  path: '/v1/calendar',
  summary: 'Show what is planned when, and how it went',
  permission: 'release.read',
  object: 'reach',
  query: {
    project: z.optional(idSchema('prj')),
    from: z.optional(Timestamp),
    until: z.optional(Timestamp),
  },
  response: z.strictObject({ items: z.array(CalendarEntry) }),
  errors: [],
})

export const reportRoutes = { listDeployments, listApprovals, showCalendar } as const
