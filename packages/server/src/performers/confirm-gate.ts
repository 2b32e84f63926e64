// The second look before a gate passes: who of those who decided may still decide, by groups and role, read under the epoch of people.

import { overridesOf, type Decider } from '@lockstep/domain'

import { readCovers } from '../planning/gate-covers.ts'
import { PEOPLE_GUARD, readEpoch } from '../postgres/guards.ts'
import { spotOf } from '../postgres/read/gate-view.ts'
import { readPeople } from '../postgres/read/people.ts'
import { readDecidedBefore, readVoices } from '../postgres/read/voices.ts'
import { asGateRun, type Asked, type PerformerDeps } from './performer.ts'

/** Answers who counts now. If somebody's rights change before the commit, the answer is refused and asked for again. */
export async function confirmGate(
  deps: PerformerDeps,
  { question, target, state, plan }: Asked<'confirm_gate'>,
): Promise<void> {
  const gate = asGateRun(state)
  // The epoch first: what is read after it is at least as new.
  const epoch = await readEpoch(deps.db, PEOPLE_GUARD)
  const deciders = [...gate.decisions, ...overridesOf(gate)].map(({ person }) => person)
  const people = await readPeople(deps.db, deciders)
  const voices = await readVoices(deps.db, deciders)
  const spot = spotOf({ project: target.project, state: gate }, plan)
  const before = await readDecidedBefore(deps.db, target, deciders)
  const isOwn = ({ id, lack }: Pick<Decider, 'id' | 'lack'>): boolean =>
    lack === undefined || (lack === 'new_password' && before.has(id))
  const eligible = people.filter(({ person: id, groups }) => isOwn(voices.at(spot, { id, groups })))
  const overriding = people
    .map(({ person }) => voices.overriding(spot, person))
    .filter((overrider) => overrider.mayOverride && isOwn(overrider))
    .map(({ id }) => id)
  const covers = await readCovers(deps.db, target, plan, gate)
  await deps.reactor.submit(
    target,
    { type: 'gate_confirmed', round: question.round, eligible, overriding, covers, epoch },
    'rule',
    { guards: [{ subject: PEOPLE_GUARD, epoch }] },
  )
}
