// What a gate lets through, and who may not decide about it.

import {
  EXCLUDED_MAX,
  parseId,
  rolesIn,
  type Excluded,
  type GatePlan,
  type GateRunState,
  type RunPlan,
  type UserId,
} from '@lockstep/domain'

import { readCovers } from '../planning/gate-covers.ts'
import { readExcluded } from '../planning/read-excluded.ts'
import type { Queryable } from '../postgres/queryable.ts'
import { readPeople } from '../postgres/read/people.ts'
import { asGateRun, stageAt, type Asked, type PerformerDeps } from './performer.ts'

/** Answers what the gate covers now, and which people are excluded from deciding. */
export async function describeGate(
  deps: PerformerDeps,
  { question, target, state, plan }: Asked<'describe_gate'>,
): Promise<void> {
  const gate = asGateRun(state)
  const covers = await readCovers(deps.db, target, plan, gate)
  const excluded = await listExcluded(deps.db, plan, gate)
  await deps.reactor.submit(
    target,
    { type: 'gate_described', round: question.round, covers, excluded },
    'rule',
  )
}

/**
 * All of them, also those whom no approval names now: they may join a group before the gate passes. Editors who could decide come
 * before those who could not.
 */
async function listExcluded(
  db: Queryable,
  plan: RunPlan,
  gate: GateRunState,
): Promise<readonly Excluded[]> {
  const excluded = [...(await readExcluded(db, plan, gate.starter))].map(
    ([person, why]): Excluded => ({ person, why }),
  )
  const [others, editors] = [
    excluded.filter(({ why }) => why !== 'editor'),
    excluded.flatMap(({ person, why }) => (why === 'editor' ? (parseId('usr', person) ?? []) : [])),
  ]
  const sorted = await sortByVoice(db, editors, stageAt(plan, gate.stage)[gate.node])
  return [...others, ...sorted.map((person): Excluded => ({ person, why: 'editor' }))].slice(
    0,
    EXCLUDED_MAX,
  )
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
