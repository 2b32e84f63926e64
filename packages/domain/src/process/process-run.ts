// The run of a process: starts each step when the steps before it are settled, and comes to one outcome.

import { boundedText } from '../kernel/bounded-text.ts'
import type { Effect, Question } from '../kernel/effect.ts'
import { idFrom } from '../kernel/id.ts'
import { earliest, type Instant } from '../kernel/instant.ts'
import { assertInvariant } from '../kernel/invariant.ts'
import { ownEvent, type Machine } from '../kernel/machine.ts'
import type { Occurrence } from '../kernel/occurrence.ts'
import type { Outcome, RunStatus, Waits } from '../kernel/status.ts'
import { accept, refuse, type Transition } from '../kernel/transition.ts'
import type { Plan } from '../pipeline/run-plan.ts'
import { ANSWER_WITHIN_MS, REASON_LENGTH_MAX } from '../pipeline/stage-run-state.ts'
import type { ProcessPlan, StepPlan } from './process-plan.ts'
import {
  LEFT_MAX,
  type BadOutcome,
  type ProcessResults,
  type ProcessRunEvent,
  type ProcessRunRefusal,
  type ProcessRunState,
  type StepLeft,
  type StepSlot,
} from './process-run-state.ts'
import type { StepResults, TargetCounts } from './step-run-state.ts'

export type ProcessRunTransition = Transition<ProcessRunState, Effect, ProcessRunRefusal>

type EventOf<T extends ProcessRunEvent['type']> = Extract<ProcessRunEvent, { type: T }> & Occurrence

/** A process being changed by one event. Changed in place while it is folded, and never seen outside. */
interface Turn {
  readonly plan: ProcessPlan
  readonly event: Occurrence
  readonly effects: Effect[]
  state: ProcessRunState
}

/**
 * Folds one event into a process run. A step starts once its needs are settled; after a failure that stops or an abort
 * only steps marked always start, when everything else has ended.
 */
export function reduceProcessRun(
  state: ProcessRunState | undefined,
  event: ProcessRunEvent & Occurrence,
  plan: Plan | undefined,
): ProcessRunTransition {
  assertInvariant(plan?.kind === 'process', 'a process run has a process plan')
  if (event.type === 'process_created') {
    return state === undefined ? create(event, plan) : refuse('already_finished')
  }
  if (state === undefined) return refuse('not_created')
  if (isTerminal(state)) return refuse('already_finished')
  const turn: Turn = { plan, event, effects: [], state }
  switch (event.type) {
    case 'child_finished':
      return finishChild(turn, event)
    case 'condition_judged':
      return judgeCondition(turn, event)
    case 'step_retried':
      return retryStep(turn, event)
    case 'step_skipped':
      return skipStep(turn, event)
    case 'abort_requested':
      return abort(turn, event.reason)
    case 'woken':
      return wake(turn)
  }
}

// ── beginning and end ──────────────────────────────────────────────────────────────────────────

const NOTHING: TargetCounts = {
  open: 0,
  succeeded: 0,
  failed: 0,
  errored: 0,
  aborted: 0,
  skipped: 0,
  unknown: 0,
}

function create(event: EventOf<'process_created'>, plan: ProcessPlan): ProcessRunTransition {
  const state: ProcessRunState = {
    v: 1,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the reactor addresses by kind
    id: event.self.id as ProcessRunState['id'],
    root: event.self.root,
    plan: event.plan,
    status: 'running',
    parent: event.parent,
    node: event.node,
    attempt: event.attempt,
    environment: event.environment,
    lockToken: event.lockToken,
    starter: event.starter,
    always: event.always ?? false,
    steps: plan.steps.map(() => ({ status: 'pending' })),
    counts: NOTHING,
    since: event.at,
    reason: null,
  }
  return goOn({ plan, event, effects: [], state })
}

/** Starts what may start, and ends the run when every step has ended. */
function goOn(turn: Turn): ProcessRunTransition {
  if (isClosing(turn.state)) closeOrdinary(turn)
  for (let hasMoved = true; hasMoved;) {
    hasMoved = false
    for (const [index, step] of turn.plan.steps.entries()) {
      if (slotAt(turn, index).status !== 'pending') continue
      if (isBlocked(turn, step)) put(turn, index, { status: 'aborted' })
      else if (mayStart(turn, step)) begin(turn, index, step)
      else continue
      hasMoved = true
    }
  }
  if (turn.state.steps.every(({ status }) => isOutcome(status))) return finish(turn)
  return settle(turn)
}

