// The run of one stage: entry gate, tasks in order, exit gate. Exactly these, always all three.

import type { Effect, Question } from '../kernel/effect.ts'
import { idFrom } from '../kernel/id.ts'
import { earliest, type Instant } from '../kernel/instant.ts'
import { assertInvariant } from '../kernel/invariant.ts'
import { ownEvent, type Machine } from '../kernel/machine.ts'
import type { Occurrence } from '../kernel/occurrence.ts'
import { isTerminalStatus, type Outcome } from '../kernel/status.ts'
import { accept, refuse, type Transition } from '../kernel/transition.ts'
import type { Plan, RunPlan, TaskPlan } from './run-plan.ts'
import { beginEnding, finish, goOnEnding } from './stage-ending.ts'
import { askForLock, claimGiven, claimRefused, releaseLock } from './stage-lock.ts'
import { runStatus, waits, wakeAt } from './stage-outside.ts'
import { pause, resume } from './stage-pause.ts'
import {
  ANSWER_WITHIN_MS,
  WHEN_NODE,
  type GateSlot,
  type StageRunEvent,
  type StageRunRefusal,
  type StageRunState,
  type TaskSlot,
} from './stage-run-state.ts'
import { beginTask, beginWork, questionOf, startProcessRun } from './stage-task.ts'
import {
  bounded,
  change,
  contextOf,
  deadlineOf,
  effect,
  isBusy,
  isSettled,
  isStuck,
  isTerminal,
  putTurn,
  stageOf,
  tellToAbort,
  type Turn,
} from './stage-turn.ts'

export type StageRunTransition = Transition<StageRunState, Effect, StageRunRefusal>

/** Folds one event into a stage run. Answers of children and questions are refused as stale when nobody waits for them. */
export function reduceStageRun(
  state: StageRunState | undefined,
  event: StageRunEvent & Occurrence,
  plan: Plan | undefined,
): StageRunTransition {
  assertInvariant(plan?.kind === 'run', 'a stage run has a run plan')
  if (event.type === 'stage_created') {
    return state === undefined ? create(event, plan) : refuse('already_finished')
  }
  if (state === undefined) return refuse('not_created')
  if (isTerminal(state)) return refuse('already_finished')
  const turn: Turn = { state, effects: [], run: plan, stage: stageOf(plan, state.stage), event }
  switch (event.type) {
    case 'gate_finished':
      return finishGate(turn, event)
    case 'gate_retried':
      return retryGate(turn, event)
    case 'lock_given':
      return takeLock(turn, event)
    case 'lock_refused':
      return refuseLock(turn, event.refusal)
    case 'condition_judged':
      return event.node === WHEN_NODE ? judgeStage(turn, event) : judgeTask(turn, event)
    case 'process_planned':
      return withAsked(turn, event, 'plan', (task, slot) => {
        const begun = startProcessRun(contextOf(turn), event.node, task, event.plan)
        return put(turn, event.node, { ...begun.slot, ...deadlineOf(slot) }, begun.effects)
      })
    case 'plan_differs':
      return withAsked(turn, event, 'plan', (_task, slot) =>
        put(turn, event.node, {
          ...waitingForPerson(slot, event.at),
          reason: bounded(`reality has moved since the plan was made: ${event.changes.join('; ')}`),
        }),
      )
    case 'plan_refused':
      return withAsked(turn, event, 'plan', () =>
        endTask(turn, event.node, 'errored', event.detail),
      )
    case 'plan_deferred':
      return withAsked(turn, event, 'plan', (_task, slot) =>
        put(turn, event.node, {
          // Its time counts from when it may begin.
          status: 'waiting',
          doing: 'time',
          attempt: slot.attempt,
          round: slot.round,
          since: event.at,
          wakeAt: event.until,
          reason: bounded(event.reason),
        }),
      )
    case 'snapshot_made':
      return withAsked(turn, event, 'answer', () =>
        endTask(turn, event.node, 'succeeded', event.version),
      )
    case 'snapshot_refused':
      return withAsked(turn, event, 'answer', () =>
        endTask(turn, event.node, 'failed', event.detail),
      )
    case 'check_answered':
      return answerCheck(turn, event)
    case 'child_finished':
      return finishChild(turn, event)
    case 'task_completed':
      return completeTask(turn, event)
    case 'task_retried':
      return retryTask(turn, event)
    case 'task_skipped':
      return skipTask(turn, event)
    case 'stage_paused':
      return state.paused ? refuse('already_paused') : settle(pause(turn))
    case 'stage_resumed':
      return state.paused ? settle(wake(resume(turn))) : refuse('not_paused')
    case 'abort_requested':
      return settle(beginEnding(turn, 'aborted'))
    case 'woken':
      return settle(wake(turn))
  }
}

