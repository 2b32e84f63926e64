// Parts of a run as they were committed last: stage runs, gates, processes and steps, and what is above and below each.

import {
  idOf,
  uuidOf,
  type AggregateKind,
  type GateRunState,
  type IdPrefix,
  type PipelineRunState,
  type ProcessRunState,
  type ReleaseState,
  type RunStatus,
  type StageRunState,
  type StepRunState,
  type Waits,
} from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

interface StateOf {
  readonly pipeline_run: PipelineRunState
  readonly stage_run: StageRunState
  readonly gate_run: GateRunState
  readonly process_run: ProcessRunState
  readonly step_run: StepRunState
  readonly release: ReleaseState
}
/** Kinds of what stands below a run or release. */
export type PartKind = keyof StateOf

/** One part: its state, and what every kind has. */
export type Part<Kind extends PartKind = PartKind> = Kind extends PartKind
  ? {
      readonly id: string
      readonly kind: Kind
      readonly project: number
      readonly root: string
      readonly parent: string | null
      readonly node: string
      readonly attempt: number
      readonly version: number
      readonly status: RunStatus
      readonly waits: Waits | null
      readonly fault: string | null
      readonly state: StateOf[Kind]
      readonly createdAt: Date
      readonly finishedAt: Date | null
    }
  : never

interface PartRow {
  readonly id: string
  readonly kind: PartKind
  readonly project_id: number
  readonly root_id: string
  readonly is_release: boolean
  readonly parent_id: string | null
  readonly parent_kind: AggregateKind | null
  readonly node: string | null
  readonly attempt: number
  readonly version: number
  readonly status: RunStatus
  readonly waits: Waits | null
  readonly fault: string | null
  readonly state: unknown
  readonly created_at: Date
  readonly finished_at: Date | null
}

const PREFIXES: Readonly<Record<PartKind, IdPrefix>> = {
  pipeline_run: 'run',
  stage_run: 'stg',
  gate_run: 'gat',
  process_run: 'prc',
  step_run: 'stp',
  release: 'rel',
}

const COLUMNS = `c.id, c.kind, c.project_id, c.root_id, c.parent_id, c.node, c.attempt, c.version, c.status, c.waits,
  c.fault, c.state, c.created_at, c.finished_at,
  EXISTS (SELECT 1 FROM aggregates r WHERE r.project_id = c.project_id AND r.root_id = c.root_id
    AND r.id = c.root_id AND r.kind = 'release') AS is_release,
  (SELECT p.kind FROM aggregates p WHERE p.project_id = c.project_id AND p.root_id = c.root_id
    AND p.id = c.parent_id) AS parent_kind`

function fromRow(row: PartRow): Part {
  const parentKind = row.parent_kind
  const part = {
    id: idOf(PREFIXES[row.kind], row.id),
    kind: row.kind,
    project: row.project_id,
    root: idOf(row.is_release ? 'rel' : 'run', row.root_id),
    parent:
      row.parent_id === null || parentKind === null || !isPartKind(parentKind)
        ? null
        : idOf(PREFIXES[parentKind], row.parent_id),
    node: row.node ?? '',
    attempt: row.attempt,
    version: row.version,
    status: row.status,
    waits: row.waits,
    fault: row.fault,
    state: row.state,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  }
  // The reducers of this kind wrote the state; the row says which kind.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return part as Part
}

function isPartKind(kind: AggregateKind): kind is PartKind {
  return kind !== 'environment_lock'
}

/** Whether a part is of this kind; narrows its state. */
export function isPart<Kind extends PartKind>(
  part: Part | undefined,
  kind: Kind,
): part is Part<Kind> {
  return part?.kind === kind
}

/** Stage runs of one run that are read at most; earlier ones of a run that was restarted more often are left out. */
const STAGE_RUNS_MAX = 300

