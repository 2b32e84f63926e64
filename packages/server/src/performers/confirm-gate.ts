// The second look before a gate passes: who of those who decided may still decide, read under the epoch of people.

import { idOf, uuidOf } from '@lockstep/domain'

import { listRows, type Queryable } from '../postgres/queryable.ts'
import { PEOPLE_GUARD, readEpoch } from '../postgres/guards.ts'
import { readCovers } from './describe-gate.ts'
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

/** Of these people, those who may sign in now, with the groups that they are in now. */
export async function readPeople(
  db: Queryable,
  people: readonly string[],
): Promise<readonly { readonly person: string; readonly groups: readonly string[] }[]> {
  const rows = await listRows<{ id: string; groups: readonly string[] }>(
    db,
    `SELECT u.id, COALESCE(array_agg(m.group_id::text) FILTER (WHERE m.group_id IS NOT NULL), '{}') AS groups
     FROM users u LEFT JOIN members m ON m.user_id = u.id
     WHERE u.id = ANY ($1::uuid[]) AND u.disabled_at IS NULL GROUP BY u.id`,
    [people.map(uuidOf)],
  )
  return rows.map(({ id, groups }) => ({
    person: idOf('usr', id),
    groups: groups.map((group) => idOf('grp', group)),
  }))
}
