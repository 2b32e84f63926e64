// Logs of jobs as people read them: line by line, with what stands where, and searched as a whole.

import * as z from 'zod/mini'

import { raw, route } from '../route.ts'
import { idSchema, named, withDefault } from '../schema.ts'

const params = { run: idSchema('run'), job: idSchema('job') }
/** Lines are counted from 1. */
const LineNumber = z.int().check(z.minimum(1))

export const LOG_LINES_MAX = 1_000

const Remarks = z.strictObject({
  count: z.int(),
  /** The first of them, each with the last line that belongs to it. */
  found: z.array(z.strictObject({ line: z.int(), through: z.int(), text: z.string() })),
})

export const LogOutline = named(
  'LogOutline',
  z.strictObject({
    /** Lines that have ended. They never change. */
    lines: z.int(),
    bytes: z.int(),
    /** False: it is long, and what is said here is not about all of it yet; ask again. */
    whole: z.boolean(),
    /** Nothing more is written. */
    ended: z.boolean(),
    state: z.string(),
    errors: Remarks,
    warnings: Remarks,
    groups: z.array(
      z.strictObject({
        line: z.int(),
        title: z.string(),
        /** Its last line; null: it goes on. */
        through: z.nullable(z.int()),
        /** The line that only says that it ends, if there is one. */
        marker: z.nullable(z.int()),
        /** When it began, since the job began, and how long it took; null: not known. */
        ms: z.nullable(z.int()),
        tookMs: z.nullable(z.int()),
      }),
    ),
  }),
)

export const LogLines = named(
  'LogLines',
  z.strictObject({
    from: z.int(),
    lines: z.array(
      z.strictObject({
        /** As a terminal would show it; colours are escape sequences. */
        text: z.string(),
        /** Since the job began; null: not known. */
        ms: z.nullable(z.int()),
      }),
    ),
    total: z.int(),
  }),
)

export const LogHits = named(
  'LogHits',
  z.strictObject({
    words: z.string(),
    /** All hits in the lines that have ended. */
    count: z.int(),
    /** The line of each hit, in order; of very many the first. */
    lines: z.array(z.int()),
    /** How many lines were searched. */
    searched: z.int(),
  }),
)

export const showJobLog = route({
  method: 'GET',
  path: '/v1/runs/{run}/jobs/{job}/log/outline',
  summary: 'Show how long a log is, its groups, and its errors and warnings',
  permission: 'log.read',
  object: 'params.run',
  params,
  query: {
    /** The number of lines that the caller knows of: waits until there are more. */
    beyond: z.optional(z.int().check(z.minimum(0))),
    waitMs: z.optional(z.int().check(z.minimum(0), z.maximum(25_000))),
  },
  response: LogOutline,
  errors: [],
})

export const readJobLogLines = route({
  method: 'GET',
  path: '/v1/runs/{run}/jobs/{job}/log/lines',
  summary: 'Read lines of a log',
  permission: 'log.read',
  object: 'params.run',
  params,
  query: {
    from: withDefault(LineNumber, 1),
    count: withDefault(z.int().check(z.minimum(1), z.maximum(LOG_LINES_MAX)), 500),
  },
  response: LogLines,
  errors: [],
})

export const searchJobLog = route({
  method: 'GET',
  path: '/v1/runs/{run}/jobs/{job}/log/search',
  summary: 'Search a whole log',
  permission: 'log.read',
  object: 'params.run',
  params,
  query: { words: z.string().check(z.minLength(1), z.maxLength(200)) },
  response: LogHits,
  errors: [],
})

export const downloadJobLog = route({
  method: 'GET',
  path: '/v1/runs/{run}/jobs/{job}/log/raw',
  summary: 'Download a log as its command wrote it',
  permission: 'log.read',
  object: 'params.run',
  params,
  response: raw('text/plain; charset=utf-8'),
  errors: [],
})

export const logRoutes = { showJobLog, readJobLogLines, searchJobLog, downloadJobLog } as const