/** A run and its stage runs, newest first. */
export async function listRunAndStages(
  db: Queryable,
  at: { readonly project: number; readonly root: string; readonly run: string },
): Promise<{
  readonly run: Part<'pipeline_run'> | undefined
  readonly stages: readonly Part<'stage_run'>[]
}> {
  const rows = await listRows<PartRow>(
    db,
    `SELECT ${COLUMNS} FROM aggregates c
     WHERE c.project_id = $1 AND c.root_id = $2 AND (c.id = $3 OR c.parent_id = $3)
     ORDER BY c.id = $3 DESC, c.attempt DESC LIMIT ${STAGE_RUNS_MAX + 1}`,
    [at.project, uuidOf(at.root), uuidOf(at.run)],
  )
  const parts = rows.map(fromRow)
  return {
    run: parts.find((part) => isPart(part, 'pipeline_run')),
    stages: parts.filter((part) => isPart(part, 'stage_run')),
  }
}

/** What works, or worked last, for each node of these stages: gates, processes, steps, runs of other pipelines. */
export async function listNewestOfStages(
  db: Queryable,
  at: { readonly project: number; readonly root: string },
  stageRuns: readonly string[],
): Promise<readonly Part[]> {
  const rows = await listRows<PartRow>(
    db,
    `SELECT DISTINCT ON (s.node, c.node) ${COLUMNS}
     FROM aggregates s JOIN aggregates c ON c.parent_id = s.id AND c.project_id = s.project_id AND c.root_id = s.root_id
     WHERE s.project_id = $1 AND s.root_id = $2 AND s.id = ANY ($3::uuid[])
     ORDER BY s.node, c.node, s.attempt DESC, c.attempt DESC`,
    [at.project, uuidOf(at.root), stageRuns.map(uuidOf)],
  )
  return rows.map(fromRow)
}

/** The newest step run of each step of these processes. */
export async function listStepsOfProcesses(
  db: Queryable,
  at: { readonly project: number; readonly root: string },
  processes: readonly string[],
): Promise<readonly Part<'step_run'>[]> {
  if (processes.length === 0) return []
  const rows = await listRows<PartRow>(
    db,
    `SELECT DISTINCT ON (c.parent_id, c.node) ${COLUMNS} FROM aggregates c
     WHERE c.project_id = $1 AND c.root_id = $2 AND c.parent_id = ANY ($3::uuid[])
     ORDER BY c.parent_id, c.node, c.attempt DESC`,
    [at.project, uuidOf(at.root), processes.map(uuidOf)],
  )
  return rows.map(fromRow).filter((part) => isPart(part, 'step_run'))
}

const SEED_PREFIXES = { gate_run: 'gat', pipeline_run: 'run', process_run: 'prc' } as const

/** Parts and everything above each: itself first, its root last. Only gates, runs and processes are found by their id alone. */
export async function listUpwards(
  db: Queryable,
  kind: 'gate_run' | 'pipeline_run' | 'process_run',
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly Part[]>> {
  if (ids.length === 0) return new Map()
  const rows = await listRows<PartRow & { readonly seed: string }>(
    db,
    `WITH RECURSIVE up AS (
       SELECT a.*, a.id AS seed, 0 AS depth FROM aggregates a
       WHERE a.id = ANY ($1::uuid[]) AND a.kind = $2 AND a.kind IN ('gate_run', 'pipeline_run', 'process_run')
       UNION ALL
       SELECT a.*, up.seed, up.depth + 1 FROM up JOIN aggregates a
         ON a.project_id = up.project_id AND a.root_id = up.root_id AND a.id = up.parent_id
     )
     SELECT c.seed, ${COLUMNS} FROM up c ORDER BY c.depth`,
    [ids.map(uuidOf), kind],
  )
  const chains = Map.groupBy(rows, ({ seed }) => idOf(SEED_PREFIXES[kind], seed))
  return new Map([...chains].map(([seed, chain]) => [seed, chain.map(fromRow)]))
}
