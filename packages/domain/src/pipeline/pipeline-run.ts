// The run of a pipeline: its stages one after another, and what people do to the run as a whole.

import type { Address, Effect } from '../kernel/effect.ts'
import { idFrom } from '../kernel/id.ts'
import { earliest, type Instant } from '../kernel/instant.ts'
import { assertInvariant } from '../kernel/invariant.ts'
import { ownEvent, type Machine, type StateHead } from '../kernel/machine.ts'
import type { Actor, Occurrence } from '../kernel/occurrence.ts'
import type { Outcome, RunStatus, Waits } from '../kernel/status.ts'
import { accept, refuse, type Transition } from '../kernel/transition.ts'
import type { Digest } from '../process/process-plan.ts'
import { goesForward, type Plan, type RunPlan } from './run-plan.ts'

/** One stage of the run: its status, and the stage run that works for it now or ended last. */
export interface StageSlot {
  readonly status: RunStatus
  readonly attempt: number
  readonly child?: string
}

export interface PipelineRunState extends StateHead {
  readonly v: 1
  readonly plan: Digest
  readonly parent: Address | null
  readonly node: string
  readonly attempt: number
  readonly starter: Actor
  readonly status: 'running' | 'aborting' | 'succeeded' | 'failed' | 'aborted'
  readonly stages: readonly StageSlot[]
  readonly startedAt: Instant
  /** Paused: nothing new begins until somebody resumes it. */
  readonly paused: { readonly by: Actor; readonly at: Instant; readonly reason: string } | null
  /** It works for a task that is marked always. */
  readonly always?: true
  /** Its first stage begins then; absent: it has begun. */
  readonly startsAt?: Instant
  /** The stage that is stopping, and from where the run goes on when it has stopped. */
  readonly restart: Restart | null
}

/** From where a run goes on. */
interface Restart {
  readonly stage: number
  /** Index of the task to begin from; null: the whole stage, with its entry gate. */
  readonly task: number | null
  /** Outcomes of the tasks before it, which are not done again. */
  readonly kept: readonly Outcome[]
  /** Indexes of those that their condition left out. */
  readonly leftOut?: readonly number[]
  /** The entry gate of the stage has not passed for what is let through now: it is judged again. */
  readonly entryAgain?: boolean
}

export type PipelineRunEvent =
  | {
      readonly type: 'run_created'
      readonly plan: Digest
      readonly parent: Address | null
      readonly node: string
      readonly attempt: number
      readonly starter: Actor
      readonly always?: boolean
    }
  | {
      readonly type: 'child_finished'
      readonly child: string
      readonly node: string
      readonly attempt: number
      readonly outcome: Outcome
    }
  | ({ readonly type: 'restarted_from'; readonly reason: string } & Restart)
  | { readonly type: 'run_paused'; readonly reason: string }
  | { readonly type: 'run_resumed'; readonly reason: string }
  | { readonly type: 'abort_requested'; readonly reason: string }
  | { readonly type: 'woken' }

export const PIPELINE_RUN_REFUSALS = [
  'already_finished',
  'not_created',
  'stale_attempt',
  'not_earlier',
  'no_such_task',
  'reason_missing',
  'run_is_aborting',
  'run_is_restarting',
  'already_paused',
  'not_paused',
] as const
export type PipelineRunRefusal = (typeof PIPELINE_RUN_REFUSALS)[number]
export type PipelineRunTransition = Transition<PipelineRunState, Effect, PipelineRunRefusal>

/** Folds one event into a pipeline run. It stays the same run through every retry and restart, and ends once. */
export function reducePipelineRun(
  state: PipelineRunState | undefined,
  event: PipelineRunEvent & Occurrence,
  plan: Plan | undefined,
): PipelineRunTransition {
  assertInvariant(plan?.kind === 'run', 'a pipeline run has a run plan')
  if (event.type === 'run_created') {
    return state === undefined ? create(event, plan) : refuse('already_finished')
  }
  if (state === undefined) return refuse('not_created')
  if (isTerminal(state)) return refuse('already_finished')
  switch (event.type) {
    case 'child_finished':
      return finishStage(state, event, plan)
    case 'restarted_from':
      return restart(state, event, plan)
    case 'run_paused':
      return pause(state, event)
    case 'run_resumed':
      return resume(state, event)
    case 'abort_requested':
      return state.status === 'aborting' ? refuse('run_is_aborting') : abort(state)
    case 'woken': {
      const over = plan.timeoutMs !== null && event.at >= state.startedAt + plan.timeoutMs
      if (state.status === 'aborting') return accept(state)
      return over ? abort(state) : beginWhenDue(state, event)
    }
  }
}

