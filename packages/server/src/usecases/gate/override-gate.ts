// Break-glass: somebody who may override gates says that the approvals are not waited for. The second person makes it so.

import { canOverride, whySettled, type GateRunState, type UserId } from '@lockstep/domain'

import { PEOPLE_GUARD, readEpoch } from '../../postgres/guards.ts'
import { readOverrider } from '../../postgres/read/voices.ts'
import { confirmPassword, type ConfirmPasswordDeps } from '../account/confirm-password.ts'
import { done, no, type Outcome } from '../outcome.ts'
import {
  matchCovers,
  refusal,
  type DecideDeps,
  type DecisionProblem,
  type GatePlace,
} from './decide-gate.ts'

export interface OverrideDeps extends DecideDeps, ConfirmPasswordDeps {}

export type Overridden = Outcome<
  GateRunState,
  DecisionProblem | 'password_wrong' | 'sign_in_delayed'
> & { readonly retryAfterS?: number }

/**
 * Records that this person overrides the gate. Their password is asked for again, so that a session left open does not suffice; it is looked at
 * last, when nothing else is in the way.
 */
export async function overrideGate(
  deps: OverrideDeps,
  place: GatePlace,
  input: {
    readonly person: UserId
    readonly password: string
    readonly reason: string
    /** The digest that the person was shown, or its first digits. */
    readonly covers: string
    readonly how: string
  },
): Promise<Overridden> {
  const { person, reason, how } = input
  const settled = whySettled(place.state)
  if (settled !== undefined) return refusal(settled, place, person)
  if (reason.trim() === '') return refusal('reason_missing', place, person)
  const shown = await matchCovers(deps, place, input.covers)
  if (!shown.ok) return shown
  const epoch = await readEpoch(deps.db, PEOPLE_GUARD)
  const overrider = await readOverrider(deps.db, place.spot, person)
  if (!overrider.mayOverride) return refusal('not_an_approver', place, person)
  const may = canOverride(place.state, place.plan, overrider)
  if (!may.ok) return overrideRefusal(may.refusal, place, person)
  const confirmed = await confirmPassword(deps, person, input.password)
  if (!confirmed.ok) return confirmed
  const submitted = await deps.reactor.submit(
    place.target,
    { type: 'override_recorded', person, reason, covers: shown.value, how },
    `user:${person}`,
    { guards: [{ subject: PEOPLE_GUARD, epoch }] },
  )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the reactor answers with the state of this gate
  if (submitted.ok) return done(submitted.state as GateRunState)
  return overrideRefusal(submitted.refusal, place, person)
}

function overrideRefusal(
  code: string,
  place: GatePlace,
  person: UserId,
): Extract<Overridden, { ok: false }> {
  const { title } = place
  switch (code) {
    case 'already_decided':
      return no(
        'already_decided',
        `You have spoken about ${title} already. Somebody else who may override gates does the other half.`,
      )
    case 'not_needed':
      return no(
        'gate_not_waiting',
        `${title} is overridden already; its checks still have to hold.`,
      )
    case 'not_waiting':
      return no(
        'gate_not_waiting',
        `${title} waits for no approval now, so there is none to override.`,
      )
    default:
      return refusal(code, place, person)
  }
}
