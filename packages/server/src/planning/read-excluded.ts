// Four eyes: who may not approve what a run brings.

import type { Actor, Exclusion, RunPlan } from '@lockstep/domain'

import type { Queryable } from '../postgres/queryable.ts'
import { readPeopleBehind } from '../postgres/read/people-behind.ts'

/** The starter, the owners of the token that started, and the last editors of what is approved, with why. */
export async function readExcluded(
  db: Queryable,
  plan: Pick<RunPlan, 'definitions'>,
  starter: Actor,
): Promise<ReadonlyMap<string, Exclusion>> {
  const excluded = new Map<string, Exclusion>()
  const why = starter.startsWith('token:') ? 'token_owner' : 'starter'
  for (const person of await readPeopleBehind(db, starter)) excluded.set(person, why)
  for (const person of await readEditors(db, plan)) {
    if (!excluded.has(person)) excluded.set(person, 'editor')
  }
  return excluded
}

/** Who made the revisions that the plan used; behind a token whoever owns it. */
async function readEditors(
  db: Queryable,
  plan: Pick<RunPlan, 'definitions'>,
): Promise<readonly string[]> {
  const editors = new Set<string>()
  for (const actor of new Set(plan.definitions.map(({ editor }) => editor))) {
    for (const person of await readPeopleBehind(db, actor)) editors.add(person)
  }
  return [...editors]
}
