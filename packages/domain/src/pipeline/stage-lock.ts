// How a stage comes by its environment, and gives it back.

import { assertInvariant } from '../kernel/invariant.ts'
import { lockOf } from './stage-task.ts'
import { change, effect, type Turn } from './stage-turn.ts'

/** Asks for the environment of the stage; the lock tells when it is ours. */
export function askForLock(turn: Turn): Turn {
  const { state, stage } = turn
  assertInvariant(stage.environment !== null, 'a task that deploys has an environment')
  const lock = lockOf(stage.environment.id)
  return effect(change(turn, { lock: 'asked' }), {
    type: 'tell',
    to: { root: lock, id: lock },
    event: {
      type: 'lock_requested',
      run: state.root,
      stage: { root: state.root, id: state.id },
      mode: 'exclusive',
    },
  })
}

/** Gives the environment back, or takes the question for it back. */
export function releaseLock(turn: Turn): Turn {
  const { state, stage } = turn
  if (state.lock === 'none' || stage.environment === null) return turn
  const lock = lockOf(stage.environment.id)
  return effect(change(turn, { lock: 'none' }), {
    type: 'tell',
    to: { root: lock, id: lock },
    event: {
      type: 'holder_ended',
      run: state.root,
      stage: { root: state.root, id: state.id },
    },
  })
}
