// How long runs usually take: what somebody who waits compares with.

import * as z from 'zod/mini'

import { route } from '../route.ts'
import { idSchema, named } from '../schema.ts'
import { ThingName } from './run.ts'

/** Times of the runs before of the same pipeline, in which the stage or task succeeded. */
export const UsualTimes = named(
  'UsualTimes',
  z.strictObject({
    times: z.array(
      z.strictObject({
        stage: ThingName,
        /** Key of a task; null: the whole stage, with its gates and all that it waited for. */
        task: z.nullable(z.string()),
        /** Half of them took less. */
        medianMs: z.int(),
        /** Of so many. */
        count: z.int(),
      }),
    ),
  }),
)

export const showUsualTimes = route({
  method: 'GET',
  path: '/v1/runs/{run}/usual-times',
  summary: 'Show how long its stages and tasks took in the runs before',
  permission: 'run.read',
  object: 'params.run',
  params: { run: idSchema('run') },
  response: UsualTimes,
  errors: [],
})

export const usualTimesRoutes = { showUsualTimes } as const
