// What a gate lets through, and who may not decide about it.

import type { Excluded, GateRunState, RunPlan } from '@lockstep/domain'
import { idOf, uuidOf } from '@lockstep/domain'

import { readCovers } from '../planning/gate-covers.ts'
import { listRows, type Queryable } from '../postgres/queryable.ts'
import { asGateRun, type Asked, type PerformerDeps } from './performer.ts'

/** Answers what the gate covers now, and which people are excluded from deciding. */
export async function describeGate(
  deps: PerformerDeps,
  { question, target, state, plan }: Asked<'describe_gate'>,
): Promise<void> {
  const gate = asGateRun(state)
  const covers = await readCovers(deps.db, target, plan, gate)
  const excluded = await readExcluded(deps.db, plan, gate)
  await deps.reactor.submit(
    target,
    { type: 'gate_described', round: question.round, covers, excluded },
    'rule',
  )
}

// Four eyes: the starter, the owners of the token that started, and the last editors of what is approved.
async function readExcluded(
  db: Queryable,
  plan: RunPlan,
  gate: GateRunState,
): Promise<readonly Excluded[]> {
  const excluded = new Map<string, Excluded>()
  const [kind, id = ''] = gate.starter.split(':')
  if (kind === 'user') excluded.set(id, { person: id, why: 'starter' })
  if (kind === 'token') {
    for (const person of await readOwners(db, id)) {
      excluded.set(person, { person, why: 'token_owner' })
    }
  }
  for (const { editor } of plan.definitions) {
    const person = /^user:(.+)$/.exec(editor)?.[1]
    if (person !== undefined && !excluded.has(person)) {
      excluded.set(person, { person, why: 'editor' })
    }
  }
  return [...excluded.values()]
}

/** The people behind a token: its user, or the owners of its service account. */
async function readOwners(db: Queryable, token: string): Promise<readonly string[]> {
  const rows = await listRows<{ person: string }>(
    db,
    `SELECT COALESCE(t.user_id, o.user_id) AS person FROM tokens t
     LEFT JOIN service_account_owners o ON o.service_account_id = t.service_account_id
     WHERE t.id = $1`,
    [uuidOf(token)],
  )
  return rows.flatMap(({ person }) => (person === null ? [] : [idOf('usr', person)]))
}
