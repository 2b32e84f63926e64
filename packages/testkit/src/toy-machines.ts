// A small family of machines that uses everything the reactor offers: a run with steps, steps with jobs, and a listener
// in another project. For tests and benchmarks of the write path; the real machines have tests of their own.

import { accept, idFrom, ownEvent, refuse } from '@lockstep/domain'
import type {
  Address,
  Digest,
  Effect,
  Instant,
  JobId,
  JobOrder,
  Machine,
  Occurrence,
  OutwardEffect,
  Outcome,
  Question,
  StateHead,
  Transition,
} from '@lockstep/domain'

const PLAN: Digest = `sha256:${'0'.repeat(64)}`

interface ToyRun extends StateHead {
  readonly status: 'running' | 'aborting' | 'succeeded' | 'failed' | 'aborted'
  readonly steps: number
  readonly finished: number
  readonly pokes: number
  readonly wakeAt: Instant | null
  readonly listener: Address | null
  readonly ballast: string
  /** What it asked last. */
  readonly asked?: Question
}

type ToyRunEvent =
  | {
      readonly type: 'run_created'
      readonly steps: number
      readonly jobs: number
      readonly atOnce: number
      readonly listener?: Address
      readonly wakeAt?: Instant
    }
  | { readonly type: 'poked' }
  | { readonly type: 'child_finished'; readonly child: string; readonly outcome: Outcome }
  | { readonly type: 'slept'; readonly until: Instant }
  | { readonly type: 'woken' }
  | { readonly type: 'abort_requested'; readonly children: readonly Address[] }
  | { readonly type: 'asked'; readonly question: Question }
  | { readonly type: 'sent'; readonly effect: OutwardEffect }
  | { readonly type: 'told'; readonly to: Address }
  /** The reducer throws. */
  | { readonly type: 'broken' }
  /** The state grows by so many letters. */
  | { readonly type: 'grown'; readonly letters: number }
  | { readonly type: 'ended' }

type ToyTransition<State> = Transition<State, Effect, string>

/** A run that starts steps, counts what they tell it, and can be poked, put to sleep, broken and grown. */
export const toyRunMachine: Machine<ToyRun> = {
  kind: 'pipeline_run',
  reduce: (state, event) => reduceRun(state, ownEvent<ToyRunEvent>(event)),
  wakeAt: ({ wakeAt }) => wakeAt ?? undefined,
  runStatus: ({ status }) => (status === 'aborting' ? 'running' : status),
  waits: (state) => (isOver(state) ? undefined : { on: 'child', what: 'steps', since: 0 }),
  isTerminal: isOver,
  unanswered: ({ asked }) => (asked === undefined ? [] : [asked]),
}

function isOver({ status }: ToyRun): boolean {
  return status !== 'running' && status !== 'aborting'
}

function reduceRun(
  state: ToyRun | undefined,
  event: ToyRunEvent & Occurrence,
): ToyTransition<ToyRun> {
  if (event.type === 'run_created') {
    return state === undefined ? createRun(event) : refuse('already_created')
  }
  if (state === undefined) return refuse('not_created')
  if (isOver(state)) return refuse('already_finished')
  switch (event.type) {
    case 'poked':
      return accept({ ...state, pokes: state.pokes + 1 })
    case 'child_finished':
      return finishStep(state)
    case 'slept':
      return accept({ ...state, wakeAt: event.until })
    case 'woken':
      if (state.wakeAt === null || event.at < state.wakeAt) return refuse('not_due')
      return accept({ ...state, wakeAt: null, pokes: state.pokes + 1 })
    case 'abort_requested':
      return accept({ ...state, status: 'aborting' }, [
        { type: 'set_guard', subject: state.id, open: false },
        ...event.children.map((to): Effect => ({
          type: 'tell',
          to,
          event: { type: 'abort_requested', reason: 'toy' },
        })),
      ])
    case 'asked':
      return accept({ ...state, asked: event.question }, [
        { type: 'ask', question: event.question },
      ])
    case 'sent':
      return accept(state, [{ type: 'send', effect: event.effect }])
    case 'told':
      return accept(state, [{ type: 'tell', to: event.to, event: { type: 'poked' } }])
    case 'broken':
      throw new Error('the toy is broken')
    case 'grown':
      return accept({ ...state, ballast: state.ballast + 'x'.repeat(event.letters) })
    case 'ended':
      return accept({ ...state, status: 'succeeded', wakeAt: null })
  }
}

function createRun(
  event: Extract<ToyRunEvent, { type: 'run_created' }> & Occurrence,
): ToyTransition<ToyRun> {
  const { self, steps, jobs, atOnce } = event
  const state: ToyRun = {
    v: 1,
    ...self,
    plan: null,
    status: 'running',
    steps,
    finished: 0,
    pokes: 0,
    wakeAt: event.wakeAt ?? null,
    listener: event.listener ?? null,
    ballast: '',
  }
  const children = Array.from({ length: steps }, (_, index): Effect => ({
    type: 'start_child',
    id: idFrom(event.ids, 'stp', index),
    node: String(index),
    attempt: 1,
    event: { type: 'step_created', parent: self, jobs, atOnce },
  }))
  return accept(state, children)
}

