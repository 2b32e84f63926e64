import type { ProjectId } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import { findRow, queryableOn } from '../../postgres/queryable.ts'
import { findProject } from '../../postgres/read/known.ts'
import { done, no, type Outcome } from '../outcome.ts'

/** Values that a fact may have. */
export type FactValue = string | number | boolean

/** Keeps the newest value of a fact; conditions are judged with it from now on. */
export async function reportFact(
  write: Write,
  fact: { readonly project: ProjectId; readonly name: string; readonly value: FactValue },
): Promise<Outcome<undefined, 'unknown_reference'>> {
  const db = queryableOn(write.tx)
  const project = await findProject(db, fact.project)
  if (project === undefined) return no('unknown_reference', 'This project is not there any more.')
  const before = await findRow<{ value: FactValue }>(
    db,
    'SELECT value FROM reported_facts WHERE project_id = $1 AND name = $2 FOR UPDATE',
    [project.number, fact.name],
  )
  await write.tx.query(
    `INSERT INTO reported_facts (project_id, name, value, by) VALUES ($1, $2, $3, $4)
     ON CONFLICT (project_id, name) DO UPDATE SET value = excluded.value, by = excluded.by, at = now()`,
    [project.number, fact.name, JSON.stringify(fact.value), write.actor],
  )
  await write.record({
    type: 'fact_reported',
    subject: fact.project,
    project: project.number,
    body: { name: fact.name, before: before?.value ?? null, after: fact.value },
  })
  return done(undefined)
}
