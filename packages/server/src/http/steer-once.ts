// Commands to what runs: once per idempotency key, with where they came from kept beside the event.

import { refused, type Refused } from '@lockstep/contract'
import type { JsonValue } from '@lockstep/domain'

import type { ReactorPort } from '../ports/reactor.ts'
import { findRow, type Queryable } from '../postgres/queryable.ts'
import type { RequestContext } from './request-context.ts'

/** The write path as one request uses it. */
export type Steering = Pick<ReactorPort, 'submit' | 'create' | 'now'>

export interface SteerDeps {
  readonly db: Queryable
  readonly reactor: ReactorPort
}

/**
 * Carries out a command unless its key says that this was done before; then `again` answers with the thing as it is now.
 * The first event of the command takes the key with it, in its own commit.
 */
export async function steerOnce<Result extends { readonly ok: boolean }>(
  { db, reactor }: SteerDeps,
  context: Pick<RequestContext, 'command' | 'origin'>,
  project: number,
  steps: {
    readonly first: (reactor: Steering) => Promise<Result>
    readonly again: () => Promise<Result>
  },
): Promise<Result | KeyReused> {
  const { command } = context
  const before =
    command === undefined
      ? undefined
      : await findRow<{ body_digest: string }>(
          db,
          'SELECT body_digest FROM commands WHERE project_id = $1 AND key = $2',
          [project, command.key],
        )
  if (before === undefined) return steps.first(steeringOf(reactor, context))
  if (before.body_digest === command?.bodyDigest) return steps.again()
  return KEY_REUSED
}

export type KeyReused = Refused<'idempotency_key_reused'>

export const KEY_REUSED = refused(
  'idempotency_key_reused',
  'This Idempotency-Key was used for a request with another body. Each new request has a key of its own.',
)

function steeringOf(
  reactor: ReactorPort,
  { command, origin }: Pick<RequestContext, 'command' | 'origin'>,
): Steering {
  let key = command
  const options = (): {
    readonly origin: JsonValue
    readonly key?: NonNullable<typeof command>
  } => {
    const taken = key
    key = undefined // What follows from the first event is not a command of its own.
    return { origin: { ...origin }, ...(taken === undefined ? {} : { key: taken }) }
  }
  return {
    now: () => reactor.now(),
    submit: (target, event, by, given) =>
      reactor.submit(target, event, by, { ...options(), ...given }),
    create: (root, event, by, given) => reactor.create(root, event, by, { ...options(), ...given }),
  }
}
