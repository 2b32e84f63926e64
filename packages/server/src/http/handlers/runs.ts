// Runs over HTTP: read and steered.

import {
  answer,
  type Answer,
  type Refused,
  type RouteResult,
  type runRoutes,
} from '@lockstep/contract'
import { parseId, uuidOf, type Actor, type JobId, type UserId } from '@lockstep/domain'

import type { ReactorPort } from '../../ports/reactor.ts'
import { findRow, type Database, type Queryable } from '../../postgres/queryable.ts'
import { readAtOnce } from '../../postgres/read/at-once.ts'
import { readLogSlice, type LogSlice } from '../../postgres/read/job-log.ts'
import { findRunHead } from '../../postgres/read/run-head.ts'
import { listRunLines } from '../../postgres/read/run-list.ts'
import {
  abortRun,
  completeTask,
  pauseRun,
  resolveUnknown,
  restartFrom,
  resumeRun,
  retryTask,
  skipTask,
  type ControlDeps,
  type Controlled,
  type ControlProblem,
} from '../../usecases/run/control-run.ts'
import { findRunPlace, findStagePlace, type RunPlace } from '../../usecases/run/run-place.ts'
import { no } from '../../usecases/outcome.ts'
import { NOT_FOUND } from '../authorize.ts'
import { pageFrom, sliceOf } from '../page.ts'
import { presentRunLine } from '../present-run.ts'
import { actorOf, ownerOf } from '../principal.ts'
import type { RequestContext, ServerHandlers } from '../request-context.ts'
import { showRun, type ShownRun } from '../show-run.ts'
import { steerOnce } from '../steer-once.ts'

/** Tells when a log has grown; a reader looks by itself as well. */
export interface LogSignal {
  wait(job: JobId, mostMs: number, signal: AbortSignal): Promise<void>
}

export interface RunDeps {
  readonly pool: Database
  readonly reactor: ReactorPort
  readonly logs: LogSignal
}

export function runHandlers(deps: RunDeps): ServerHandlers<typeof runRoutes> {
  const { pool } = deps
  const steer = steeringOn(deps)
  return {
    async listRuns({ query }, { reach }) {
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      const { limit: _, after: __, ...filter } = query
      const lines = await readAtOnce(pool, (db) => listRunLines(db, reach, { ...filter, ...slice }))
      return answer(pageFrom(lines.runs, query.limit, (line) => presentRunLine(line, lines)))
    },
    showRun: ({ params }, context) => showRun(pool, params.run, context),
    pauseRun: ({ params, body }, context) =>
      steer(context, params.run, (by, place, control) =>
        pauseRun(control, place, { by, reason: body.reason }),
      ),
    resumeRun: ({ params, body }, context) =>
      steer(context, params.run, (by, place, control) =>
        resumeRun(control, place, { by, reason: body.reason ?? '' }),
      ),
    abortRun: ({ params, body }, context) =>
      steer(context, params.run, (by, place, control) =>
        abortRun(control, place, { by, reason: body.reason }),
      ),
    restartRun: ({ params, body }, context) =>
      steer(context, params.run, (by, place, control) => {
        const { stage, task = null, reason } = body
        return restartFrom(control, place, { stage, task, by, reason })
      }),
    retryTask: ({ params, body }, context) =>
      steer(context, params.run, async (by, place, control) => {
        const { task, step = null, reason = '' } = body
        const stage = await findStagePlace(pool, place, body.stage)
        if (stage === undefined) return noSuchStage(place, body.stage)
        return retryTask(control, stage, { task, step, by, reason })
      }),
    skipTask: ({ params, body }, context) =>
      steer(context, params.run, async (by, place, control) => {
        const { task, step = null, reason } = body
        const stage = await findStagePlace(pool, place, body.stage)
        if (stage === undefined) return noSuchStage(place, body.stage)
        return skipTask(control, stage, { task, step, by, reason })
      }),
    completeTask: ({ params, body }, context) =>
      steer(context, params.run, async (by, place, control) => {
        const { task, outcome, reason = '' } = body
        const stage = await findStagePlace(pool, place, body.stage)
        if (stage === undefined) return noSuchStage(place, body.stage)
        const person = personOf(context)
        return completeTask(control, stage, { task, outcome, by, person, reason })
      }),
    resolveJob: ({ params, body }, context) =>
      steer(context, params.run, async (by, place, control) => {
        const { job, verdict, reason } = body
        if (!(await isJobOf(pool, place, job))) {
          return no('unknown_reference', `There is no job ${job} in this run.`)
        }
        return resolveUnknown(control, { job, verdict, by, reason })
      }),
    readJobLog: ({ params, query }, { signal }) =>
      readLog(deps, { ...params, offset: query.offset ?? 0, waitMs: query.waitMs ?? 0 }, signal),
  }
}

