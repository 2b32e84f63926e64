// Runs over HTTP: planned, started, read, steered.

import {
  answer,
  refused,
  type Answer,
  type Refused,
  type RouteResult,
  type runRoutes,
} from '@lockstep/contract'
import {
  idOf,
  parseId,
  uuidOf,
  type Actor,
  type JobId,
  type Permission,
  type Reach,
  type UserId,
} from '@lockstep/domain'
import type { KnownSnapshot, PlanRefusal } from '@lockstep/define/plan'

import type { ReactorPort } from '../../ports/reactor.ts'
import { findSnapshotByVersion } from '../../postgres/deliverables/snapshot-store.ts'
import { findRow, listRows, type Database, type Queryable } from '../../postgres/queryable.ts'
import { readAtOnce } from '../../postgres/read/at-once.ts'
import { readVersions } from '../../postgres/read/environment-versions.ts'
import { listFreeEnvironments } from '../../postgres/read/free-environments.ts'
import { readLogSlice, type LogSlice } from '../../postgres/read/job-log.ts'
import { findRunHead } from '../../postgres/read/run-head.ts'
import { listRunLines } from '../../postgres/read/run-list.ts'
import { readAddresses, readRunView } from '../../postgres/read/run-view.ts'
import { findPlan } from '../../postgres/plans.ts'
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
import type { PutBackRequest } from '../../usecases/environment/find-put-back.ts'
import { draftRelease } from '../../usecases/run/draft-release.ts'
import { findShortGates } from '../../usecases/run/find-short-gates.ts'
import { makePlan, type MadePlan } from '../../usecases/run/make-plan.ts'
import { findRunPlace, findStagePlace, type RunPlace } from '../../usecases/run/run-place.ts'
import { sentenceOf } from '../../usecases/run/refusal-sentences.ts'
import { startRun, type Started } from '../../usecases/run/start-run.ts'
import { no } from '../../usecases/outcome.ts'
import { NOT_FOUND } from '../authorize.ts'
import { pageFrom, sliceOf } from '../page.ts'
import { presentPlan, presentShortGate, type PlanSurroundings } from '../present-plan.ts'
import { presentRun, presentRunLine, type RunCan } from '../present-run.ts'
import { actorOf, ownerOf } from '../principal.ts'
import type { RequestContext, ServerHandlers } from '../request-context.ts'
import { KEY_REUSED, steerOnce } from '../steer-once.ts'

/** Tells when a log has grown; a reader looks by itself as well. */
export interface LogSignal {
  wait(job: JobId, mostMs: number, signal: AbortSignal): Promise<void>
}

export interface RunDeps {
  readonly pool: Database
  readonly reactor: ReactorPort
  readonly logs: LogSignal
}

type Shown = { readonly ok: true; readonly value: ReturnType<typeof presentRun> } | typeof NOT_FOUND

