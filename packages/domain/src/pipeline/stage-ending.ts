// How a stage ends before its time: nothing ordinary begins any more, what runs is stopped, what is marked always still runs.

import { isTerminalStatus } from '../kernel/status.ts'
import { releaseLock } from './stage-lock.ts'
import { resume } from './stage-pause.ts'
import { touchesEnvironment } from './run-plan.ts'
import { beginTask } from './stage-task.ts'
import { change, contextOf, effect, putTurn, tellToAbort, type Turn } from './stage-turn.ts'

/** Nothing ordinary begins any more; what runs is stopped, and what is marked always still runs. */
export function beginEnding(turn: Turn, ending: 'failed' | 'aborted'): Turn {
  if (turn.state.status === 'ending') return turn
  // What ends is not paused any more: its questions are asked again, and what is marked always goes on.
  const open = turn.state.paused ? resume(turn) : turn
  let next = change(open, { status: 'ending', ending, waitsSince: null, whenWakeAt: null })
  for (const node of ['entry', 'exit'] as const) {
    const slot = next.state[node]
    if (slot.status === 'judging' && slot.gate !== undefined) next = tellToAbort(next, slot.gate)
  }
  for (const [index, slot] of next.state.tasks.entries()) {
    // What is marked always comes to its own end.
    if (isTerminalStatus(slot.status) || turn.stage.tasks[index]?.always === true) continue
    if (slot.doing === 'child' && slot.child !== undefined) next = tellToAbort(next, slot.child)
    else next = dropTask(next, index)
  }
  return next
}

function dropTask(turn: Turn, index: number): Turn {
  const slot = turn.state.tasks[index]
  if (slot === undefined) return turn
  const begun = slot.status !== 'pending'
  return putTurn(turn, index, {
    status: begun ? 'aborted' : 'skipped',
    attempt: slot.attempt,
    round: slot.round,
    since: turn.event.at,
  })
}

/** What is marked always runs in its order; when nothing runs any more, the stage has ended. */
export function goOnEnding(turn: Turn): Turn {
  let next = turn
  if (next.state.entry.status === 'judging' || next.state.exit.status === 'judging') return next
  const { tasks } = turn.stage
  if (next.state.tasks.some((slot, at) => slot.doing === 'child' && !tasks[at]?.always)) return next
  for (const [index, task] of tasks.entries()) {
    const slot = next.state.tasks[index]
    if (!task.always || slot === undefined || isTerminalStatus(slot.status)) continue
    // A process needs the environment; one that this stage never held has nothing to clean up.
    if (touchesEnvironment(task) && typeof next.state.lock !== 'number')
      next = dropTask(next, index)
    else if (slot.status === 'pending' && haveEndedBefore(next, index)) {
      const begun = beginTask(contextOf(next), index, task)
      next = putTurn(next, index, begun.slot, begun.effects)
    }
  }
  if (next.state.tasks.some((slot) => !isTerminalStatus(slot.status))) return next
  return finish(next, next.state.ending ?? 'aborted')
}

/** Whether everything that comes before a task has ended, also behind tasks that are left out: what is marked always keeps its order. */
function haveEndedBefore(turn: Turn, index: number): boolean {
  return (turn.stage.tasks[index]?.after ?? []).every((before) => {
    const slot = turn.state.tasks[before]
    return slot !== undefined && isTerminalStatus(slot.status) && haveEndedBefore(turn, before)
  })
}

/** The stage has come to its end and tells its run. */
export function finish(turn: Turn, outcome: 'succeeded' | 'failed' | 'aborted' | 'skipped'): Turn {
  const ended = change(releaseLock(turn), { status: outcome, waitsSince: null, ending: null })
  const { state } = ended
  return effect(ended, {
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
