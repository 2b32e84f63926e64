// What a gate lets through, and who may not decide about it.

import {
  EXCLUDED_MAX,
  idOf,
  parseId,
  rolesIn,
  uuidOf,
  type Excluded,
  type GatePlan,
  type GateRunState,
  type RunPlan,
  type UserId,
} from '@lockstep/domain'

import { readCovers } from '../planning/gate-covers.ts'
import { listRows, type Queryable } from '../postgres/queryable.ts'
import { readPeople } from '../postgres/read/people.ts'
import { asGateRun, stageAt, type Asked, type PerformerDeps } from './performer.ts'

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

// Four eyes: the starter, the owners of the token that started, and the last editors of what is approved. All of them,
// also those whom no approval names now: they may join a group before the gate passes. Whoever could decide comes first.
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
  const editors = await readEditors(db, plan)
  for (const person of await sortByVoice(db, editors, stageAt(plan, gate.stage)[gate.node])) {
    if (!excluded.has(person)) excluded.set(person, { person, why: 'editor' })
  }
  return [...excluded.values()].slice(0, EXCLUDED_MAX)
}

/** Who made the revisions that the plan used; behind a token whoever owns it. */
async function readEditors(db: Queryable, plan: RunPlan): Promise<readonly UserId[]> {
  const editors = new Set<string>()
  for (const actor of new Set(plan.definitions.map(({ editor }) => editor))) {
    const [kind, id = ''] = actor.split(':')
    if (kind === 'user') editors.add(id)
    if (kind === 'token') for (const person of await readOwners(db, id)) editors.add(person)
  }
  return [...editors].flatMap((person) => parseId('usr', person) ?? [])
}

/** Those whom the approvals of the gate name now, then the others. */
async function sortByVoice(
  db: Queryable,
  people: readonly UserId[],
  gate: GatePlan,
): Promise<readonly UserId[]> {
  if (people.length === 0) return []
  const named = new Set<string>()
  for (const { person, groups } of await readPeople(db, people)) {
    const hasVoice = gate.rules.some(
      (rule) => rule.kind === 'approval' && rolesIn(rule.by, { id: person, groups }).length > 0,
    )
    if (hasVoice) named.add(person)
  }
  return people.toSorted((a, b) => Number(named.has(b)) - Number(named.has(a)))
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
