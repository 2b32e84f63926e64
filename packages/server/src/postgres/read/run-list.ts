// Runs in a list, newest first, with what a line about each says.

import { uuidOf, type Brings, type Id, type Reach, type RunStatus } from '@lockstep/domain'

import {
  fromRunRow,
  RUN_COLUMNS,
  RUN_FROM,
  type RunRow,
  type RunSnapshot,
} from '../deliverables/run-store.ts'
import { listRows, type Queryable } from '../queryable.ts'
import { readNames, type Names } from './names.ts'
import { headOf, type RunHead } from './run-head.ts'
import { readAddresses } from './run-view.ts'

/** A run in a line. */
export interface RunLine {
  /** For pages: lists are in the order of ids, newest first. */
  readonly id: string
  readonly head: RunHead
  readonly title: string
  readonly state: RunStatus
  readonly startedAt: Date
  readonly finishedAt: Date | null
  readonly version: number
  readonly brings: readonly Brings[]
  readonly made: ReadonlyMap<string, RunSnapshot>
}

/** One page of runs with the names and addresses that its lines speak of. */
export interface RunLines {
  readonly runs: readonly RunLine[]
  readonly names: Names
  /** Addresses of the runs in which their snapshots have passed, by id. */
  readonly passed: ReadonlyMap<string, string>
}

interface LineRow extends RunRow {
  readonly title: string
  readonly state: RunStatus
  readonly began_at: Date
  readonly finished_at: Date | null
  readonly version: number
  readonly brings: readonly Brings[]
  readonly made: readonly (RunSnapshot & { readonly project: string })[] | null
}

// Waiting is what waits for a person anywhere below; a release waits for itself and is not meant.
const STATE = `CASE WHEN a.finished_at IS NULL AND EXISTS (
    SELECT 1 FROM aggregates x WHERE x.project_id = r.project_id AND x.root_id = r.root_id AND x.needs_person
      AND x.kind <> 'release') THEN 'waiting' ELSE a.status END`
const MADE = `(SELECT jsonb_agg(jsonb_build_object('project', mp.name, 'application', m.application,
    'digest', m.digest, 'version', m.version))
  FROM run_snapshots m JOIN projects mp ON mp.number = m.project_id WHERE m.root_id = r.root_id)`

/**
 * One page of the runs that have begun, in reach of the caller. `OFFSET 0` keeps PostgreSQL from taking three columns that
 * say the same for three conditions: it would expect one run, and work out all of them to show the newest.
 */
export async function listRunLines(
  db: Queryable,
  reach: Reach,
  filter: {
    readonly project?: string | undefined
    readonly name?: string | undefined
    readonly number?: number | undefined
    readonly state?: RunStatus | undefined
    readonly pipeline?: Id<'def'> | undefined
    /** Brought by the run. */
    readonly application?: Id<'def'> | undefined
    readonly words?: string | undefined
    readonly after?: string | undefined
    readonly limit: number
  },
): Promise<RunLines> {
  const rows = await listRows<LineRow>(
    db,
    `SELECT * FROM (
       SELECT ${RUN_COLUMNS}, a.created_at AS began_at, a.finished_at, a.version, ${STATE} AS state,
         COALESCE(pl.body->'release'->>'title', pl.body->'pipeline'->>'title') AS title,
         pl.body->'brings' AS brings, ${MADE} AS made
       ${RUN_FROM}
       JOIN LATERAL (SELECT * FROM aggregates
         WHERE project_id = r.project_id AND root_id = r.root_id AND id = r.id OFFSET 0) a ON true
       JOIN plans pl ON pl.digest = r.plan_digest
       WHERE ($1::uuid[] IS NULL OR p.id = ANY ($1)) AND ($2::uuid IS NULL OR p.id = $2)
         AND ($3::text IS NULL OR r.name = $3) AND ($4::int IS NULL OR r.number = $4)
         AND ($5::uuid IS NULL OR r.id < $5) AND ($8::uuid IS NULL OR r.pipeline_id = $8)
         AND ($10::uuid IS NULL OR r.id IN (SELECT run_id FROM run_applications WHERE application_id = $10))
         AND ($9::text IS NULL OR position($9 IN lower(concat_ws(' ', r.name, d.name, r.source->>'branch', r.source->>'commit',
           pl.body->'release'->>'title', pl.body->'pipeline'->>'title'))) > 0)
       ORDER BY r.id DESC
     ) line WHERE $6::text IS NULL OR state = $6 LIMIT $7`,
    [
      reach.everywhere ? null : reach.projects.map(uuidOf),
      filter.project === undefined ? null : uuidOf(filter.project),
      filter.name ?? null,
      filter.number ?? null,
      filter.after === undefined ? null : uuidOf(filter.after),
      filter.state ?? null,
      filter.limit,
      filter.pipeline === undefined ? null : uuidOf(filter.pipeline),
      filter.words?.toLowerCase() ?? null,
      filter.application === undefined ? null : uuidOf(filter.application),
    ],
  )
  const runs = rows.map(fromRow)
  return {
    runs,
    names: await readNames(
      db,
      runs.map(({ head }) => head.starter),
    ),
    passed: await readAddresses(
      db,
      runs.flatMap(({ brings }) =>
        brings.flatMap(({ passed }) => (passed === null ? [] : [passed])),
      ),
    ),
  }
}

function fromRow(row: LineRow): RunLine {
  const head = headOf(fromRunRow(row))
  return {
    id: head.id,
    head,
    title: row.title,
    state: row.state,
    startedAt: row.began_at,
    finishedAt: row.finished_at,
    version: row.version,
    brings: row.brings,
    made: new Map(
      (row.made ?? []).map(({ project, ...made }) => [`${project}/${made.application}`, made]),
    ),
  }
}
