// What a server that is gone had been asked, and had not answered. The questions are data in the states that wait for
// them, so whoever goes on asks the same questions, without an event of its own.

import type { AggregateKind, Machine } from '@lockstep/domain'
import type { ClientBase } from 'pg'
import type { PlanCache } from '../plan-cache.ts'
import { isOurs } from './nodes.ts'
import type { Share } from './nodes.ts'
import type { Asked } from './questions.ts'
import { readStored, type Stored } from './stored-state.ts'

/** What was asked less than this long ago has not been asked again by a wake-up yet. */
const ASKED_WITHIN_SECONDS = 11
/** More than this at once is left to their wake-ups. */
export const TAKEN_OVER_MAX = 2_000

interface Row {
  readonly project_id: number
  readonly root_id: string
  readonly id: string
}

/** The questions of our share of the roots that still wait for an answer. */
export async function readUnanswered(
  client: ClientBase,
  share: Share,
  known: { readonly machines: ReadonlyMap<AggregateKind, Machine>; readonly plans: PlanCache },
): Promise<readonly Asked[]> {
  const { rows } = await client.query<Row>({
    name: 'read_unanswered',
    text: `
      SELECT project_id, root_id, id FROM aggregates
      WHERE wake_at <= now() + make_interval(secs => ${ASKED_WITHIN_SECONDS}) AND fault IS NULL AND ${isOurs('root_id')}
      ORDER BY wake_at LIMIT ${TAKEN_OVER_MAX}`,
    values: [share.nodes, share.index],
  })
  const places = rows.map((row) => ({ project: row.project_id, root: row.root_id, id: row.id }))
  const stored = [...(await readStored(client, places)).values()]
  await known.plans.load(
    client,
    stored.flatMap(({ state }) => state.plan ?? []),
  )
  return stored.flatMap((one) => questionsOf(one, known))
}

function questionsOf(
  { place, kind, state }: Stored,
  {
    machines,
    plans,
  }: { readonly machines: ReadonlyMap<AggregateKind, Machine>; readonly plans: PlanCache },
): readonly Asked[] {
  const plan = state.plan === null ? undefined : plans.find(state.plan)
  const questions = machines.get(kind)?.unanswered?.(state, plan) ?? []
  const target = { project: place.project, root: state.root, id: state.id }
  return questions.map((question) => ({ question, target, state, plan }))
}