// ── beginning ────────────────────────────────────────────────────────────────────────────────

function create(
  event: Extract<StageRunEvent, { type: 'stage_created' }> & Occurrence,
  run: RunPlan,
): StageRunTransition {
  const stage = stageOf(run, event.stage)
  const fresh: GateSlot = { status: 'not_reached', instance: 0 }
  const state: StageRunState = {
    v: 1,
    id: event.self.id,
    root: event.self.root,
    plan: event.plan,
    parent: event.parent,
    node: event.node,
    attempt: event.attempt,
    stage: event.stage,
    starter: event.starter,
    status: 'entry',
    entry: keepsEntry(event) ? { status: 'passed', instance: 0 } : fresh,
    exit: fresh,
    tasks: stage.tasks.map((_task, index) => keptOrPending(event, index)),
    whenWakeAt: null,
    lock: 'none',
    paused: event.paused,
    ...(event.paused ? { pausedAt: event.at } : {}),
    ...(event.always === true ? { always: true } : {}),
    ending: null,
    waitsSince: null,
  }
  const turn: Turn = { state, effects: [], run, stage, event }
  if (keepsEntry(event)) return settle(change(turn, { status: 'tasks' }))
  if (stage.when === null || event.from !== null) return settle(startGate(turn, 'entry'))
  return settle({
    ...change(turn, { whenWakeAt: event.at + ANSWER_WITHIN_MS }),
    effects: [askStageCondition(stage.when)],
  })
}

function keepsEntry(event: Extract<StageRunEvent, { type: 'stage_created' }>): boolean {
  return event.from !== null && event.entryAgain !== true
}

function keptOrPending(
  event: Extract<StageRunEvent, { type: 'stage_created' }>,
  index: number,
): TaskSlot {
  const kept = event.kept[index]
  if (event.from === null || index >= event.from || kept === undefined) {
    return { status: 'pending', attempt: 1, round: 0 }
  }
  const passedOver = kept !== 'succeeded' && kept !== 'skipped'
  const leftOut = event.leftOut?.includes(index) === true
  return {
    status: kept,
    attempt: 1,
    round: 0,
    ...(passedOver ? { passedOver } : {}),
    ...(leftOut ? { leftOut } : {}),
  }
}

function askStageCondition(cel: string): Effect {
  return { type: 'ask', question: stageCondition(cel) }
}

function stageCondition(cel: string): Question {
  return { type: 'judge_condition', node: WHEN_NODE, cel, round: 0 }
}

function judgeStage(
  turn: Turn,
  event: Extract<StageRunEvent, { type: 'condition_judged' }>,
): StageRunTransition {
  if (turn.state.whenWakeAt === null) return refuse('not_asked')
  const asked = change(turn, { whenWakeAt: null })
  if ('error' in event) {
    const wrong = change(asked, { whenError: bounded(event.error) })
    return settle(
      turn.run.onFailure === 'wait'
        ? waitForPerson(wrong, 'condition_failed')
        : finish(wrong, 'failed'),
    )
  }
  return settle(event.holds ? startGate(asked, 'entry') : finish(asked, 'skipped'))
}