function settle(turn: Turn): ProcessRunTransition {
  const { state } = turn
  if (!isClosing(state)) {
    const asks = state.steps.some(({ status }) => status === 'waiting')
    become(turn, asks ? 'waiting' : 'running')
  }
  return accept(turn.state, turn.effects)
}

function finish(turn: Turn): ProcessRunTransition {
  const outcome = outcomeOf(turn)
  become(turn, outcome)
  const { state } = turn
  const results: ProcessResults = { counts: state.counts, steps: state.steps.length }
  turn.effects.push({
    type: 'tell',
    to: state.parent,
    event: {
      type: 'child_finished',
      child: state.id,
      node: state.node,
      attempt: state.attempt,
      outcome,
      results,
      ...(state.reason === null || outcome === 'succeeded' ? {} : { reason: state.reason }),
    },
  })
  return accept(state, turn.effects)
}

/** What steps with `onError: continue` came to does not count: that is what it says. */
function outcomeOf({ plan, state }: Turn): Exclude<Outcome, 'skipped'> {
  if (state.status === 'aborting') return 'aborted'
  const ends = state.steps.filter((_slot, index) => plan.steps[index]?.onError !== 'continue')
  const has = (status: BadOutcome) => ends.some((slot) => slot.status === status)
  if (has('failed')) return 'failed'
  if (has('errored')) return 'errored'
  return has('aborted') ? 'aborted' : 'succeeded'
}

// ── starting steps ─────────────────────────────────────────────────────────────────────────────

function mayStart(turn: Turn, step: StepPlan): boolean {
  const { state, plan } = turn
  if (isClosing(state) && !(step.always && ordinaryHasEnded(turn))) return false
  // What ended badly here has `onError: continue`: anything else would have stopped the process or asked a person.
  return step.needs.every((key) => isOutcome(slotAt(turn, indexOf(plan, key)).status))
}

/** Part of a component's process after a part that ended badly: the process may go on without this component, the component not. */
function isBlocked(turn: Turn, step: StepPlan): boolean {
  if (step.always || step.component === null) return false
  return step.needs.some((key) => {
    const index = indexOf(turn.plan, key)
    const need = turn.plan.steps[index]
    const isSame = need?.component === step.component && need.process === step.process
    return isSame && isBad(slotAt(turn, index).status)
  })
}

function ordinaryHasEnded({ plan, state }: Turn): boolean {
  return state.steps.every(
    ({ status }, index) => plan.steps[index]?.always === true || isOutcome(status),
  )
}

function begin(turn: Turn, index: number, step: StepPlan): void {
  if (step.when === null) return start(turn, index, step)
  askCondition(turn, index, step.when)
}

function askCondition(turn: Turn, index: number, cel: string): void {
  const slot = slotAt(turn, index)
  const round = (slot.round ?? 0) + 1
  const wakeAt = turn.event.at + ANSWER_WITHIN_MS
  put(turn, index, { status: 'ready', ...countersOf(slot), round, wakeAt })
  turn.effects.push({
    type: 'ask',
    question: { type: 'judge_condition', node: index, cel, round },
  })
}

function start(turn: Turn, index: number, step: StepPlan): void {
  const { state, event } = turn
  const slot = slotAt(turn, index)
  const { attempt = 1, left } = slot
  const child = idFrom(event.ids, 'stp', index)
  put(turn, index, { status: 'running', ...countersOf(slot), child })
  turn.effects.push({
    type: 'start_child',
    id: child,
    node: step.key,
    attempt,
    event: {
      type: 'step_created',
      plan: state.plan,
      step: step.key,
      parent: { root: state.root, id: state.id },
      node: step.key,
      attempt,
      environment: state.environment,
      lockToken: state.lockToken,
      always: state.always || step.always,
      starter: state.starter,
      ...(left?.resume === undefined ? {} : { resume: left.resume }),
    },
  })
}

// ── what comes back ────────────────────────────────────────────────────────────────────────────

function finishChild(turn: Turn, event: EventOf<'child_finished'>): ProcessRunTransition {
  const index = indexOf(turn.plan, event.node)
  const slot = turn.state.steps[index]
  if (slot === undefined) return refuse('no_such_step')
  if (slot.status !== 'running' || slot.child !== event.child) return refuse('stale_attempt')
  if ((slot.attempt ?? 1) !== event.attempt) return refuse('stale_attempt')
  endStep(turn, index, event.outcome, event.reason ?? event.outcome, event.results)
  return goOn(turn)
}

