// A person holds an environment or freezes it, and lets it go again.

import {
  lockOf,
  type Actor,
  type AnyEvent,
  type EnvironmentId,
  type JsonValue,
} from '@lockstep/domain'

import type { CommandKey, ReactorPort, Submitted, Target } from '../../ports/reactor.ts'
import { done, no, type Outcome } from '../outcome.ts'

export interface LockDeps {
  readonly reactor: Pick<ReactorPort, 'create' | 'submit'>
}

export interface LockCommand {
  readonly environment: EnvironmentId
  /** Number of the environment's project. */
  readonly project: number
  readonly reason: string
  readonly by: Actor
  readonly key: CommandKey | undefined
  readonly origin: JsonValue
}

type Locked = Outcome<
  undefined,
  'environment_locked' | 'comment_missing' | 'wrong_state' | 'busy' | 'idempotency_key_reused'
>

/** Holds the environment for a person: at once when it is free, otherwise after the run that has it and before all others. */
export async function lockEnvironment(
  deps: LockDeps,
  command: LockCommand & { readonly person: string },
): Promise<Locked> {
  const { person, reason } = command
  return answerOf(await submit(deps, command, { type: 'environment_locked', person, reason }))
}

/** Lets runs have it again. Anybody with the permission may: a person who is ill must not hold it for ever. */
export async function unlockEnvironment(deps: LockDeps, command: LockCommand): Promise<Locked> {
  const { reason } = command
  return answerOf(await submit(deps, command, { type: 'environment_unlocked', reason }))
}

type Frozen = Outcome<
  undefined,
  'comment_missing' | 'wrong_state' | 'busy' | 'idempotency_key_reused'
>

/** Lets nothing begin to change it between the two; what has begun goes on. A later freeze takes the place of an earlier. */
export async function freezeEnvironment(
  deps: LockDeps,
  command: LockCommand & { readonly from: number | undefined; readonly until: number | null },
): Promise<Frozen> {
  const { from, until, reason } = command
  const begins = from === undefined ? {} : { from }
  return withoutLocked(
    answerOf(await submit(deps, command, { type: 'environment_frozen', ...begins, until, reason })),
  )
}

/** Ends a freeze, also one that has not begun. */
export async function unfreezeEnvironment(deps: LockDeps, command: LockCommand): Promise<Frozen> {
  const { reason } = command
  return withoutLocked(
    answerOf(await submit(deps, command, { type: 'environment_unfrozen', reason })),
  )
}

/** A freeze never finds the environment taken: it waits for nobody. */
function withoutLocked(outcome: Locked): Frozen {
  if (outcome.ok) return outcome
  const { code } = outcome
  return { ...outcome, code: code === 'environment_locked' ? 'wrong_state' : code }
}

async function submit(
  { reactor }: LockDeps,
  { environment, project, by, key, origin }: LockCommand,
  event: AnyEvent,
): Promise<Submitted> {
  const id = lockOf(environment)
  const target: Target = { project, root: id, id }
  const options = { origin, ...(key === undefined ? {} : { key }) }
  const submitted = await reactor.submit(target, event, by, options)
  if (submitted.ok || submitted.refusal !== 'not_found') return submitted
  // It was applied a moment ago, and its lock is still to be made.
  await reactor.create(
    { project, kind: 'environment_lock', id },
    { type: 'lock_created', environment },
    'rule',
  )
  return reactor.submit(target, event, by, options)
}

function answerOf(submitted: Submitted): Locked {
  if (submitted.ok) return done(undefined)
  switch (submitted.refusal) {
    case 'already_locked':
      return no(
        'environment_locked',
        'Somebody holds this environment already. See who: lockstep environment show',
      )
    case 'reason_missing':
      return no('comment_missing', 'Say why: everybody who waits will read it. Add -m "…"')
    case 'not_locked':
      return no('wrong_state', 'Nobody holds this environment: runs can have it.')
    case 'not_frozen':
      return no(
        'wrong_state',
        'Nobody has frozen this environment by hand. A freeze of its definition ends with an apply.',
      )
    case 'already_over':
      return no('wrong_state', 'This freeze would end before it begins, or is over already.')
    case 'busy':
      return no('busy', 'The server has too much to do. Try again in a second.')
    case 'key_reused':
      return no(
        'idempotency_key_reused',
        'This Idempotency-Key was used for a request with another body.',
      )
    default:
      return no(
        'wrong_state',
        `This is not possible now: ${submitted.refusal.replaceAll('_', ' ')}.`,
      )
  }
}
