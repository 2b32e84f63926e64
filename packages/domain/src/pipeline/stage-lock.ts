// How a stage comes by its environments, and gives them back.

import type { EnvironmentId } from '../kernel/id.ts'
import { assertInvariant } from '../kernel/invariant.ts'
import { lockOf } from './stage-task.ts'
import type { StageRunEvent } from './stage-run-state.ts'
import { change, effect, isSettled, type Turn } from './stage-turn.ts'

/**
 * Asks for the environment of the stage together with those of the pipelines that it still has to run: one after another,
 * in the order of their ids, which is the same for every stage. Who holds one waits only for later ones, so no two stages
 * wait for each other; and what the stage runs finds its environments held by its own run, and passes through.
 */
export function askForLock(turn: Turn): Turn {
  const environments = environmentsOf(turn)
  const [first] = environments
  assertInvariant(first !== undefined, 'a task that deploys has an environment')
  const claims = environments.length === 1 ? {} : { claims: { of: environments, asked: 1 } }
  return ask(change(turn, { lock: 'asked', ...claims }), first)
}

/** The environment that was asked for last is ours: the next one is asked for, or the stage goes on. Undefined: it was not asked for. */
export function claimGiven(
  turn: Turn,
  { environment, token: given }: Extract<StageRunEvent, { type: 'lock_given' }>,
): Turn | undefined {
  const { claims } = turn.state
  if (claims === undefined) return change(turn, { lock: given })
  if (claims.of[claims.asked - 1] !== environment) return undefined
  const token = environment === turn.stage.environment?.id ? given : claims.token
  const next = claims.of[claims.asked]
  const kept = token === undefined ? {} : { token }
  if (next !== undefined) {
    return ask(change(turn, { claims: { of: claims.of, asked: claims.asked + 1, ...kept } }), next)
  }
  assertInvariant(token !== undefined, 'a stage asks for its own environment, too')
  return change(turn, { lock: token, claims: { ...claims, ...kept } })
}

/** The environment that was asked for last cannot be had: those before it are given back. */
export function claimRefused(turn: Turn): Turn {
  const { claims } = turn.state
  return release(turn, claims?.of.slice(0, claims.asked - 1) ?? [])
}

/** Gives the environments back, or takes the questions for them back. */
export function releaseLock(turn: Turn): Turn {
  const { state, stage } = turn
  if (state.lock === 'none' || stage.environment === null) return turn
  return release(turn, state.claims?.of.slice(0, state.claims.asked) ?? [stage.environment.id])
}

function release(turn: Turn, environments: readonly EnvironmentId[]): Turn {
  const { state } = turn
  const { claims: _claims, ...rest } = state
  const released: Turn = { ...turn, state: { ...rest, lock: 'none' } }
  return effect(
    released,
    ...environments.map((environment) => {
      const lock = lockOf(environment)
      return {
        type: 'tell',
        to: { root: lock, id: lock },
        event: {
          type: 'holder_ended',
          run: state.root,
          stage: { root: state.root, id: state.id },
        },
      } as const
    }),
  )
}

function environmentsOf(turn: Turn): readonly EnvironmentId[] {
  const { environment, tasks } = turn.stage
  const run = tasks.flatMap(({ work }, index) =>
    work.kind === 'pipeline' && !isSettled(turn, index) ? (work.environments ?? []) : [],
  )
  return [...new Set([...(environment === null ? [] : [environment.id]), ...run])].toSorted()
}

function ask(turn: Turn, environment: EnvironmentId): Turn {
  const { state } = turn
  const lock = lockOf(environment)
  return effect(turn, {
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
