// The facts that a dossier of a release is made of. Only what is written once and stays: the same query gives the same rows.

import { idOfKind, uuidOf, type Digest, type JsonValue, type Plan } from '@lockstep/domain'

import { findRow, listRows, type Queryable } from '../queryable.ts'

export type JsonFields = { readonly [field: string]: JsonValue }

/** One run of the release with its plan. */
export interface DossierRun {
  readonly uuid: string
  readonly address: string
  readonly starter: string
  readonly plan: Digest
  readonly body: Plan
  readonly status: string
  readonly startedAt: Date
  readonly finishedAt: Date | null
}

/** The runs of a release by number. */
export async function listDossierRuns(db: Queryable, root: string): Promise<readonly DossierRun[]> {
  return listRows<DossierRun>(
    db,
    `SELECT r.id AS uuid, p.name || '/' || r.name || '/' || r.number AS address, r.starter, r.plan_digest AS plan,
       l.body, a.status, a.created_at AS "startedAt", a.finished_at AS "finishedAt"
     FROM runs r JOIN projects p ON p.number = r.project_id JOIN plans l ON l.digest = r.plan_digest
     JOIN aggregates a ON a.project_id = r.project_id AND a.root_id = r.root_id AND a.id = r.id
     WHERE r.root_id = $1 ORDER BY r.number LIMIT 200`,
    [uuidOf(root)],
  )
}

/** An event of the release, of a run of it, or of a stage, gate or process in one. */
export interface DossierEvent {
  readonly at: Date
  readonly kind: string
  readonly subject: string
  readonly seq: number
  readonly type: string
  readonly actor: string
  readonly body: JsonFields
  readonly origin: JsonFields | null
}

/** Everything that happened to it, in order; single steps are told by their jobs. */
export async function listDossierEvents(
  db: Queryable,
  root: string,
): Promise<readonly DossierEvent[]> {
  const rows = await listRows<Omit<DossierEvent, 'subject'> & { readonly id: string }>(
    db,
    `SELECT at, kind, id, seq, type, actor, body, origin FROM events
     WHERE project_id = (SELECT project_id FROM aggregates WHERE root_id = $1 AND id = $1 AND parent_id IS NULL)
       AND root_id = $1 AND kind <> 'step_run' AND type <> 'woken'
     ORDER BY at, id, seq`,
    [uuidOf(root)],
  )
  return rows.map(({ id, ...row }) => ({ ...row, subject: idOfKind(row.kind, id) }))
}

/** A decision of a person at a gate. */
export interface DossierDecision {
  readonly gate: string
  readonly rule: number
  readonly person: string
  readonly decision: string
  readonly covers: string | null
  readonly comment: string
  readonly how: string
  readonly origin: JsonFields | null
  readonly at: Date
  /** The run plan, the index of the stage and which of its gates: where the name of the rule stands. */
  readonly plan: Digest | null
  readonly stage: number | null
  readonly node: string | null
}

export async function listDossierDecisions(
  db: Queryable,
  root: string,
): Promise<readonly DossierDecision[]> {
  const rows = await listRows<DossierDecision>(
    db,
    `SELECT d.gate_id AS gate, d.rule, d.person, d.decision, d.covers, d.comment, d.how, d.origin, d.at,
       g.state->>'plan' AS plan, (s.state->>'stage')::int AS stage, g.node
     FROM decisions d
     LEFT JOIN aggregates g ON g.project_id = d.project_id AND g.root_id = d.root_id AND g.id = d.gate_id
     LEFT JOIN aggregates s ON s.project_id = d.project_id AND s.root_id = d.root_id AND s.id = g.parent_id
     WHERE d.root_id = $1 ORDER BY d.at, d.gate_id, d.seq, d.ordinal`,
    [uuidOf(root)],
  )
  return rows.map((row) => ({ ...row, gate: idOfKind('gate_run', row.gate) }))
}

/** Work of one attempt on one resource, with its evidence. */
export interface DossierJob {
  readonly id: string
  readonly step: string
  readonly attempt: number
  readonly cause: string | null
  readonly agent: string | null
  readonly status: string
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  readonly outcome: JsonValue
}

