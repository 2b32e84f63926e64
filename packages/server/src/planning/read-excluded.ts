// Four eyes: who may not approve what a run brings.

import { idOf, parseId, uuidOf, type Actor, type Exclusion, type RunPlan } from '@lockstep/domain'

import { listRows, type Queryable } from '../postgres/queryable.ts'

/** The starter, the owners of the token that started, and the last editors of what is approved, with why. */
export async function readExcluded(
  db: Queryable,
  plan: Pick<RunPlan, 'definitions'>,
  starter: Actor,
): Promise<ReadonlyMap<string, Exclusion>> {
  const excluded = new Map<string, Exclusion>()
  const [kind, id = ''] = starter.split(':')
  if (kind === 'user') excluded.set(id, 'starter')
  if (kind === 'token') {
    for (const person of await readOwners(db, id)) excluded.set(person, 'token_owner')
  }
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
    const [kind, id = ''] = actor.split(':')
    if (kind === 'user' && parseId('usr', id) !== undefined) editors.add(id)
    if (kind === 'token') for (const person of await readOwners(db, id)) editors.add(person)
  }
  return [...editors]
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