// ── reading ──────────────────────────────────────────────────────────────────────────────────

/** How often a reader looks for itself: logs may grow through another node. */
const LOG_LOOK_MS = 150

async function readLog(
  { pool, logs }: RunDeps,
  wanted: {
    readonly run: string
    readonly job: JobId
    readonly offset: number
    readonly waitMs: number
  },
  signal: AbortSignal,
): Promise<Answer<typeof runRoutes.readJobLog>> {
  const run = await findRunHead(pool, wanted.run)
  if (run === undefined) return NOT_FOUND
  const at = { project: run.projectNumber, root: run.root, job: wanted.job }
  const until = performance.now() + wanted.waitMs
  for (;;) {
    const slice = await readLogSlice(pool, at, wanted.offset)
    if (slice === undefined) return NOT_FOUND
    const leftMs = until - performance.now()
    if (slice.bytes.length > 0 || slice.ended || leftMs <= 0 || signal.aborted) {
      return answer(presentSlice(wanted.offset, slice))
    }
    await logs.wait(wanted.job, Math.min(leftMs, LOG_LOOK_MS), signal)
  }
}

function presentSlice(
  offset: number,
  { bytes, next, ended, state }: LogSlice,
): RouteResult<typeof runRoutes.readJobLog> {
  return { offset, next, bytes: bytes.toString('base64'), ended, state }
}

// ── steering ─────────────────────────────────────────────────────────────────────────────────

type Control = (by: Actor, place: RunPlace, deps: ControlDeps) => Promise<Controlled>

/** Carries out a command to a run, and answers with the run as it is then. */
function steeringOn({
  pool,
  reactor,
}: RunDeps): (
  context: RequestContext,
  run: string,
  control: Control,
) => Promise<ShownRun | Refused<ControlProblem | 'idempotency_key_reused'>> {
  return async (context, run, control) => {
    const head = await findRunHead(pool, run)
    const place = head && (await findRunPlace(pool, head))
    if (place === undefined) return NOT_FOUND
    const again = (): Promise<ShownRun> => showRun(pool, run, context)
    return steerOnce<ShownRun | Refused<ControlProblem>>(
      { db: pool, reactor },
      context,
      place.target.project,
      {
        async first(steering) {
          const by = actorOf(context.principal)
          const done = await control(by, place, { db: pool, reactor: steering })
          return done.ok ? again() : done
        },
        again,
      },
    )
  }
}

function noSuchStage({ run, plan, state }: RunPlace, stage: string): Controlled {
  const isPlanned = plan.stages.some(({ name }) => name === stage)
  const reached = plan.stages.filter((_, at) => state.stages[at]?.child !== undefined)
  return no(
    isPlanned ? 'wrong_state' : 'unknown_reference',
    `Run ${run.name}/${run.number} has not reached a stage "${stage}". It has reached: ${reached.map(({ name }) => name).join(', ')}.`,
  )
}

async function isJobOf(db: Queryable, { target }: RunPlace, job: JobId): Promise<boolean> {
  const row = await findRow<{ found: number }>(
    db,
    'SELECT 1 AS found FROM jobs WHERE id = $1 AND project_id = $2 AND root_id = $3',
    [uuidOf(job), target.project, uuidOf(target.root)],
  )
  return row !== undefined
}

/** The person behind the call, also behind their own token. */
function personOf({ principal }: RequestContext): UserId | undefined {
  const owner = ownerOf(principal)
  return owner === undefined ? undefined : parseId('usr', owner)
}
