// What audit asks for: deployments and decisions of a period, newest first.

import { idOf, uuidOf, type ProjectId } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'
import { readGateViews, type GateView } from './gate-view.ts'
import { nameOf, readNames } from './names.ts'
import { listUpwards } from './part-rows.ts'
import { headsOf, type RunHead } from './run-head.ts'

/** What a report looks into; null: all projects. */
export interface ReportPeriod {
  readonly projects: readonly ProjectId[] | null
  readonly from: string | undefined
  readonly until: string | undefined
  readonly limit: number
}

export interface DeploymentLine {
  readonly id: string
  readonly at: Date
  readonly finishedAt: Date | null
  readonly environment: string
  readonly application: string
  readonly process: string
  readonly from: string | null
  readonly to: string | null
  readonly state: string
  /** The run that made it. */
  readonly run: RunHead | undefined
  readonly by: string | null
}

interface DeploymentRow extends Omit<DeploymentLine, 'run' | 'by' | 'finishedAt'> {
  readonly finished_at: Date | null
}

/** Processes of applications that have begun in the period; `after` is the id of the last one that was read. */
export async function listDeploymentLines(
  db: Queryable,
  { projects, from, until, limit }: ReportPeriod,
  more: { readonly environment: string | undefined; readonly after: string | undefined },
): Promise<readonly DeploymentLine[]> {
  const rows = await listRows<DeploymentRow>(
    db,
    `SELECT a.id, a.created_at AS at, a.finished_at, a.status AS state, b.body->>'process' AS process,
       (b.body->'environment'->>'project') || '/' || (b.body->'environment'->>'name') AS environment,
       (b.body->'application'->>'project') || '/' || (b.body->'application'->>'name') AS application,
       b.body->>'from' AS from, b.body->'snapshot'->>'version' AS to
     FROM aggregates a JOIN projects p ON p.number = a.project_id JOIN plans b ON b.digest = a.state->>'plan'
     WHERE a.kind = 'process_run' AND ($1::uuid[] IS NULL OR p.id = ANY ($1))
       AND ($2::timestamptz IS NULL OR a.created_at >= $2) AND ($3::timestamptz IS NULL OR a.created_at < $3)
       AND ($4::text IS NULL OR b.body->'environment'->>'id' = $4)
       AND ($5::uuid IS NULL OR (a.created_at, a.id) < (SELECT z.created_at, z.id FROM aggregates z WHERE z.id = $5))
     ORDER BY a.created_at DESC, a.id DESC LIMIT $6`,
    [
      projects?.map(uuidOf) ?? null,
      from ?? null,
      until ?? null,
      more.environment ?? null,
      more.after === undefined ? null : uuidOf(more.after),
      limit,
    ],
  )
  const ids = rows.map(({ id }) => idOf('prc', id))
  const heads = await headsOf(db, await listUpwards(db, 'process_run', ids))
  const names = await readNames(
    db,
    [...heads.values()].map(({ starter }) => starter),
  )
  return rows.map(({ finished_at: finishedAt, ...row }) => {
    const id = idOf('prc', row.id)
    const run = heads.get(id)
    return {
      ...row,
      id,
      finishedAt,
      run,
      by: run === undefined ? null : nameOf(names, run.starter),
    }
  })
}

export interface ApprovalLine {
  /** Where the next page goes on. */
  readonly place: string
  readonly at: Date
  readonly person: string
  readonly decision: 'approve' | 'reject' | 'override' | 'withdraw' | 'void'
  readonly comment: string
  readonly rule: number
  readonly gate: GateView
}

type DecisionRow = Omit<ApprovalLine, 'gate' | 'place'> & {
  readonly gate_id: string
  readonly seq: number
  readonly ordinal: number
}

/** How `place` is written. */
export const APPROVAL_PLACE = /^[0-9a-f-]{36}~\d{1,10}~\d{1,5}$/

/** Decisions at gates that were recorded in the period. */
export async function listApprovalLines(
  db: Queryable,
  { projects, from, until, limit }: ReportPeriod,
  after: string | undefined,
): Promise<readonly ApprovalLine[]> {
  const [gate = null, seq = null, ordinal = null] = after?.split('~') ?? []
  const rows = await listRows<DecisionRow>(
    db,
    `SELECT d.gate_id, d.seq, d.ordinal, d.rule, d.person, d.decision, d.comment, d.at
     FROM decisions d JOIN projects p ON p.number = d.project_id
     WHERE ($1::uuid[] IS NULL OR p.id = ANY ($1))
       AND ($2::timestamptz IS NULL OR d.at >= $2) AND ($3::timestamptz IS NULL OR d.at < $3)
       AND ($4::uuid IS NULL OR (d.at, d.gate_id, d.seq, d.ordinal) < (SELECT z.at, z.gate_id, z.seq, z.ordinal
         FROM decisions z WHERE z.gate_id = $4 AND z.seq = $5::int AND z.ordinal = $6::int))
     ORDER BY d.at DESC, d.gate_id DESC, d.seq DESC, d.ordinal DESC LIMIT $7`,
    [projects?.map(uuidOf) ?? null, from ?? null, until ?? null, gate, seq, ordinal, limit],
  )
  const gates = await readGateViews(db, [
    ...new Set(rows.map(({ gate_id: of }) => idOf('gat', of))),
  ])
  const names = await readNames(
    db,
    rows.map(({ person }) => person),
  )
  return rows.flatMap(({ gate_id: of, seq: at, ordinal: nth, ...row }) => {
    const view = gates.get(idOf('gat', of))
    const place = `${of}~${at}~${nth}`
    return view === undefined
      ? []
      : [{ ...row, person: nameOf(names, row.person), place, gate: view }]
  })
}
