// How one task of a stage begins: what it needs first, and which child, question or wait carries it out.

import type { Effect, Question } from '../kernel/effect.ts'
import { idFrom, idOf, uuidOf, type LockId } from '../kernel/id.ts'
import type { Occurrence } from '../kernel/occurrence.ts'
import { touchesEnvironment, type StagePlan, type TaskPlan } from './run-plan.ts'
import { ANSWER_WITHIN_MS, type StageRunState, type TaskSlot } from './stage-run-state.ts'

/** What begins a task needs to know. */
export interface TaskContext {
  readonly state: StageRunState
  readonly stage: StagePlan
  readonly event: Occurrence
}

interface TaskTurn {
  readonly slot: TaskSlot
  readonly effects: readonly Effect[]
}

/** Ordinals 0…15 of an event's ids belong to gates; the child of task n takes 16 + n. */
const FIRST_TASK_ORDINAL = 16

/** The lock of an environment shares the environment's uuid. */
export function lockOf(environment: string): LockId {
  return idOf('lck', uuidOf(environment))
}

/** Runs whatever becomes of the run: the task says so, or the one around this stage. */
function isAlways(state: StageRunState, task: TaskPlan): boolean {
  return task.always || state.always === true
}

/** The task begins with its condition, if it has one, else with its work. */
export function beginTask(context: TaskContext, index: number, task: TaskPlan): TaskTurn {
  const slot = bare(context, index)
  if (task.when === null) return beginWork(context, index, task, slot)
  const round = slot.round + 1
  return {
    slot: { ...slot, status: 'ready', doing: 'condition', round, wakeAt: later(context) },
    effects: [
      { type: 'ask', question: { type: 'judge_condition', node: index, cel: task.when, round } },
    ],
  }
}

/** The task's own work begins; its condition holds, and the environment is not yet looked at. */
export function beginWork(
  context: TaskContext,
  index: number,
  task: TaskPlan,
  slot: TaskSlot = bare(context, index),
): TaskTurn {
  const { state, event } = context
  if (touchesEnvironment(task) && typeof state.lock !== 'number') {
    return { slot: { ...slot, status: 'waiting', doing: 'lock' }, effects: [] }
  }
  const deadline = task.timeoutMs === null ? {} : { deadline: event.at + task.timeoutMs }
  const started: TaskSlot = { ...slot, ...deadline }
  switch (task.work.kind) {
    case 'work':
      return startStepRun(context, index, task.work.step.key, isAlways(state, task), started)
    case 'process':
      return askFor(context, started, 'plan', {
        type: 'plan_process',
        node: index,
        attempt: slot.attempt,
      })
    case 'snapshot':
      return askFor(context, started, 'answer', {
        type: 'make_snapshot',
        node: index,
        attempt: slot.attempt,
      })
    case 'pipeline':
      return startPipelineRun(context, index, task.work.plan, isAlways(state, task), started)
    case 'manual':
      return {
        slot: { ...started, status: 'waiting', doing: 'person' },
        effects: [notifyPeople(state, index)],
      }
    case 'check': {
      const within = task.work.withinMs
      const round = slot.round + 1
      return askFor(
        context,
        { ...started, round, ...(within === null ? {} : { deadline: event.at + within }) },
        'answer',
        { type: 'ask_check', node: index, round },
      )
    }
    case 'wait':
      return {
        slot: {
          ...slot,
          status: 'waiting',
          doing: 'time',
          wakeAt: task.work.until ?? event.at + (task.work.forMs ?? 0),
        },
        effects: [],
      }
    case 'notify':
      return {
        slot: { ...slot, status: 'succeeded', since: event.at },
        effects: [notifyPeople(state, index)],
      }
  }
}

