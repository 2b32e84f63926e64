// The newest of what happened: runs, decisions, snapshots; each from the end of its own index, then merged.

import { idOf, uuidOf, type ProjectId } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

export interface ActivityRow {
  readonly at: Date
  readonly what: string
  readonly actor: string | null
  readonly subject: string
  readonly of: string | null
  readonly run: string | null
  readonly run_address: string | null
  readonly gate: string | null
}

const ADDRESS = `p.name || '/' || r.name || '/' || r.number`
const TITLE = `COALESCE(pl.body->'release'->>'title', pl.body->'pipeline'->>'title')`

/** What happened in these projects (null: all), newest first. Only runs that nothing else waits for count as runs. */
export async function listActivity(
  db: Queryable,
  wanted: { readonly projects: readonly ProjectId[] | null; readonly limit: number },
): Promise<readonly ActivityRow[]> {
  const values = [wanted.projects?.map(uuidOf) ?? null, wanted.limit]
  const [runs, decisions, snapshots] = await Promise.all([
    listRows<ActivityRow>(db, RUNS, values),
    listRows<ActivityRow>(db, DECISIONS, values),
    listRows<ActivityRow>(db, SNAPSHOTS, values),
  ])
  return [...runs, ...decisions, ...snapshots]
    .map((row) => ({
      ...row,
      run: row.run === null ? null : idOf('run', row.run),
      gate: row.gate === null ? null : idOf('gat', row.gate),
    }))
    .sort((a, b) => b.at.getTime() - a.at.getTime())
    .slice(0, wanted.limit)
}

/** The beginnings and ends of the newest runs. */
const RUNS = `WITH newest AS (
    SELECT r.id, r.root_id, r.project_id, r.starter, r.plan_digest, ${ADDRESS} AS address
    FROM runs r JOIN projects p ON p.number = r.project_id
    WHERE ($1::uuid[] IS NULL OR p.id = ANY ($1)) ORDER BY r.id DESC LIMIT $2
  ), lines AS (
    SELECT n.*, ${TITLE} AS title, a.created_at, a.finished_at, a.status FROM newest n
    JOIN aggregates a ON a.project_id = n.project_id AND a.root_id = n.root_id AND a.id = n.id AND a.parent_id IS NULL
    JOIN plans pl ON pl.digest = n.plan_digest
  )
  SELECT created_at AS at, 'run_started' AS what, starter AS actor, title AS subject, NULL AS of,
    id AS run, address AS run_address, NULL AS gate FROM lines
  UNION ALL
  SELECT finished_at, CASE status WHEN 'succeeded' THEN 'run_succeeded' WHEN 'aborted' THEN 'run_aborted' ELSE 'run_failed' END,
    NULL, title, NULL, id, address, NULL FROM lines WHERE finished_at IS NOT NULL`

const DECISIONS = `SELECT d.at, CASE d.decision WHEN 'approve' THEN 'approved' WHEN 'reject' THEN 'rejected'
      WHEN 'override' THEN 'overridden' WHEN 'withdraw' THEN 'approval_withdrawn' ELSE 'approval_void' END AS what,
    d.person AS actor,
    (pl.body->'stages'->(a.state->>'stage')::int->>'title') || ' ' || (a.state->>'node') || ' gate' AS subject,
    ${TITLE} AS of, r.id AS run, ${ADDRESS} AS run_address, d.gate_id AS gate
  FROM (SELECT d.* FROM decisions d JOIN projects dp ON dp.number = d.project_id
    WHERE ($1::uuid[] IS NULL OR dp.id = ANY ($1)) ORDER BY d.at DESC LIMIT $2) d
  JOIN aggregates a ON a.project_id = d.project_id AND a.root_id = d.root_id AND a.id = d.gate_id
  JOIN plans pl ON pl.digest = a.state->>'plan'
  JOIN runs r ON r.root_id = d.root_id JOIN projects p ON p.number = r.project_id
  WHERE r.plan_digest = pl.digest`

const SNAPSHOTS = `SELECT s.created_at AS at, 'snapshot_taken' AS what, NULL AS actor,
    s.application || ' ' || s.version AS subject, NULL AS of, NULL AS run, NULL AS run_address, NULL AS gate
  FROM snapshots s JOIN projects p ON p.name = s.application_project
  WHERE $1::uuid[] IS NULL OR p.id = ANY ($1) ORDER BY s.created_at DESC LIMIT $2`
