// Before a task deploys: the plan on today's facts, compared with the one that was made when the run was planned.

import { parseWindow } from '@lockstep/define/check'
import {
  comparePlans,
  uuidOf,
  type ProcessPlan,
  type StageRunState,
  type TaskWork,
} from '@lockstep/domain'

import { digestOf } from '../planning/digest.ts'
import { isInWindow, nextOpening } from '../planning/change-window.ts'
import { planProcessNow } from '../planning/plan-process.ts'
import { findDefinition } from '../postgres/deliverables/definition-store.ts'
import { listRunSnapshots } from '../postgres/deliverables/run-store.ts'
import { findPlan, savePlan } from '../postgres/plans.ts'
import { listRows } from '../postgres/queryable.ts'
import { asStageRun, stageAt, type Asked, type PerformerDeps } from './performer.ts'

type ProcessWork = Extract<TaskWork, { kind: 'process' }>

/**
 * Plans the process of a task and answers with its plan; or that reality has moved since the run was planned, that the
 * environment takes nothing now, or why no plan can be made. A retry by a person takes the plan as it is today.
 */
export async function planProcessOfTask(
  deps: PerformerDeps,
  asked: Asked<'plan_process'>,
): Promise<void> {
  const { node, attempt } = asked.question
  const answer = await answerOf(deps, asked)
  await deps.reactor.submit(asked.target, { ...answer, node, attempt }, 'rule')
}

type PlanAnswer =
  | { readonly type: 'process_planned'; readonly plan: string }
  | { readonly type: 'plan_differs'; readonly changes: readonly string[] }
  | { readonly type: 'plan_refused'; readonly refusal: string; readonly detail: string }
  | { readonly type: 'plan_deferred'; readonly until: number; readonly reason: string }

async function answerOf(deps: PerformerDeps, asked: Asked<'plan_process'>): Promise<PlanAnswer> {
  const state = asStageRun(asked.state)
  const stage = stageAt(asked.plan, state.stage)
  const work = stage.tasks[asked.question.node]?.work
  if (work?.kind !== 'process') throw new Error('the question names a task that runs a process')
  if (stage.environment === null) {
    return {
      type: 'plan_refused',
      refusal: 'stage_without_environment',
      detail: `the stage ${stage.name} has no environment`,
    }
  }
  const deferred = await findDeferral(deps, stage.environment)
  if (deferred !== undefined) return { type: 'plan_deferred', ...deferred }
  return plan(deps, { asked, state, work, environment: stage.environment })
}

async function plan(
  deps: PerformerDeps,
  input: {
    readonly asked: Asked<'plan_process'>
    readonly state: StageRunState
    readonly work: ProcessWork
    readonly environment: NonNullable<ReturnType<typeof stageAt>['environment']>
  },
): Promise<PlanAnswer> {
  const { asked, work, environment } = input
  const used = asked.plan.definitions.find(
    ({ kind, project, name }) =>
      kind === 'environment' && project === environment.project && name === environment.name,
  )
  const snapshot = work.snapshot ?? (await ownSnapshot(deps, asked, work))
  if (snapshot === null && work.process === 'deploy') {
    return {
      type: 'plan_refused',
      refusal: 'no_snapshot',
      detail: `this run has made no snapshot of ${work.application.name}: put a snapshot task before`,
    }
  }
  const planned = await planProcessNow(deps.db, {
    process: work.process,
    application: work.application,
    environment: {
      id: environment.id,
      project: environment.project,
      name: environment.name,
      ...(used === undefined ? {} : { revision: used.revision }),
    },
    snapshot,
    parameters: asked.plan.parameters,
    force: work.force,
  })
  if (!planned.ok) {
    return { type: 'plan_refused', refusal: planned.refusal, detail: planned.detail }
  }
  const digest = digestOf(planned.plan)
  if (work.plan !== null && work.plan !== digest && asked.question.attempt === 1) {
    const before = asProcessPlan(await findPlan(deps.db, work.plan))
    const changes = await listMoves(deps, asked, before, planned.plan)
    if (changes.length > 0) return { type: 'plan_differs', changes }
  }
  await savePlan(deps.db, digest, planned.plan)
  return { type: 'process_planned', plan: digest }
}

/** What has moved since the plan was made, by anybody but the run itself: its own deployments are what it was to do. */
async function listMoves(
  { db }: PerformerDeps,
  { target }: Asked,
  before: ProcessPlan,
  now: ProcessPlan,
): Promise<readonly string[]> {
  const { environment, application } = now
  if (environment === null) return comparePlans(before, now).map(({ text }) => text)
  const rows = await listRows<{ component: string; resource: string }>(
    db,
    `SELECT component, resource FROM inventory
     WHERE environment_id = $1 AND component_project = $2 AND application = $3 AND by_root_id = $4`,
    [uuidOf(environment.id), application.project, application.name, uuidOf(target.root)],
  )
  const own = new Set(rows.map(({ component, resource }) => `${component} ${resource}`))
  return comparePlans(before, now).flatMap(({ place, text }) =>
    place !== null && own.has(`${place.component} ${place.resource}`) ? [] : [text],
  )
}

async function ownSnapshot(
  deps: PerformerDeps,
  asked: Asked,
  work: ProcessWork,
): Promise<`sha256:${string}` | null> {
  const made = await listRunSnapshots(deps.db, asked.target.root)
  return made.get(`${work.application.project}/${work.application.name}`)?.digest ?? null
}

function asProcessPlan(plan: Awaited<ReturnType<typeof findPlan>>): ProcessPlan {
  if (plan?.kind !== 'process') throw new Error('the plan of a process task is a process plan')
  return plan
}

/** Until when the environment takes no deployment: outside its change windows, or during a freeze. */
async function findDeferral(
  deps: PerformerDeps,
  environment: { readonly project: string; readonly name: string },
): Promise<{ readonly until: number; readonly reason: string } | undefined> {
  const found = await findDefinition(deps.db, { kind: 'environment', ...named(environment) })
  if (found === undefined) return undefined
  const now = deps.reactor.now()
  const { freezes, windows } = found.definition
  const freeze = freezes.find(
    ({ from, until }) => Date.parse(from) <= now && now < Date.parse(until),
  )
  if (freeze !== undefined) {
    return {
      until: Date.parse(freeze.until),
      reason: `${environment.name} is frozen ("${freeze.name}") until ${freeze.until}`,
    }
  }
  const opening = windows.flatMap(({ when }) => parseWindow(when) ?? [])
  if (opening.length === 0 || opening.some((window) => isInWindow(window, now))) return undefined
  const until = nextOpening(opening, now)
  if (until === undefined) return undefined
  return {
    until,
    reason: `${environment.name} takes deployments in its change windows: ${windows.map(({ when }) => when).join(', ')}`,
  }
}

function named({ project, name }: { readonly project: string; readonly name: string }): {
  readonly project: string
  readonly name: string
} {
  return { project, name }
}