/** The question that the task waits for an answer to, as it was asked; undefined when it waits for none. */
export function questionOf(node: number, task: TaskPlan, slot: TaskSlot): Question | undefined {
  const { doing, attempt, round } = slot
  if (doing === 'condition' && slot.status === 'ready' && task.when !== null) {
    return { type: 'judge_condition', node, cel: task.when, round }
  }
  if (slot.status !== 'running') return undefined
  if (doing === 'plan') return { type: 'plan_process', node, attempt }
  if (doing !== 'answer') return undefined
  if (task.work.kind === 'snapshot') return { type: 'make_snapshot', node, attempt }
  return task.work.kind === 'check' ? { type: 'ask_check', node, round } : undefined
}

/** The plan of a process task stands: its process run starts. */
export function startProcessRun(
  context: TaskContext,
  index: number,
  task: TaskPlan,
  plan: string,
): TaskTurn {
  const { state, stage, event } = context
  const slot = current(context, index)
  const child = idFrom(event.ids, 'prc', FIRST_TASK_ORDINAL + index)
  return {
    slot: running(context, slot, child),
    effects: [
      {
        type: 'start_child',
        id: child,
        node: String(index),
        attempt: slot.attempt,
        event: {
          type: 'process_created',
          plan,
          parent: { root: state.root, id: state.id },
          node: String(index),
          attempt: slot.attempt,
          environment: stage.environment?.id ?? null,
          lockToken: lockToken(state),
          starter: state.starter,
          always: isAlways(state, task),
        },
      },
    ],
  }
}

function startStepRun(
  context: TaskContext,
  index: number,
  step: string,
  always: boolean,
  slot: TaskSlot,
): TaskTurn {
  const { state, stage, event } = context
  const child = idFrom(event.ids, 'stp', FIRST_TASK_ORDINAL + index)
  return {
    slot: running(context, slot, child),
    effects: [
      {
        type: 'start_child',
        id: child,
        node: String(index),
        attempt: slot.attempt,
        event: {
          type: 'step_created',
          plan: state.plan,
          step,
          parent: { root: state.root, id: state.id },
          node: String(index),
          attempt: slot.attempt,
          environment: stage.environment?.id ?? null,
          lockToken: lockToken(state),
          starter: state.starter,
          always,
        },
      },
    ],
  }
}

function startPipelineRun(
  context: TaskContext,
  index: number,
  plan: string,
  always: boolean,
  slot: TaskSlot,
): TaskTurn {
  const { state, event } = context
  const child = idFrom(event.ids, 'run', FIRST_TASK_ORDINAL + index)
  return {
    slot: running(context, slot, child),
    effects: [
      {
        type: 'start_child',
        id: child,
        node: String(index),
        attempt: slot.attempt,
        event: {
          type: 'run_created',
          plan,
          parent: { root: state.root, id: state.id },
          node: String(index),
          attempt: slot.attempt,
          starter: state.starter,
          ...(always ? { always } : {}),
        },
      },
    ],
  }
}

function askFor(
  context: TaskContext,
  slot: TaskSlot,
  doing: 'plan' | 'answer',
  question: Question,
): TaskTurn {
  return {
    slot: { ...slot, status: 'running', doing, wakeAt: later(context) },
    effects: [{ type: 'ask', question }],
  }
}

function notifyPeople(state: StageRunState, index: number): Effect {
  return {
    type: 'send',
    effect: { type: 'notify_people', run: state.root, stage: state.id, task: index },
  }
}

function running(context: TaskContext, slot: TaskSlot, child: string): TaskSlot {
  return {
    status: 'running',
    doing: 'child',
    attempt: slot.attempt,
    round: slot.round,
    child,
    since: context.event.at,
    ...(slot.deadline === undefined ? {} : { deadline: slot.deadline }),
  }
}

/** The slot without anything left over from what it did before. */
function bare(context: TaskContext, index: number): TaskSlot {
  const slot = current(context, index)
  return { status: slot.status, attempt: slot.attempt, round: slot.round, since: context.event.at }
}

function current(context: TaskContext, index: number): TaskSlot {
  return context.state.tasks[index] ?? { status: 'pending', attempt: 1, round: 0 }
}

function lockToken(state: StageRunState): number | null {
  return typeof state.lock === 'number' ? state.lock : null
}

function later(context: TaskContext): number {
  return context.event.at + ANSWER_WITHIN_MS
}
