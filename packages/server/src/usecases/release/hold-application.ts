// People decide what a release takes: nothing newer, a certain snapshot, or the newest again.

import type { Actor, JsonValue, ReleaseState } from '@lockstep/domain'

import type { CommandKey, ReactorPort, Submitted, Target } from '../../ports/reactor.ts'
import { listNewestPassed } from '../../postgres/read/passed.ts'
import type { Queryable } from '../../postgres/queryable.ts'
import { done, no, type Outcome } from '../outcome.ts'

export interface HoldDeps {
  readonly db: Queryable
  readonly reactor: Pick<ReactorPort, 'submit'>
}

export interface HoldCommand {
  readonly target: Target
  /** `project/name`. */
  readonly application: string
  readonly by: Actor
  readonly key: CommandKey | undefined
  readonly origin: JsonValue
}

type Held = Outcome<
  undefined,
  'wrong_state' | 'unknown_reference' | 'busy' | 'idempotency_key_reused'
>

/** Keeps what is collected of an application, or takes newer ones again. */
export async function freezeApplication(
  deps: HoldDeps,
  command: HoldCommand & { readonly frozen: boolean },
): Promise<Held> {
  const application = nameIn(command.application)
  const type = command.frozen ? 'application_frozen' : 'application_unfrozen'
  return submit(deps, command, { type, application })
}

/** Takes a snapshot that has passed its team pipeline, and nothing newer. */
export async function pinApplication(
  deps: HoldDeps,
  command: HoldCommand & { readonly version: string; readonly state: ReleaseState },
): Promise<Held> {
  const { state, version } = command
  const collected = state.applications.find(
    ({ application }) => application === command.application,
  )
  if (collected === undefined) return noSuchApplication(command.application)
  const application = nameIn(command.application)
  const from = nameIn(collected.from ?? collected.application)
  const passed = await listNewestPassed(deps.db, application, from, version)
  const [found] = passed
  if (found === undefined) {
    return no(
      'wrong_state',
      `${command.application} ${version} has not passed ${from.project}/${from.name}: only what has passed can be delivered.`,
    )
  }
  return submit(deps, command, { type: 'application_pinned', application, ...found })
}

function nameIn(address: string): { readonly project: string; readonly name: string } {
  const [project = '', name = ''] = address.split('/')
  return { project, name }
}

async function submit(
  { reactor }: HoldDeps,
  command: HoldCommand,
  event: Parameters<ReactorPort['submit']>[1],
): Promise<Held> {
  const { key, origin } = command
  const submitted = await reactor.submit(command.target, event, command.by, {
    origin,
    ...(key === undefined ? {} : { key }),
  })
  return answerOf(submitted, command.application)
}

const SENTENCES: Readonly<Record<string, string>> = {
  release_is_running: 'It runs: what it delivers was fixed when it was started.',
  already_finished: 'It was delivered or cancelled, and does not change any more.',
  nothing_collected: 'Nothing of it has been collected that could be kept.',
  application_frozen: 'It is kept already. To take newer ones again: lockstep release unfreeze',
  application_not_frozen: 'It takes newer ones already.',
  version_out_of_range: 'The release wants other versions of it.',
}

function answerOf(submitted: Submitted, application: string): Held {
  if (submitted.ok) return done(undefined)
  switch (submitted.refusal) {
    case 'no_such_application':
      return noSuchApplication(application)
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
        SENTENCES[submitted.refusal] ?? `${submitted.refusal.replaceAll('_', ' ')}.`,
      )
  }
}

function noSuchApplication(application: string): Held {
  return no('unknown_reference', `This release does not collect ${application}.`)
}