function create(
  event: Extract<PipelineRunEvent, { type: 'run_created' }> & Occurrence,
  plan: RunPlan,
): PipelineRunTransition {
  const state: PipelineRunState = {
    v: 1,
    id: event.self.id,
    root: event.self.root,
    plan: event.plan,
    parent: event.parent,
    node: event.node,
    attempt: event.attempt,
    starter: event.starter,
    status: 'running',
    stages: plan.stages.map(() => ({ status: 'pending', attempt: 0 })),
    startedAt: event.at,
    paused: null,
    ...(event.always === true ? { always: true } : {}),
    restart: null,
  }
  const { startsAt } = plan
  if (startsAt !== undefined && event.at < startsAt) {
    return accept({ ...state, startsAt }, setGuard(state, true))
  }
  const started = startStage(state, event, FROM_THE_BEGINNING)
  return accept(started.state, [...setGuard(state, true), ...started.effects])
}

const FROM_THE_BEGINNING: Restart = { stage: 0, task: null, kept: [] }

/** Its time has come: the first stage begins, unless somebody holds the run. */
function beginWhenDue(
  { startsAt, ...state }: PipelineRunState,
  event: Occurrence,
): PipelineRunTransition {
  if (startsAt === undefined) return accept(state)
  if (event.at < startsAt || state.paused !== null) return accept({ ...state, startsAt })
  const started = startStage(state, event, FROM_THE_BEGINNING)
  return accept(started.state, started.effects)
}

function startStage(
  state: PipelineRunState,
  event: Occurrence,
  from: Restart,
): { readonly state: PipelineRunState; readonly effects: readonly Effect[] } {
  const { stage: index, task, kept, leftOut, entryAgain } = from
  const attempt = (state.stages[index]?.attempt ?? 0) + 1
  const child = idFrom(event.ids, 'stg', 0)
  const stages = state.stages.map((slot, at): StageSlot => {
    if (at < index) return slot
    return at === index
      ? { status: 'running', attempt, child }
      : { status: 'pending', attempt: slot.attempt }
  })
  const created: Effect = {
    type: 'start_child',
    id: child,
    node: String(index),
    attempt,
    event: {
      type: 'stage_created',
      plan: state.plan,
      stage: index,
      parent: { root: state.root, id: state.id },
      node: String(index),
      attempt,
      starter: state.starter,
      paused: state.paused !== null,
      from: task,
      kept,
      ...(leftOut === undefined ? {} : { leftOut }),
      ...(entryAgain === true ? { entryAgain } : {}),
      ...(state.always === true ? { always: true } : {}),
    },
  }
  return { state: { ...state, stages, restart: null }, effects: [created] }
}

function finishStage(
  state: PipelineRunState,
  event: Extract<PipelineRunEvent, { type: 'child_finished' }> & Occurrence,
  plan: RunPlan,
): PipelineRunTransition {
  const index = Number(event.node)
  const slot = state.stages[index]
  if (slot === undefined || slot.attempt !== event.attempt || slot.child !== event.child) {
    return refuse('stale_attempt')
  }
  const ended = setStage(state, index, { ...slot, status: event.outcome })
  if (state.restart !== null && state.status === 'running') {
    const next = startStage(ended, event, state.restart)
    return accept(next.state, next.effects)
  }
  if (state.status === 'aborting') return finish(ended, 'aborted')
  if (event.outcome !== 'succeeded' && event.outcome !== 'skipped') {
    return finish(ended, event.outcome === 'aborted' ? 'aborted' : 'failed')
  }
  if (index + 1 === state.stages.length) return finish(ended, 'succeeded', goesForward(plan))
  const next = startStage(ended, event, { stage: index + 1, task: null, kept: [] })
  return accept(next.state, next.effects)
}

function restart(
  state: PipelineRunState,
  event: Extract<PipelineRunEvent, { type: 'restarted_from' }>,
  plan: RunPlan,
): PipelineRunTransition {
  if (state.status === 'aborting') return refuse('run_is_aborting')
  if (state.restart !== null) return refuse('run_is_restarting')
  if (event.reason.trim() === '') return refuse('reason_missing')
  const current = currentStage(state)
  if (event.stage > current || state.startsAt !== undefined) return refuse('not_earlier')
  const tasks = plan.stages[event.stage]?.tasks.length ?? 0
  if (event.task !== null && (event.task < 0 || event.task >= tasks)) return refuse('no_such_task')
  const { stage, task, kept, leftOut, entryAgain } = event
  const from: Restart = {
    stage,
    task,
    kept,
    ...(leftOut === undefined ? {} : { leftOut }),
    ...(entryAgain === true ? { entryAgain } : {}),
  }
  return accept({ ...state, restart: from }, tellStage(state, 'abort_requested'))
}

