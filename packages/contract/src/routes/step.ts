// A step of a run from near: what its work made, and what it was told to do.

import * as z from 'zod/mini'
import { route } from '../route.ts'
import { DigestText, idSchema, named } from '../schema.ts'

const Variable = z.strictObject({
  name: z.string(),
  value: z.nullable(z.string()),
  /** The name of a secret, whose value only the agent is given; null: the value stands there. */
  secret: z.nullable(z.string()),
})

const Setting = z.strictObject({ name: z.string(), value: z.string() })

export const StepDetail = named(
  'StepDetail',
  z.strictObject({
    /** Where its artifacts are. */
    project: idSchema('prj'),
    /** What its jobs took out of their work. */
    artifacts: z.array(
      z.strictObject({
        component: z.string(),
        version: z.string(),
        digest: DigestText,
        sizeBytes: z.int(),
        job: idSchema('job'),
        /** Whether the bytes can be had; false: they were deleted, or their version has other ones. */
        kept: z.boolean(),
      }),
    ),
    /** The settings of the step, as the plan of the run keeps them: parameters are filled in. */
    settings: z.array(Setting),
    /** What every command of the process is given in its environment. */
    variables: z.array(Variable),
    /** What is done on each resource, one after the other. */
    links: z.array(
      z.strictObject({
        name: z.string(),
        /** The command, the script, or in words what is put where. */
        does: z.string(),
        variables: z.array(Variable),
        settings: z.array(Setting),
      }),
    ),
  }),
)

export const showStep = route({
  method: 'GET',
  path: '/v1/runs/{run}/steps/{step}',
  summary: 'Show what a step of a run made, and what it was told to do',
  permission: 'run.read',
  object: 'params.run',
  params: { run: idSchema('run'), step: idSchema('stp') },
  response: StepDetail,
  errors: [],
})

export const stepRoutes = { showStep } as const