// ── gates ────────────────────────────────────────────────────────────────────────────────────

function startGate(turn: Turn, node: 'entry' | 'exit'): Turn {
  const { state, event } = turn
  const instance = state[node].instance + 1
  const gate = idFrom(event.ids, 'gat', node === 'entry' ? 1 : 2)
  const started = change(turn, { status: node, [node]: { status: 'judging', instance, gate } })
  return effect(started, {
    type: 'start_child',
    id: gate,
    node,
    attempt: instance,
    event: {
      type: 'gate_created',
      plan: state.plan,
      stage: state.stage,
      node,
      attempt: instance,
      parent: { root: state.root, id: state.id },
      starter: state.starter,
    },
  })
}

function finishGate(
  turn: Turn,
  event: Extract<StageRunEvent, { type: 'gate_finished' }>,
): StageRunTransition {
  const slot = turn.state[event.node]
  if (slot.status !== 'judging' || slot.instance !== event.attempt) return refuse('stale_instance')
  const status = event.outcome === 'passed' ? 'passed' : 'rejected'
  const judged = change(turn, { [event.node]: { ...slot, status } })
  if (turn.state.status === 'ending') return settle(judged)
  if (event.outcome !== 'passed') return settle(waitForPerson(judged, 'gate_rejected'))
  return settle(
    event.node === 'entry' ? change(judged, { status: 'tasks' }) : finish(judged, 'succeeded'),
  )
}

function retryGate(
  turn: Turn,
  event: Extract<StageRunEvent, { type: 'gate_retried' }>,
): StageRunTransition {
  if (turn.state.status !== event.node || turn.state[event.node].status !== 'rejected') {
    return refuse('gate_not_rejected')
  }
  return settle(startGate(change(turn, { waitsSince: null }), event.node))
}

// ── the environment ──────────────────────────────────────────────────────────────────────────

function takeLock(
  turn: Turn,
  event: Extract<StageRunEvent, { type: 'lock_given' }>,
): StageRunTransition {
  const taken = turn.state.lock === 'asked' ? claimGiven(turn, event) : undefined
  return taken === undefined ? refuse('not_asked') : settle(taken)
}

function refuseLock(turn: Turn, refusal: string): StageRunTransition {
  if (turn.state.lock !== 'asked') return refuse('not_asked')
  let next = claimRefused(turn)
  for (const [index, slot] of turn.state.tasks.entries()) {
    if (slot.doing !== 'lock') continue
    next = ended(next, index, 'errored', `the environment could not be had: ${refusal}`)
  }
  return settle(next)
}

// ── tasks ────────────────────────────────────────────────────────────────────────────────────

function judgeTask(
  turn: Turn,
  event: Extract<StageRunEvent, { type: 'condition_judged' }>,
): StageRunTransition {
  const { node } = event
  const slot = turn.state.tasks[node]
  const task = turn.stage.tasks[node]
  if (slot === undefined || task === undefined) return refuse('no_such_task')
  if (slot.doing !== 'condition') return refuse('not_waiting_for_this')
  if (slot.round !== event.round) return refuse('stale_round')
  if ('error' in event) return settle(ended(turn, node, 'errored', event.error))
  if (!event.holds) {
    const { attempt, round } = slot
    const reason = 'its condition is false'
    return put(turn, node, {
      status: 'skipped',
      attempt,
      round,
      since: turn.event.at,
      reason,
      leftOut: true,
    })
  }
  const begun = beginWork(contextOf(turn), node, task)
  return settle(putTurn(turn, node, begun.slot, begun.effects))
}

/** The task whose question is answered, if it is still the one that was asked. */
function withAsked(
  turn: Turn,
  event: { readonly node: number; readonly attempt: number },
  doing: 'plan' | 'answer',
  answer: (task: TaskPlan, slot: TaskSlot) => StageRunTransition,
): StageRunTransition {
  const slot = turn.state.tasks[event.node]
  const task = turn.stage.tasks[event.node]
  if (slot === undefined || task === undefined) return refuse('no_such_task')
  if (slot.attempt !== event.attempt) return refuse('stale_attempt')
  if (slot.doing !== doing) return refuse('not_waiting_for_this')
  return answer(task, slot)
}