function pause(
  state: PipelineRunState,
  event: Extract<PipelineRunEvent, { type: 'run_paused' }> & Occurrence,
): PipelineRunTransition {
  if (state.status === 'aborting') return refuse('run_is_aborting')
  if (state.paused !== null) return refuse('already_paused')
  const paused = { by: event.by, at: event.at, reason: event.reason }
  return accept({ ...state, paused }, [
    ...setGuard(state, false),
    ...tellStage(state, 'stage_paused'),
  ])
}

function resume(state: PipelineRunState, event: Occurrence): PipelineRunTransition {
  if (state.paused === null) return refuse('not_paused')
  const resumed = beginWhenDue({ ...state, paused: null }, event)
  return resumed.ok
    ? accept(resumed.state, [
        ...setGuard(state, true),
        ...tellStage(state, 'stage_resumed'),
        ...resumed.effects,
      ])
    : resumed
}

function abort({ startsAt, ...state }: PipelineRunState): PipelineRunTransition {
  // No stage has begun that could tell when it has stopped.
  if (startsAt !== undefined) return finish({ ...state, restart: null }, 'aborted')
  return accept({ ...state, status: 'aborting', paused: null, restart: null }, [
    ...setGuard(state, false),
    ...tellStage(state, 'abort_requested'),
  ])
}

/** The guard is that of the topmost run, and of everything in it: a run inside another leaves it alone. */
function setGuard({ root, parent }: PipelineRunState, open: boolean): readonly Effect[] {
  const isTopmost = parent === null || parent.id === root
  return isTopmost ? [{ type: 'set_guard', subject: root, open }] : []
}

function tellStage(
  state: PipelineRunState,
  type: 'abort_requested' | 'stage_paused' | 'stage_resumed',
): readonly Effect[] {
  const child = state.stages[currentStage(state)]?.child
  if (child === undefined) return []
  const event = type === 'abort_requested' ? { type, reason: 'its run says so' } : { type }
  return [{ type: 'tell', to: { root: state.root, id: child }, event }]
}

function finish(
  state: PipelineRunState,
  outcome: 'succeeded' | 'failed' | 'aborted',
  isForward = true,
): PipelineRunTransition {
  const effects: Effect[] = []
  // Who follows the pipeline follows what goes forward.
  if (outcome === 'succeeded' && isForward) {
    effects.push({ type: 'send', effect: { type: 'announce_pass', run: state.id } })
  }
  if (outcome === 'failed') {
    effects.push({
      type: 'send',
      effect: { type: 'notify_owners', run: state.root, about: state.id, what: 'run_failed' },
    })
  }
  if (state.parent !== null) {
    effects.push({
      type: 'tell',
      to: state.parent,
      event: {
        type: 'child_finished',
        child: state.id,
        node: state.node,
        attempt: state.attempt,
        outcome,
      },
    })
  }
  return accept({ ...state, status: outcome, paused: null }, effects)
}

function setStage(state: PipelineRunState, index: number, slot: StageSlot): PipelineRunState {
  return { ...state, stages: state.stages.with(index, slot) }
}

/** The index of the stage that works now, or worked last. */
export function currentStage(state: PipelineRunState): number {
  const pending = state.stages.findIndex((slot) => slot.child === undefined)
  return pending === -1 ? state.stages.length - 1 : Math.max(0, pending - 1)
}

function isTerminal(state: PipelineRunState): boolean {
  return state.status === 'succeeded' || state.status === 'failed' || state.status === 'aborted'
}

function waits(state: PipelineRunState): Waits | undefined {
  if (isTerminal(state)) return undefined
  if (state.paused !== null) {
    const { at, reason, by } = state.paused
    return { on: 'person', what: `paused by ${by}: ${reason}`, since: at }
  }
  if (state.startsAt !== undefined) {
    return { on: 'time', what: 'its start', since: state.startedAt, until: state.startsAt }
  }
  return { on: 'child', what: 'its stage', since: state.startedAt }
}

function runStatus(state: PipelineRunState): RunStatus {
  if (isTerminal(state)) return state.status === 'aborting' ? 'running' : state.status
  return state.paused === null && state.startsAt === undefined ? 'running' : 'waiting'
}

/** The pipeline run as the reactor sees it. */
export const pipelineRunMachine: Machine<PipelineRunState> = {
  kind: 'pipeline_run',
  reduce: (state, event, plan) => reducePipelineRun(state, ownEvent<PipelineRunEvent>(event), plan),
  wakeAt: (state, plan) => {
    const limit = plan?.kind === 'run' ? plan.timeoutMs : null
    if (isTerminal(state) || state.status === 'aborting') return undefined
    const begins = state.paused === null ? state.startsAt : undefined
    return earliest(limit === null ? undefined : state.startedAt + limit, begins)
  },
  runStatus,
  waits,
  isTerminal,
}