export function runHandlers(deps: RunDeps): ServerHandlers<typeof runRoutes> {
  const { pool, reactor } = deps
  const steer = steeringOn(deps)
  return {
    async makePlan({ body }, { reach, principal }) {
      const request = await readRequest(pool, body)
      if (!request.ok) return request
      const over = refuseOver(request.value.startsAt, reactor.now())
      if (over !== undefined) return over
      const { project } = request.value
      const draft =
        body.release === undefined
          ? undefined
          : draftRelease(body.release, {
              project,
              projectNumber: request.number,
              sees: await projectsSeen(pool, reach),
            })
      if (draft?.ok === false) return planRefused(draft.refusals)
      const made = await makePlan(pool, {
        ...request.value,
        ...(draft === undefined ? {} : { draft: draft.release }),
        source: null,
        onFailure: 'wait',
      })
      if (!made.ok) return planRefused(made.refusals)
      const short = await findShortGates(pool, made.plan, actorOf(principal), request.number)
      return answer(presentPlan(made, { ...(await readSurroundings(pool, made)), short }))
    },
    async startRun({ body }, context) {
      const request = await readRequest(pool, body)
      if (!request.ok) return request
      const cause = context.command === undefined ? null : `api/${context.command.key}`
      const starter = actorOf(context.principal)
      const show = async (id: string | undefined) => {
        const shown = id === undefined ? NOT_FOUND : await showRun(pool, id, context)
        if (!shown.ok) return shown
        const plan = await findPlan(pool, shown.value.plan)
        const short =
          plan?.kind === 'run' ? await findShortGates(pool, plan, starter, request.number) : []
        return answer({ ...shown.value, warnings: short.map(presentShortGate) })
      }
      return steerOnce({ db: pool, reactor }, context, request.number, {
        async first(steering) {
          const over = refuseOver(request.value.startsAt, reactor.now())
          if (over !== undefined) return over
          const started = await startRun(
            { db: pool, reactor: steering },
            {
              ...request.value,
              source: null,
              starter,
              onFailure: 'wait',
              cause,
              plan: body.plan ?? null,
            },
          )
          return started.ok ? show(started.id) : startRefused(started, body.name)
        },
        async again() {
          return show(await findRunByCause(pool, request.number, cause))
        },
      })
    },
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

// ── starting ─────────────────────────────────────────────────────────────────────────────────

interface StartBody {
  readonly project: string
  readonly name: string
  readonly parameters?: Readonly<Record<string, string | number>> | undefined
  readonly snapshots?: Readonly<Record<string, string>> | undefined
  readonly wayBack?: boolean | undefined
  readonly putBack?: PutBackRequest | undefined
  readonly startsAt?: string | undefined
}

/** The request in names, with the snapshots that were chosen by hand looked up. */
async function readRequest(
  db: Queryable,
  { project: id, name, parameters = {}, snapshots = {}, wayBack, putBack, startsAt }: StartBody,
): Promise<
  | {
      readonly ok: true
      readonly number: number
      readonly value: {
        readonly project: string
        readonly name: string
        readonly parameters: Readonly<Record<string, string | number>>
        readonly snapshots: ReadonlyMap<string, KnownSnapshot>
        readonly wayBack?: boolean
        readonly putBack?: PutBackRequest
        readonly startsAt?: number
      }
    }
  | Refused<'unknown_reference' | 'not_found'>
> {
  const project = await findRow<{ name: string; number: number }>(
    db,
    'SELECT name, number FROM projects WHERE id = $1',
    [uuidOf(id)],
  )
  if (project === undefined) return NOT_FOUND
  const chosen = new Map<string, KnownSnapshot>()
  for (const [application, version] of Object.entries(snapshots)) {
    const [first = '', second] = application.split('/')
    const wanted =
      second === undefined
        ? { project: project.name, name: first }
        : { project: first, name: second }
    const found = await findSnapshotByVersion(db, wanted, version)
    if (found === undefined) {
      return refused(
        'unknown_reference',
        `There is no snapshot ${wanted.project}/${wanted.name}:${version}. See: lockstep snapshot list`,
        { snapshot: `${wanted.project}/${wanted.name}:${version}` },
      )
    }
    chosen.set(`${wanted.project}/${wanted.name}`, {
      digest: found.digest,
      version: found.body.version,
      passed: null,
    })
  }
  return {
    ok: true,
    number: project.number,
    value: {
      project: project.name,
      name,
      parameters,
      snapshots: chosen,
      ...(wayBack === undefined ? {} : { wayBack }),
      ...(putBack === undefined ? {} : { putBack }),
      ...(startsAt === undefined ? {} : { startsAt: Date.parse(startsAt) }),
    },
  }
}

function refuseOver(
  startsAt: number | undefined,
  now: number,
): Refused<'plan_refused'> | undefined {
  if (startsAt === undefined || startsAt > now) return undefined
  const message = `${new Date(startsAt).toISOString()} is over. Leave the time out to start at once.`
  return planRefused([{ code: 'already_over', where: '', message }])
}

function planRefused(refusals: readonly PlanRefusal[]): Refused<'plan_refused'> {
  const [first] = refusals
  const where = first === undefined || first.where === '' ? '' : `${first.where}: `
  const more = refusals.length > 1 ? ` And ${refusals.length - 1} more.` : ''
  return refused('plan_refused', `${where}${first?.message ?? 'No plan can be made.'}${more}`, {
    refusals,
  })
}

function startRefused(
  started: Extract<Started, { ok: false }>,
  name: string,
): Refused<
  | 'plan_refused'
  | 'plan_unknown'
  | 'plan_outdated'
  | 'wrong_state'
  | 'busy'
  | 'idempotency_key_reused'
> {
  switch (started.code) {
    case 'plan_refused':
      return planRefused(started.refusals)
    case 'plan_unknown':
      return refused('plan_unknown', 'There is no plan with this digest.')
    case 'plan_outdated': {
      const { now, differences } = started
      const short = now.slice('sha256:'.length, 'sha256:'.length + 8)
      const first = (differences[0] ?? '').replace(/\.$/, '')
      const detail = `Reality has moved since this plan was made: ${first}. Look at the plan of now, ${short}, and start that.`
      return refused('plan_outdated', detail, { now, differences })
    }
    case 'wrong_state':
      if (started.refusal === 'key_reused') return KEY_REUSED
      return refused(
        started.refusal === 'busy' ? 'busy' : 'wrong_state',
        sentenceOf(started.refusal, name),
      )
  }
}

async function findRunByCause(
  db: Queryable,
  project: number,
  cause: string | null,
): Promise<string | undefined> {
  const row = await findRow<{ id: string }>(
    db,
    'SELECT id FROM runs WHERE project_id = $1 AND cause = $2',
    [project, cause],
  )
  return row && idOf('run', row.id)
}

async function readSurroundings(
  db: Queryable,
  { plan }: MadePlan,
): Promise<Omit<PlanSurroundings, 'short'>> {
  const environments = plan.stages.flatMap(({ environment }) =>
    environment === null ? [] : [environment.id],
  )
  return {
    versions: await readVersions(db, environments),
    free: await listFreeEnvironments(db, environments),
    passed: await readAddresses(
      db,
      plan.brings.flatMap(({ passed }) => (passed === null ? [] : [passed])),
    ),
  }
}

/** Whether a project of this name is in reach. */
async function projectsSeen(db: Queryable, reach: Reach): Promise<(name: string) => boolean> {
  if (reach.everywhere) return () => true
  const rows = await listRows<{ name: string }>(
    db,
    'SELECT name FROM projects WHERE id = ANY ($1::uuid[])',
    [reach.projects.map(uuidOf)],
  )
  const names = new Set(rows.map(({ name }) => name))
  return (name) => names.has(name)
}

// ── reading ──────────────────────────────────────────────────────────────────────────────────

async function showRun(pool: Database, id: string, context: RequestContext): Promise<Shown> {
  const view = await readAtOnce(pool, (db) => readRunView(db, id))
  return view === undefined ? NOT_FOUND : answer(presentRun(view, await canOf(id, context)))
}

async function canOf(id: string, context: RequestContext): Promise<RunCan> {
  const may = async (permission: Permission): Promise<boolean> =>
    (await context.can(permission, id)).allowed
  return {
    control: await may('run.control'),
    abort: await may('run.cancel'),
    completeTasks: await may('task.complete'),
    resolve: await may('step.resolve'),
  }
}

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
) => Promise<Shown | Refused<ControlProblem | 'idempotency_key_reused'>> {
  return async (context, run, control) => {
    const head = await findRunHead(pool, run)
    const place = head && (await findRunPlace(pool, head))
    if (place === undefined) return NOT_FOUND
    const again = (): Promise<Shown> => showRun(pool, run, context)
    return steerOnce<Shown | Refused<ControlProblem>>(
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