/** The step has ended so; what its `onError` says is applied here and nowhere else. */
function endStep(
  turn: Turn,
  index: number,
  outcome: Outcome,
  reason: string,
  results: StepResults | undefined,
): void {
  const step = turn.plan.steps[index]
  assertInvariant(step !== undefined, 'a step that ends is in the plan')
  const kept = countersOf(slotAt(turn, index))
  if (outcome === 'succeeded' || outcome === 'skipped') {
    addCounts(turn, results?.counts)
    return put(turn, index, { status: outcome, ...kept })
  }
  note(turn, `${step.title}: ${reason}`)
  if (step.onError === 'ask' && !isClosing(turn.state)) {
    const left = mayRemember(turn.state) ? leftOf(results) : undefined
    turn.effects.push({
      type: 'send',
      effect: {
        type: 'notify_owners',
        run: turn.state.root,
        about: turn.state.id,
        what: 'step_failed',
      },
    })
    return put(turn, index, {
      status: 'waiting',
      ...kept,
      ended: outcome,
      ...(left === undefined ? {} : { left }),
    })
  }
  addCounts(turn, results?.counts)
  put(turn, index, { status: outcome, ...kept })
  if (step.onError !== 'continue' && !isClosing(turn.state)) become(turn, 'stopping')
}

function judgeCondition(turn: Turn, event: EventOf<'condition_judged'>): ProcessRunTransition {
  const step = turn.plan.steps[event.node]
  const slot = turn.state.steps[event.node]
  if (step === undefined || slot === undefined) return refuse('no_such_step')
  if (slot.status !== 'ready') return refuse('not_waiting_for_this')
  if (slot.round !== event.round) return refuse('stale_round')
  if ('error' in event) {
    endStep(turn, event.node, 'errored', `its condition: ${event.error}`, undefined)
  } else if (event.holds) {
    start(turn, event.node, step)
  } else {
    put(turn, event.node, { status: 'skipped' })
  }
  return goOn(turn)
}

function retryStep(turn: Turn, event: EventOf<'step_retried'>): ProcessRunTransition {
  const index = indexOf(turn.plan, event.step)
  const step = turn.plan.steps[index]
  const slot = turn.state.steps[index]
  if (step === undefined || slot === undefined) return refuse('no_such_step')
  if (slot.status !== 'waiting') return refuse('not_failed')
  const { left } = slot
  const attempt = (slot.attempt ?? 1) + 1
  const kept = { ...countersOf(slot), attempt, ...(left === undefined ? {} : { left }) }
  put(turn, index, { status: 'pending', ...kept })
  // Partly done, it goes on, and its condition has held already; else it begins anew.
  if (left?.resume === undefined) begin(turn, index, step)
  else start(turn, index, step)
  return goOn(turn)
}

function skipStep(turn: Turn, event: EventOf<'step_skipped'>): ProcessRunTransition {
  const index = indexOf(turn.plan, event.step)
  const slot = turn.state.steps[index]
  if (slot === undefined) return refuse('no_such_step')
  if (event.reason.trim() === '') return refuse('reason_missing')
  if (slot.status !== 'waiting') return refuse('not_failed')
  addCounts(turn, slot.left?.counts)
  put(turn, index, { status: 'skipped', ...countersOf(slot) })
  return goOn(turn)
}

function wake(turn: Turn): ProcessRunTransition {
  for (const [index, step] of turn.plan.steps.entries()) {
    const { status, wakeAt } = slotAt(turn, index)
    const isLate = status === 'ready' && wakeAt !== undefined && turn.event.at >= wakeAt
    if (isLate && step.when !== null) askCondition(turn, index, step.when)
  }
  return goOn(turn)
}

// ── stopping ───────────────────────────────────────────────────────────────────────────────────

function abort(turn: Turn, reason: string): ProcessRunTransition {
  const { state, plan } = turn
  if (state.status === 'aborting') return refuse('already_aborting')
  for (const [index, step] of plan.steps.entries()) {
    const { child } = slotAt(turn, index)
    if (step.always || child === undefined) continue
    turn.effects.push({
      type: 'tell',
      to: { root: state.root, id: child },
      event: { type: 'abort_requested', reason },
    })
  }
  become(turn, 'aborting')
  turn.state = { ...turn.state, reason: boundedText(reason, REASON_LENGTH_MAX) }
  return goOn(turn)
}

