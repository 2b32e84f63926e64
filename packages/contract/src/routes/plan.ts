// What would be done, seen before it is, and started as it was seen.

import * as z from 'zod/mini'

import { route } from '../route.ts'
import { DigestText, idSchema, named, Timestamp } from '../schema.ts'
import { brought, Run, ThingAddress, ThingName, UsedRevision } from './run.ts'

/** A plan that was made: what would be done, without anything being started. */
export const Plan = named(
  'Plan',
  z.strictObject({
    digest: DigestText,
    project: z.string(),
    name: z.string(),
    title: z.string(),
    set: z.nullable(z.int()),
    /** It takes back what a release has done. */
    wayBack: z.boolean(),
    /** It brings back what was wanted where something drifts. */
    putBack: z.boolean(),
    startsAt: z.nullable(Timestamp),
    /** What stays as it is, in sentences. */
    cannotBeUndone: z.array(z.string()),
    /** Gates at which it would wait in vain: nobody, or not enough people, may approve there when the caller starts it. */
    warnings: z.array(z.string()),
    brings: z.array(z.strictObject({ ...brought, from: z.nullable(z.string()) })),
    stages: z.array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        environment: z.nullable(z.string()),
        environmentFree: z.boolean(),
        entry: z.array(z.string()),
        exit: z.array(z.string()),
        tasks: z.array(
          z.strictObject({
            key: z.string(),
            title: z.string(),
            kind: z.string(),
            groups: z.array(z.string()),
            after: z.array(z.int()),
            application: z.nullable(z.string()),
            from: z.nullable(z.string()),
            to: z.nullable(z.string()),
            lines: z.array(
              z.strictObject({
                step: z.string(),
                tier: z.nullable(z.string()),
                component: z.nullable(z.string()),
                resources: z.array(z.string()),
                does: z.array(z.string()),
                skipped: z.nullable(z.string()),
                from: z.nullable(z.string()),
                to: z.nullable(z.string()),
                atOnce: z.nullable(z.int()),
              }),
            ),
            irreversible: z.nullable(z.string()),
          }),
        ),
      }),
    ),
    revisions: z.array(UsedRevision),
  }),
)

const subject = { project: idSchema('prj'), name: ThingName }
/** Of a release: its way back, all applications together; `snapshots` name where they go. */
const wayBack = z.optional(z.boolean())
/** Only that what is wanted of this application comes back where it drifts: by the stage that deploys it to this environment. */
const putBack = z.optional(
  z.strictObject({ environment: idSchema('env'), application: ThingAddress }),
)
/** Nothing begins before this moment. */
const startsAt = z.optional(Timestamp)
const parameters = z.optional(z.record(z.string(), z.union([z.string(), z.number()])))
const snapshots = z.optional(z.record(z.string(), z.string()))

export const makePlan = route({
  method: 'POST',
  path: '/v1/plans',
  summary: 'Plan a run without starting it',
  permission: 'plan.make',
  object: 'body.project',
  body: {
    ...subject,
    parameters,
    snapshots,
    wayBack,
    putBack,
    startsAt,
    /** The definition of a release that is not there yet, to see what it would do: the plan of such a release is never started. */
    release: z.optional(z.record(z.string(), z.unknown())),
  },
  response: Plan,
  errors: ['plan_refused'],
})

/** A run that was started, and the gates at which it would wait in vain as things are. */
export const RunStarted = named('RunStarted', z.extend(Run, { warnings: z.array(z.string()) }))

export const startRun = route({
  method: 'POST',
  path: '/v1/runs',
  summary: 'Start a run of a pipeline or release',
  permission: 'run.start',
  object: 'body.project',
  body: {
    ...subject,
    parameters,
    snapshots,
    wayBack,
    putBack,
    startsAt,
    /** Start exactly this plan; its first eight digits will do. */
    plan: z.optional(
      z
        .string()
        .check(
          z.regex(/^(sha256:)?[0-9a-f]{8,64}$/, 'use 8 to 64 hex digits, as the plan shows them'),
        ),
    ),
  },
  response: RunStarted,
  status: 201,
  errors: ['plan_refused', 'plan_unknown', 'plan_outdated', 'wrong_state'],
})

export const planRoutes = { makePlan, startRun } as const