function answerCheck(
  turn: Turn,
  event: Extract<StageRunEvent, { type: 'check_answered' }> & Occurrence,
): StageRunTransition {
  const slot = turn.state.tasks[event.node]
  const task = turn.stage.tasks[event.node]
  if (slot === undefined || task?.work.kind !== 'check') return refuse('no_such_task')
  if (slot.doing !== 'answer') return refuse('not_waiting_for_this')
  if (slot.round !== event.round) return refuse('stale_round')
  const { everyMs, check } = task.work
  const { holdsSince: before, ...rest } = slot
  const holdsSince = event.answer === 'holds' ? (before ?? event.at) : undefined
  const forMs = check.kind === 'metric' ? check.forMs : 0
  if (holdsSince !== undefined && event.at >= holdsSince + forMs) {
    return endTask(turn, event.node, 'succeeded', event.evidence)
  }
  if (slot.deadline !== undefined && event.at >= slot.deadline) {
    return endTask(
      turn,
      event.node,
      event.answer === 'error' ? 'errored' : 'failed',
      event.evidence,
    )
  }
  const next: TaskSlot = {
    ...rest,
    status: 'waiting',
    wakeAt: earliest(event.at + everyMs, slot.deadline) ?? event.at + everyMs,
    reason: bounded(event.evidence),
    ...(holdsSince === undefined ? {} : { holdsSince }),
  }
  return put(turn, event.node, next)
}

function finishChild(
  turn: Turn,
  event: Extract<StageRunEvent, { type: 'child_finished' }>,
): StageRunTransition {
  const index = Number(event.node)
  const slot = turn.state.tasks[index]
  if (slot === undefined) return refuse('no_such_task')
  if (slot.attempt !== event.attempt || slot.child !== event.child) return refuse('stale_attempt')
  if (slot.doing !== 'child') return refuse('not_waiting_for_this')
  if (slot.timedOut) return endTask(turn, index, 'failed', 'it took longer than its time-out')
  return endTask(turn, index, event.outcome, event.reason ?? '')
}

function completeTask(
  turn: Turn,
  event: Extract<StageRunEvent, { type: 'task_completed' }>,
): StageRunTransition {
  const slot = turn.state.tasks[event.task]
  const task = turn.stage.tasks[event.task]
  if (slot === undefined || task === undefined) return refuse('no_such_task')
  if (task.work.kind !== 'manual' || slot.doing !== 'person') return refuse('not_waiting_for_this')
  if (event.outcome === 'failed' && event.reason === '') return refuse('reason_missing')
  return endTask(turn, event.task, event.outcome, event.reason)
}

function retryTask(
  turn: Turn,
  event: Extract<StageRunEvent, { type: 'task_retried' }> & Occurrence,
): StageRunTransition {
  const slot = turn.state.tasks[event.task]
  if (slot === undefined) return refuse('no_such_task')
  if (!isStuck(slot, turn.stage.tasks[event.task])) return refuse('not_failed')
  return settle(
    putTurn(change(turn, { waitsSince: null }), event.task, {
      status: 'pending',
      attempt: slot.attempt + 1,
      round: slot.round,
      since: event.at,
      ...(event.reason === '' ? {} : { reason: bounded(event.reason) }),
    }),
  )
}

function skipTask(
  turn: Turn,
  event: Extract<StageRunEvent, { type: 'task_skipped' }>,
): StageRunTransition {
  const slot = turn.state.tasks[event.task]
  if (slot === undefined) return refuse('no_such_task')
  if (event.reason.trim() === '') return refuse('reason_missing')
  if (!isStuck(slot, turn.stage.tasks[event.task])) return refuse('not_failed')
  return settle(ended(change(turn, { waitsSince: null }), event.task, 'skipped', event.reason))
}

