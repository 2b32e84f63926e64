// What is planned when, against what has happened: the stages of releases in their newest runs, and freezes.

import { idOf, uuidOf, type RunPlan } from '@lockstep/domain'

import type { StoredDefinition } from '../deliverables/definition-store.ts'
import { listRows, type Queryable } from '../queryable.ts'

/** What became of one stage of a release in its newest run; of a stage that was restarted, its newest attempt. */
export interface StageHistory {
  readonly stage: string
  readonly begun: Date
  readonly ended: Date | null
  readonly succeeded: boolean
}

/** The stages that releases have reached, by the uuid of the release. */
export async function readStageHistory(
  db: Queryable,
  releases: readonly StoredDefinition<'release'>[],
): Promise<ReadonlyMap<string, readonly StageHistory[]>> {
  const rows = await listRows<{
    release: string
    stage: number
    stages: RunPlan['stages']
    begun: Date
    ended: Date | null
    succeeded: boolean
  }>(
    db,
    `SELECT DISTINCT ON (l.id, s.state->>'stage') l.id AS release, (s.state->>'stage')::int AS stage,
       b.body->'stages' AS stages, s.created_at AS begun, s.finished_at AS ended, s.status = 'succeeded' AS succeeded
     FROM aggregates l
     JOIN aggregates s ON s.project_id = l.project_id AND s.root_id = l.root_id AND s.kind = 'stage_run'
     JOIN aggregates r ON r.project_id = l.project_id AND r.root_id = l.root_id AND r.id = s.parent_id
     JOIN runs n ON n.id = r.id JOIN plans b ON b.digest = n.plan_digest
     WHERE l.id = ANY ($1::uuid[]) AND l.root_id = l.id AND l.kind = 'release' AND n.number = (l.state->>'number')::int
     ORDER BY l.id, s.state->>'stage', s.created_at DESC`,
    [releases.map(({ uuid }) => uuid)],
  )
  const stages = rows.map(({ release, stage, stages: planned, ...history }) => ({
    release,
    history: { ...history, stage: planned[stage]?.name ?? '' },
  }))
  return new Map(
    [...Map.groupBy(stages, ({ release }) => release)].map(([release, found]) => [
      release,
      found.map(({ history }) => history),
    ]),
  )
}

/** Freezes that people have set by hand, by the id of the environment. */
export async function readFreezesByHand(
  db: Queryable,
  environments: readonly string[],
): Promise<
  ReadonlyMap<string, { readonly since: number; readonly until: number | null; reason: string }>
> {
  const rows = await listRows<{
    id: string
    frozen: { since: number; until: number | null; reason: string }
  }>(
    db,
    `SELECT id, state->'frozen' AS frozen FROM aggregates
     WHERE root_id = ANY ($1::uuid[]) AND id = root_id AND kind = 'environment_lock'
       AND jsonb_typeof(state->'frozen') = 'object'`,
    [environments.map(uuidOf)],
  )
  return new Map(rows.map(({ id, frozen }) => [idOf('env', id), frozen]))
}