function finishStep(state: ToyRun): ToyTransition<ToyRun> {
  const finished = state.finished + 1
  if (finished < state.steps) return accept({ ...state, finished })
  const status = state.status === 'aborting' ? 'aborted' : 'succeeded'
  const told: readonly Effect[] =
    state.listener === null ? [] : [{ type: 'tell', to: state.listener, event: { type: 'poked' } }]
  return accept({ ...state, finished, status, wakeAt: null }, told)
}

interface ToyStep extends StateHead {
  readonly status: 'running' | 'succeeded' | 'aborted'
  readonly parent: Address
  readonly jobs: number
  readonly opened: number
  readonly open: number
  readonly done: number
  readonly unknown: number
  readonly isStopping: boolean
}

interface ToyJobAt {
  readonly job: JobId
}

type ToyStepEvent =
  | {
      readonly type: 'step_created'
      readonly parent: Address
      readonly jobs: number
      readonly atOnce: number
    }
  | ({ readonly type: 'job_finished' } & ToyJobAt)
  | ({ readonly type: 'job_lost' } & ToyJobAt)
  | ({ readonly type: 'unknown_resolved' } & ToyJobAt)
  | { readonly type: 'jobs_cancelled'; readonly jobs: readonly ToyJobAt[] }
  | { readonly type: 'abort_requested' }
  | { readonly type: 'woken' }

/** A step that keeps so many jobs open at once until all have ended, and then tells its run. */
export const toyStepMachine: Machine<ToyStep> = {
  kind: 'step_run',
  reduce: (state, event) => reduceStep(state, ownEvent<ToyStepEvent>(event)),
  wakeAt: () => undefined,
  runStatus: ({ status }) => status,
  waits: ({ status }) =>
    status === 'running' ? { on: 'agent', what: 'jobs', since: 0 } : undefined,
  isTerminal: ({ status }) => status !== 'running',
}

function reduceStep(
  state: ToyStep | undefined,
  event: ToyStepEvent & Occurrence,
): ToyTransition<ToyStep> {
  if (event.type === 'step_created') {
    if (state !== undefined) return refuse('already_created')
    const { self, parent, jobs, atOnce } = event
    const fresh: ToyStep = {
      v: 1,
      ...self,
      plan: null,
      status: 'running',
      parent,
      jobs,
      opened: 0,
      open: 0,
      done: 0,
      unknown: 0,
      isStopping: false,
    }
    return goOn(fresh, event, Math.min(jobs, atOnce))
  }
  if (state === undefined) return refuse('not_created')
  if (state.status !== 'running') return refuse('already_finished')
  switch (event.type) {
    case 'job_finished':
      return goOn({ ...state, open: state.open - 1, done: state.done + 1 }, event, 1)
    case 'job_lost':
      return accept({ ...state, open: state.open - 1, unknown: state.unknown + 1 })
    case 'unknown_resolved':
      if (state.unknown === 0) return refuse('not_unknown')
      return goOn({ ...state, unknown: state.unknown - 1, done: state.done + 1 }, event, 1)
    case 'jobs_cancelled':
      return goOn({ ...state, open: state.open - event.jobs.length }, event, 0)
    case 'abort_requested': {
      const next = goOn({ ...state, isStopping: true }, event, 0)
      if (!next.ok || next.state.status !== 'running') return next
      return accept(next.state, [{ type: 'cancel_jobs', graceMs: 10_000 }])
    }
    case 'woken':
      return refuse('not_due')
  }
}

function goOn(state: ToyStep, event: Occurrence, more: number): ToyTransition<ToyStep> {
  const opening = state.isStopping ? 0 : Math.min(more, state.jobs - state.opened)
  const jobs = Array.from({ length: opening }, (_, index) => order(state, event, index))
  const open = state.open + opening
  const next: ToyStep = { ...state, opened: state.opened + opening, open }
  const opened: readonly Effect[] = jobs.length === 0 ? [] : [{ type: 'open_jobs', jobs }]
  if (open > 0 || next.unknown > 0) return accept(next, opened)
  const outcome = state.isStopping ? 'aborted' : 'succeeded'
  const { id, parent } = state
  const finished = { type: 'child_finished', child: id, node: '0', attempt: 1, outcome }
  return accept({ ...next, status: outcome }, [{ type: 'tell', to: parent, event: finished }])
}

function order(state: ToyStep, event: Occurrence, index: number): JobOrder {
  return {
    id: idFrom(event.ids, 'job', index),
    plan: PLAN,
    step: 'toy',
    link: 0,
    target: state.opened + index,
    attempt: 1,
    cause: null,
    pool: TOY_POOL,
    environment: null,
    lockToken: null,
    always: false,
    notBefore: null,
    timeoutMs: 60_000,
  }
}

/** The pool of every toy job. */
export const TOY_POOL = 'label:toy'

/** All of them, as a reactor takes them. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a reactor gives each machine the states that it made
export const TOY_MACHINES = [toyRunMachine, toyStepMachine] as unknown as readonly Machine[]