/** Nothing ordinary begins any more: what is asked or waits ends as it stands, what runs comes to its own end. */
function closeOrdinary(turn: Turn): void {
  for (const [index, step] of turn.plan.steps.entries()) {
    const slot = slotAt(turn, index)
    const isOver =
      slot.status === 'waiting' ||
      (!step.always && (slot.status === 'pending' || slot.status === 'ready'))
    if (!isOver) continue
    addCounts(turn, slot.left?.counts)
    put(turn, index, { status: slot.ended ?? 'aborted' })
  }
}

function isClosing(state: ProcessRunState): boolean {
  return state.status === 'stopping' || state.status === 'aborting'
}

// ── small parts ────────────────────────────────────────────────────────────────────────────────

function become(turn: Turn, status: ProcessRunState['status']): void {
  if (turn.state.status === status) return
  turn.state = { ...turn.state, status, since: turn.event.at }
}

function put(turn: Turn, index: number, slot: StepSlot): void {
  turn.state = { ...turn.state, steps: turn.state.steps.with(index, slot) }
}

function note(turn: Turn, reason: string): void {
  if (turn.state.reason === null)
    turn.state = { ...turn.state, reason: boundedText(reason, REASON_LENGTH_MAX) }
}

function addCounts(turn: Turn, more: TargetCounts | undefined): void {
  if (more === undefined) return
  const { counts } = turn.state
  turn.state = {
    ...turn.state,
    counts: {
      open: 0,
      succeeded: counts.succeeded + more.succeeded,
      failed: counts.failed + more.failed,
      errored: counts.errored + more.errored,
      aborted: counts.aborted + more.aborted,
      skipped: counts.skipped + more.skipped,
      unknown: counts.unknown + more.unknown,
    },
  }
}

function leftOf(results: StepResults | undefined): StepLeft | undefined {
  if (results === undefined) return undefined
  const { counts, resume } = results
  return { counts, ...(resume === undefined ? {} : { resume }) }
}

function mayRemember(state: ProcessRunState): boolean {
  return state.steps.filter(({ left }) => left !== undefined).length < LEFT_MAX
}

/** What a slot keeps from one attempt to the next. */
function countersOf({ attempt, round }: StepSlot): Pick<StepSlot, 'attempt' | 'round'> {
  return {
    ...(attempt === undefined ? {} : { attempt }),
    ...(round === undefined ? {} : { round }),
  }
}

function slotAt({ state }: Turn, index: number): StepSlot {
  const slot = state.steps[index]
  assertInvariant(slot !== undefined, 'a process run has a slot for each step of its plan')
  return slot
}

function indexOf(plan: ProcessPlan, key: string): number {
  return plan.steps.findIndex((step) => step.key === key)
}

function isOutcome(status: StepSlot['status']): status is Outcome {
  return status === 'succeeded' || status === 'skipped' || isBad(status)
}

function isBad(status: StepSlot['status']): status is BadOutcome {
  return status === 'failed' || status === 'errored' || status === 'aborted'
}

// ── the outside ────────────────────────────────────────────────────────────────────────────────

function isTerminal({ status }: ProcessRunState): boolean {
  return (
    status === 'succeeded' || status === 'failed' || status === 'errored' || status === 'aborted'
  )
}

function wakeAt(state: ProcessRunState): Instant | undefined {
  if (isTerminal(state)) return undefined
  return earliest(...state.steps.map((slot) => slot.wakeAt))
}

function unanswered(state: ProcessRunState, plan: Plan | undefined): readonly Question[] {
  if (plan?.kind !== 'process' || isTerminal(state)) return []
  return plan.steps.flatMap(({ when }, node): readonly Question[] => {
    const slot = state.steps[node]
    if (when === null || slot?.status !== 'ready' || slot.round === undefined) return []
    return [{ type: 'judge_condition', node, cel: when, round: slot.round }]
  })
}

function waits(state: ProcessRunState): Waits | undefined {
  if (isTerminal(state)) return undefined
  if (state.status === 'waiting') {
    return { on: 'person', what: state.reason ?? 'a step failed', since: state.since }
  }
  const isRunning = state.steps.some(({ status }) => status === 'running')
  return isRunning ? undefined : { on: 'check', what: 'a condition', since: state.since }
}

/** The reducer of process runs as the reactor sees it. */
export const processRunMachine: Machine<ProcessRunState> = {
  kind: 'process_run',
  reduce: (state, event, plan) => reduceProcessRun(state, ownEvent<ProcessRunEvent>(event), plan),
  wakeAt,
  runStatus: ({ status }): RunStatus =>
    status === 'stopping' || status === 'aborting' ? 'running' : status,
  waits,
  isTerminal,
  unanswered,
}