function endTask(turn: Turn, index: number, outcome: Outcome, reason: string): StageRunTransition {
  return settle(ended(turn, index, outcome, reason))
}

/** The task has ended so; what its `onError` says is applied here and nowhere else. */
function ended(turn: Turn, index: number, outcome: Outcome, reason: string): Turn {
  const slot = turn.state.tasks[index]
  const task = turn.stage.tasks[index]
  assertInvariant(slot !== undefined && task !== undefined, 'a task that ends is in the plan')
  const { at } = turn.event
  const good = outcome === 'succeeded' || outcome === 'skipped'
  const rule = task.onError
  if (
    !good &&
    turn.state.ending === null &&
    rule.action === 'retry' &&
    slot.attempt <= rule.times
  ) {
    return putTurn(turn, index, {
      status: 'waiting',
      doing: 'time',
      attempt: slot.attempt + 1,
      round: slot.round,
      since: at,
      wakeAt: at + rule.everyMs,
      reason: bounded(`attempt ${slot.attempt} ${outcome}: ${reason}`),
    })
  }
  return putTurn(turn, index, {
    status: outcome,
    attempt: slot.attempt,
    round: slot.round,
    since: at,
    ...(slot.child === undefined ? {} : { child: slot.child }),
    ...(reason === '' ? {} : { reason: bounded(reason) }),
    ...(!good && rule.action === 'continue' ? { passedOver: true as const } : {}),
  })
}

// ── going on ─────────────────────────────────────────────────────────────────────────────────

/** Whatever the event changed: starts what can start, ends what has ended. */
function settle(turn: Turn): StageRunTransition {
  let next = turn
  if (next.state.status === 'tasks') next = startReady(next)
  if (next.state.status === 'tasks') next = afterTasks(next)
  if (next.state.status === 'ending') next = goOnEnding(next)
  return accept(next.state, next.effects)
}

function startReady(turn: Turn): Turn {
  let next = turn
  const { event, stage } = turn
  if (next.state.paused || (stage.notBefore !== null && event.at < stage.notBefore)) return next
  // A task that succeeds at once (a notice) lets the next one begin in the same turn.
  for (const [index, task] of stage.tasks.entries()) {
    const slot = next.state.tasks[index]
    if (slot === undefined) continue
    if (slot.status === 'pending' && task.after.every((before) => isSettled(next, before))) {
      const begun = beginTask(contextOf(next), index, task)
      next = putTurn(next, index, begun.slot, begun.effects)
    } else if (slot.doing === 'lock' && typeof next.state.lock === 'number') {
      const begun = beginWork(contextOf(next), index, task)
      next = putTurn(next, index, begun.slot, begun.effects)
    }
  }
  const wantsLock = next.state.tasks.some((slot) => slot.doing === 'lock')
  return wantsLock && next.state.lock === 'none' ? askForLock(next) : next
}

function afterTasks(turn: Turn): Turn {
  const { state, stage, run } = turn
  if (state.tasks.every((_slot, index) => isSettled(turn, index))) {
    const left = stage.holdThroughExitGate ? turn : releaseLock(turn)
    return startGate(change(left, { waitsSince: null }), 'exit')
  }
  if (state.tasks.some((slot, index) => isBusy(slot, stage.tasks[index]))) return turn
  const stuck = state.tasks.flatMap((slot, index) =>
    isStuck(slot, stage.tasks[index]) ? [stage.tasks[index]] : [],
  )
  if (stuck.length === 0) return turn
  const mayWait = run.onFailure === 'wait' || stuck.some((task) => task?.onError.action === 'ask')
  if (!mayWait) return beginEnding(turn, 'failed')
  return state.waitsSince === null ? waitForPerson(turn, 'task_failed') : turn
}

function waitForPerson(
  turn: Turn,
  what: 'task_failed' | 'gate_rejected' | 'condition_failed',
): Turn {
  const { state, event } = turn
  return effect(change(turn, { waitsSince: event.at }), {
    type: 'send',
    effect: { type: 'notify_owners', run: state.root, about: state.id, what },
  })
}

