// The second look before a gate passes: who of those who decided may still decide, read under the epoch of people.

import { readCovers } from '../planning/gate-covers.ts'
import { PEOPLE_GUARD, readEpoch } from '../postgres/guards.ts'
import { readPeople } from '../postgres/read/people.ts'
import { asGateRun, type Asked, type PerformerDeps } from './performer.ts'

/** Answers who counts now. If somebody's rights change before the commit, the answer is refused and asked for again. */
export async function confirmGate(
  deps: PerformerDeps,
  { question, target, state, plan }: Asked<'confirm_gate'>,
): Promise<void> {
  const gate = asGateRun(state)
  // The epoch first: what is read after it is at least as new.
  const epoch = await readEpoch(deps.db, PEOPLE_GUARD)
  const eligible = await readPeople(
    deps.db,
    gate.decisions.map(({ person }) => person),
  )
  const covers = await readCovers(deps.db, target, plan, gate)
  await deps.reactor.submit(
    target,
    { type: 'gate_confirmed', round: question.round, eligible, covers, epoch },
    'rule',
    { guards: [{ subject: PEOPLE_GUARD, epoch }] },
  )
}