export async function listDossierJobs(db: Queryable, root: string): Promise<readonly DossierJob[]> {
  const rows = await listRows<DossierJob>(
    db,
    `SELECT j.id, j.step, j.attempt, j.cause, a.name AS agent, j.status, j.started_at AS "startedAt",
       j.finished_at AS "finishedAt", j.outcome
     FROM jobs j LEFT JOIN agents a ON a.id = j.agent_id
     WHERE j.root_id = $1
       AND j.project_id = (SELECT project_id FROM aggregates WHERE root_id = $1 AND id = $1 AND parent_id IS NULL)
     ORDER BY j.created_at, j.id`,
    [uuidOf(root)],
  )
  return rows.map((row) => ({ ...row, id: idOfKind('job', row.id) }))
}

/** A definition as a plan used it, whatever became of it since. */
export interface DossierDefinition {
  readonly kind: string
  readonly project: string
  readonly name: string
  readonly revision: number
  readonly digest: Digest
  readonly author: string
  readonly comment: string
  readonly at: Date
  readonly body: JsonFields
}

/** The revisions with these digests, each once: the oldest that has it. */
export async function listDossierDefinitions(
  db: Queryable,
  used: readonly { readonly kind: string; readonly project: string; readonly digest: string }[],
): Promise<readonly DossierDefinition[]> {
  return listRows<DossierDefinition>(
    db,
    `SELECT DISTINCT ON (d.kind, p.name, r.digest) d.kind, p.name AS project, r.body->>'name' AS name, r.revision,
       r.digest, r.author, r.comment, r.at, r.body
     FROM unnest($1::text[], $2::text[], $3::text[]) AS u (kind, project, digest)
     JOIN definition_revisions r ON r.digest = u.digest
     JOIN definitions d ON d.id = r.definition_id AND d.kind = u.kind
     JOIN projects p ON p.number = d.project_id AND p.name = u.project
     ORDER BY d.kind, p.name, r.digest, r.at`,
    [
      used.map(({ kind }) => kind),
      used.map(({ project }) => project),
      used.map(({ digest }) => digest),
    ],
  )
}

/** A snapshot that was delivered, with the commit and the bill of materials of each of its artifacts. */
export interface DossierSnapshot {
  readonly digest: Digest
  readonly madeBy: string | null
  readonly at: Date
  readonly body: JsonFields
  readonly artifacts: JsonValue
}

export async function listDossierSnapshots(
  db: Queryable,
  digests: readonly string[],
): Promise<readonly DossierSnapshot[]> {
  return listRows<DossierSnapshot>(
    db,
    `SELECT s.digest, s.created_at AS at, s.body,
       (SELECT p.name || '/' || r.name || '/' || r.number FROM runs r JOIN projects p ON p.number = r.project_id
        WHERE r.root_id = s.root_id ORDER BY r.number LIMIT 1) AS "madeBy",
       (SELECT coalesce(jsonb_agg(jsonb_build_object('component', a.component, 'version', a.version, 'digest', a.digest,
          'commit', a.commit_id, 'sbom', a.sbom_digest) ORDER BY a.component), '[]')
        FROM artifacts a JOIN projects q ON q.number = a.project_id
        WHERE q.name = s.application_project AND a.application = s.application AND a.version = s.version) AS artifacts
     FROM snapshots s WHERE s.digest = ANY ($1) ORDER BY s.application_project, s.application, s.ordinal`,
    [digests],
  )
}

/** Test results that were reported under the release. */
export async function listDossierTests(
  db: Queryable,
  root: string,
): Promise<
  readonly { readonly stage: string; readonly task: string; readonly results: JsonValue }[]
> {
  return listRows(
    db,
    `SELECT stage, task, results FROM test_results WHERE root_id = $1 ORDER BY at, job_id`,
    [uuidOf(root)],
  )
}

/** When the release was delivered or given up; undefined: it is not over. */
export async function findDossierEnd(
  db: Queryable,
  root: string,
): Promise<{ readonly status: string; readonly isOver: boolean } | undefined> {
  return findRow(
    db,
    `SELECT state->>'status' AS status, finished_at IS NOT NULL AS "isOver" FROM aggregates
     WHERE root_id = $1 AND id = $1 AND kind = 'release'`,
    [uuidOf(root)],
  )
}
