// A stage that is paused: nothing new begins, and the time of its tasks does not run on.

import type { AnyEvent, Effect } from '../kernel/effect.ts'
import { change, effect, type Turn } from './stage-turn.ts'

/** Nothing new begins; what it runs of other pipelines is paused with it. */
export function pause(turn: Turn): Turn {
  const paused = change(turn, { paused: true, pausedAt: turn.event.at })
  return tellPipelines(paused, { type: 'run_paused', reason: 'the run around it is paused' })
}

/** Goes on. What was not used of the time of its tasks while it was paused is still theirs. */
export function resume(turn: Turn): Turn {
  const { pausedAt, ...state } = turn.state
  const lostMs = turn.event.at - (pausedAt ?? turn.event.at)
  const tasks = state.tasks.map((slot) =>
    slot.doing === 'child' && slot.deadline !== undefined
      ? { ...slot, deadline: slot.deadline + lostMs }
      : slot,
  )
  const resumed = { ...turn, state: { ...state, tasks, paused: false } }
  return tellPipelines(resumed, { type: 'run_resumed', reason: 'the run around it is resumed' })
}

/** The runs inside this one that work for its tasks. */
function tellPipelines(turn: Turn, event: AnyEvent): Turn {
  const { state, stage } = turn
  const told = state.tasks.flatMap(({ doing, child }, index): readonly Effect[] => {
    const isPipeline = stage.tasks[index]?.work.kind === 'pipeline'
    if (!isPipeline || doing !== 'child' || child === undefined) return []
    return [{ type: 'tell', to: { root: state.root, id: child }, event }]
  })
  return effect(turn, ...told)
}
