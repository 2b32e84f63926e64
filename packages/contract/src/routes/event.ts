import * as z from 'zod/mini'
import { raw, route } from '../route.ts'
import { idSchema, named, Timestamp } from '../schema.ts'

/** `run:run_…`, `project:prj_…`, `release:rel_…`, `environment:env_…`; `gates:mine` for gates that I may decide; `all` for all that I may see. */
export const Topic = z
  .string()
  .check(
    z.maxLength(60),
    z.regex(
      /^(all|gates:mine|(run:run|project:prj|release:rel|environment:env)_[0-7][0-9A-HJKMNP-TV-Z]{25})$/,
    ),
  )

/** `event: change`: this thing is at this version now. A reader drops what is not newer than what it has, and fetches otherwise. */
export const Change = named(
  'Change',
  z.strictObject({
    id: z.string(),
    kind: z.string(),
    version: z.int(),
    project: z.nullable(idSchema('prj')),
    run: z.nullable(z.string()),
    /** What it lives and dies with: the run it is of, the release of that run, or itself. `root` of a run is the same. */
    root: z.string(),
    at: Timestamp,
  }),
)
export type Change = z.output<typeof Change>

/** `event: reset`: fetch again what you show; what happened in between is not kept for streams. */
export const Reset = named(
  'Reset',
  z.strictObject({ reason: z.enum(['too_old', 'too_slow', 'unknown']) }),
)
export type Reset = z.output<typeof Reset>

export const followEvents = route({
  method: 'GET',
  path: '/v1/events',
  summary: 'Follow changes as server-sent events',
  permission: 'project.read',
  object: 'reach',
  /** Comma between topics. */
  query: { topics: z.string().check(z.minLength(1), z.maxLength(1200)) },
  response: raw('text/event-stream'),
  errors: [],
})

export const eventRoutes = { followEvents } as const