function wake(turn: Turn): Turn {
  const { at } = turn.event
  let next = turn
  const { whenWakeAt, waitsSince } = next.state
  if (whenWakeAt !== null && at >= whenWakeAt && turn.stage.when !== null) {
    next = effect(
      change(next, { whenWakeAt: at + ANSWER_WITHIN_MS }),
      askStageCondition(turn.stage.when),
    )
  }
  const patience = turn.run.waitForPersonMs
  if (waitsSince !== null && patience !== null && at >= waitsSince + patience) {
    return beginEnding(next, 'failed')
  }
  for (const index of next.state.tasks.keys()) next = wakeTask(next, index)
  return next
}

function wakeTask(turn: Turn, index: number): Turn {
  const slot = turn.state.tasks[index]
  const task = turn.stage.tasks[index]
  const { at } = turn.event
  if (slot === undefined || task === undefined || isTerminalStatus(slot.status)) return turn
  if (turn.state.paused) return turn
  if (slot.doing === 'child' && slot.deadline !== undefined && at >= slot.deadline) {
    if (slot.timedOut || slot.child === undefined) return turn
    return tellToAbort(putTurn(turn, index, { ...slot, timedOut: true }), slot.child)
  }
  if (slot.wakeAt === undefined || at < slot.wakeAt) return turn
  if (slot.doing === 'time' && task.work.kind === 'wait') {
    return ended(turn, index, 'succeeded', '')
  }
  // A retry that is due, a window that has come, or a question whose answer is late: from its beginning.
  const begun = slot.doing === 'condition' ? beginTask : beginWork
  const started = begun(contextOf(turn), index, task)
  const kept = { ...deadlineOf(slot), ...holdingOf(slot, task, at) }
  return putTurn(turn, index, { ...started.slot, ...kept }, started.effects)
}

// Nobody has looked for so long that it may have broken in between: the time that it must hold begins anew.
function holdingOf(
  { holdsSince, wakeAt = 0 }: TaskSlot,
  { work }: TaskPlan,
  at: Instant,
): { readonly holdsSince?: Instant } {
  const isLong = work.kind === 'check' && at > wakeAt + 3 * work.everyMs
  return holdsSince === undefined || isLong ? {} : { holdsSince }
}

// ── small parts ──────────────────────────────────────────────────────────────────────────────

function put(
  turn: Turn,
  index: number,
  slot: TaskSlot,
  effects: readonly Effect[] = [],
): StageRunTransition {
  return settle(putTurn(turn, index, slot, effects))
}

function waitingForPerson(slot: TaskSlot, at: Instant): TaskSlot {
  const { attempt, round } = slot
  return { status: 'waiting', doing: 'person', attempt, round, since: at, ...deadlineOf(slot) }
}

function unanswered(state: StageRunState, run: RunPlan | undefined): readonly Question[] {
  const stage = run?.stages[state.stage]
  if (stage === undefined || isTerminal(state)) return []
  const own = state.whenWakeAt === null || stage.when === null ? [] : [stageCondition(stage.when)]
  const tasks = stage.tasks.flatMap((task, index) => {
    const slot = state.tasks[index]
    const question = slot === undefined ? undefined : questionOf(index, task, slot)
    return question === undefined ? [] : [question]
  })
  return [...own, ...tasks]
}

/** The stage run as the reactor sees it. */
export const stageRunMachine: Machine<StageRunState> = {
  kind: 'stage_run',
  reduce: (state, event, plan) => reduceStageRun(state, ownEvent<StageRunEvent>(event), plan),
  wakeAt: (state, plan) => wakeAt(state, plan?.kind === 'run' ? plan : undefined),
  runStatus,
  waits,
  isTerminal,
  unanswered: (state, plan) => unanswered(state, plan?.kind === 'run' ? plan : undefined),
}
