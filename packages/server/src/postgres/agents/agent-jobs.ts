// Jobs as their agent speaks of them: by id and fence.

import { randomUUID } from 'node:crypto'
import { idOf, idOfKind, uuidOf } from '@lockstep/domain'
import type { AgentId, EnvironmentId, JobId, JsonValue } from '@lockstep/domain'
import type { Target } from '../../ports/reactor.ts'
import { findRow } from '../queryable.ts'
import type { Queryable } from '../queryable.ts'

/** A job that was given to this agent, whatever became of it. */
export interface AgentJob {
  readonly owner: Target
  readonly id: JobId
  readonly fence: number
  readonly status: string
  readonly plan: string
  readonly step: string
  readonly link: number
  readonly target: number
  readonly attempt: number
  readonly environment: EnvironmentId | null
  readonly logLength: number
  /** True when an agent's report has ended it. */
  readonly isReported: boolean
}

interface Row {
  readonly project_id: number
  readonly root_id: string
  readonly owner_id: string
  readonly id: string
  readonly fence: number
  readonly status: string
  readonly plan_digest: string
  readonly step: string
  readonly link: number
  readonly target: number
  readonly attempt: number
  readonly environment_id: string | null
  readonly log_length: number
  readonly is_reported: boolean
  readonly owner_kind: string
  readonly root_kind: string
}

/** A job as an agent names it. */
export interface NamedJob {
  readonly agent: AgentId
  readonly job: JobId
}

const FIND = `
  SELECT t.n, j.project_id, j.root_id, j.owner_id, j.id, j.fence, j.status, j.plan_digest, j.step, j.link, j.target,
    j.attempt, j.environment_id, j.log_length::float8 AS log_length, j.outcome IS NOT NULL AS is_reported,
    o.kind AS owner_kind, r.kind AS root_kind
  FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS t (job, agent, n)
  JOIN LATERAL (SELECT * FROM jobs WHERE id = t.job AND agent_id = t.agent LIMIT 1) j ON true
  JOIN LATERAL (SELECT kind FROM aggregates
    WHERE project_id = j.project_id AND root_id = j.root_id AND id = j.owner_id LIMIT 1) o ON true
  JOIN LATERAL (SELECT kind FROM aggregates
    WHERE project_id = j.project_id AND root_id = j.root_id AND id = j.root_id LIMIT 1) r ON true`

/** For each the job, if this agent has ever held its newest lease; another agent's job is as if there were none. */
export async function findAgentJobs(
  db: Queryable,
  named: readonly NamedJob[],
): Promise<readonly (AgentJob | undefined)[]> {
  const { rows } = await db.query<Row & { readonly n: string }>({
    name: 'find_agent_jobs',
    text: FIND,
    values: [named.map(({ job }) => uuidOf(job)), named.map(({ agent }) => uuidOf(agent))],
  })
  const found = new Map(rows.map((row) => [Number(row.n), fromRow(row)]))
  return named.map((_, index) => found.get(index + 1))
}

function fromRow(row: Row): AgentJob {
  return {
    owner: {
      project: row.project_id,
      root: idOfKind(row.root_kind, row.root_id),
      id: idOfKind(row.owner_kind, row.owner_id),
    },
    id: idOf('job', row.id),
    fence: row.fence,
    status: row.status,
    plan: row.plan_digest,
    step: row.step,
    link: row.link,
    target: row.target,
    attempt: row.attempt,
    environment: row.environment_id === null ? null : idOf('env', row.environment_id),
    logLength: row.log_length,
    isReported: row.is_reported,
  }
}

/** For whom a job is, whoever has it now. */
export interface JobReach {
  readonly pool: string
  readonly project: number
  /** As a uuid; null: build and test work of the project. */
  readonly environment: string | null
  /** The number of its newest lease. */
  readonly fence: number
}

export async function findJobReach(db: Queryable, job: JobId): Promise<JobReach | undefined> {
  return findRow<JobReach>(
    db,
    `SELECT pool, project_id AS project, environment_id AS environment, fence FROM jobs WHERE id = $1`,
    [uuidOf(job)],
  )
}

/** Which of these agents have a running job that is to be ended. */
export async function listToBeTold(
  db: Queryable,
  agents: readonly AgentId[],
): Promise<readonly AgentId[]> {
  const { rows } = await db.query<{ agent_id: string }>({
    name: 'list_agents_to_be_told',
    text: `SELECT DISTINCT agent_id FROM jobs
           WHERE agent_id = ANY ($1::uuid[]) AND status IN ('leased', 'running') AND cancel_at IS NOT NULL`,
    values: [agents.map(uuidOf)],
  })
  return rows.map(({ agent_id: id }) => idOf('agt', id))
}

/** Keeps a message that changes nothing any more, as evidence. */
export async function setAside(
  db: Queryable,
  message: {
    readonly owner: Target
    readonly job: JobId
    readonly kind: string
    readonly reason: string
    readonly body: JsonValue
  },
): Promise<void> {
  await db.query(
    `INSERT INTO set_aside (id, project_id, root_id, subject, kind, event, reason, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, now())`,
    [
      randomUUID(),
      message.owner.project,
      uuidOf(message.owner.root),
      uuidOf(message.job),
      message.kind,
      JSON.stringify(message.body),
      message.reason,
    ],
  )
}

/** Names the files that a job brought; the same again changes nothing. */
export async function saveJobFiles(
  db: Queryable,
  project: number,
  job: JobId,
  files: readonly {
    readonly kind: 'report' | 'sbom'
    readonly path: string
    readonly digest: string
    readonly sizeBytes: number
  }[],
): Promise<void> {
  if (files.length === 0) return
  await db.query(
    `INSERT INTO job_files (project_id, job_id, kind, path, digest, size_bytes)
     SELECT $1, $2, t.kind, t.path, t.digest, t.size
     FROM unnest($3::text[], $4::text[], $5::text[], $6::bigint[]) AS t (kind, path, digest, size)
     ON CONFLICT (project_id, job_id, kind, path) DO UPDATE SET digest = excluded.digest, size_bytes = excluded.size_bytes`,
    [
      project,
      uuidOf(job),
      files.map(({ kind }) => kind),
      files.map(({ path }) => path),
      files.map(({ digest }) => digest),
      files.map(({ sizeBytes }) => sizeBytes),
    ],
  )
}
