// An approver holds a gate: it does not pass, and its run is paused there, until somebody resumes it.

import { canHold, gatePlanOf, rolesIn, type GateRunState, type UserId } from '@lockstep/domain'

import type { Target } from '../../ports/reactor.ts'
import { PEOPLE_GUARD, readEpoch } from '../../postgres/guards.ts'
import { readDecider } from '../../postgres/read/voices.ts'
import { done, no } from '../outcome.ts'
import { refusal, type Decided, type DecideDeps, type GatePlace } from './decide-gate.ts'

/** Where the run is that a hold pauses: the topmost one, so that nothing of it goes on. */
export interface HeldRun {
  readonly target: Target
  /** Why it is paused now; null: it is not. */
  readonly pausedFor: string | null
}

/** Holds the gate, and pauses its run unless it is paused already. The reason is shown at both. */
export async function holdGate(
  deps: DecideDeps,
  place: GatePlace,
  run: HeldRun,
  input: { readonly person: UserId; readonly reason: string },
): Promise<Decided> {
  const { person, reason } = input
  const epoch = await readEpoch(deps.db, PEOPLE_GUARD)
  const decider = await readDecider(deps.db, place.spot, person)
  const may = canHold(place.state, place.plan, decider)
  if (!may.ok) return refusal(may.refusal, place, person)
  const event = { type: 'gate_held', person, groups: decider.groups, reason }
  const held = await deps.reactor.submit(place.target, event, `user:${person}`, {
    guards: [{ subject: PEOPLE_GUARD, epoch }],
  })
  if (!held.ok) return refusal(held.refusal, place)
  // Repeated after a crash in between, the hold is refused and the pause is asked for by hand; a run cannot pass a held gate.
  await deps.reactor.submit(
    run.target,
    { type: 'run_paused', reason: `${holdReason(place)}: ${reason}` },
    `user:${person}`,
  )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the reactor answers with the state of this gate
  return done(held.state as GateRunState)
}

/** Resumes the gate, and its run if the hold has paused it. Its approvers may, and whoever may steer the run. */
export async function resumeGate(
  deps: DecideDeps,
  place: GatePlace,
  run: HeldRun,
  input: { readonly person: UserId; readonly maySteer: boolean },
): Promise<Decided> {
  const { person, maySteer } = input
  const decider = await readDecider(deps.db, place.spot, person)
  const rules = gatePlanOf(place.state, place.plan)?.rules ?? []
  const isApprover =
    decider.lack === undefined &&
    rules.some((rule) => rule.kind === 'approval' && rolesIn(rule.by, decider).length > 0)
  if (!isApprover && !maySteer) {
    return no(
      'not_an_approver',
      `${place.title} is resumed by its approvers, or by somebody who may steer its run.`,
    )
  }
  if (run.pausedFor?.startsWith(holdReason(place)) === true) {
    await deps.reactor.submit(
      run.target,
      { type: 'run_resumed', reason: 'the gate was resumed' },
      `user:${person}`,
    )
  }
  const resumed = await deps.reactor.submit(
    place.target,
    { type: 'gate_resumed' },
    `user:${person}`,
  )
  if (!resumed.ok) return refusal(resumed.refusal, place)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  return done(resumed.state as GateRunState)
}

/** By this beginning a pause is known as that of a hold. */
function holdReason({ title }: GatePlace): string {
  return `${title} is on hold`
}
