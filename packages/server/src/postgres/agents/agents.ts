// Agents as rows: who they are, where they may work, when they were last heard of.

import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { idOf, uuidOf } from '@lockstep/domain'
import type { AgentId, EnvironmentId } from '@lockstep/domain'
import type { Pool } from 'pg'
import { findRow, listRows } from '../queryable.ts'
import { RELAXED } from '../relaxed.ts'
import type { Queryable } from '../queryable.ts'
import { forgetWanted } from './forget-wanted.ts'

/** The database as the agents' side uses it: single statements, and one transaction to enrol. */
export type AgentDatabase = Pool

/** An agent that may call: not revoked. */
export interface AgentRecord {
  readonly id: AgentId
  readonly name: string
  readonly labels: readonly string[]
  readonly areLabelsBound: boolean
  readonly publicKey: Buffer
  readonly isDraining: boolean
  readonly version: string
  /** It was heard of within the last seconds, and that is noted. */
  readonly isSeen: boolean
  /** A person has asked what really runs, and the agent was not told yet. */
  readonly isVerifyAsked: boolean
  /** Environments in which it may work now. */
  readonly environments: readonly EnvironmentId[]
  /** Numbers of the projects whose build and test work it may do now. */
  readonly projects: readonly number[]
}

interface AgentRow {
  readonly id: string
  readonly name: string
  readonly labels: readonly string[]
  readonly labels_bound: boolean
  readonly public_key: Buffer
  readonly draining: boolean
  readonly version: string
  readonly is_seen: boolean
  readonly is_verify_asked: boolean
  readonly environments: readonly string[] | null
  readonly projects: readonly number[] | null
}

const SEEN_FOR_S = 5
const COLUMNS = `a.id, a.name, a.labels, a.labels_bound, a.public_key, a.draining, a.version,
  coalesce(a.seen_at > now() - interval '${SEEN_FOR_S} seconds', false) AS is_seen,
  a.verify_asked_at IS NOT NULL AS is_verify_asked`
/**
 * For rows `t` with the id of an agent. The limit keeps the plan at one look into the index for each, however old the statistics
 * are; who was revoked is left out after it, else all that were not may be read through the index of their names.
 */
const AGENT = `
  LATERAL (SELECT * FROM agents WHERE id = t.id LIMIT 1) a ON a.revoked_at IS NULL
  LEFT JOIN LATERAL (
    SELECT array_agg(environment_id) FILTER (WHERE environment_id IS NOT NULL) AS environments,
      array_agg(project_id) FILTER (WHERE environment_id IS NULL) AS projects
    FROM (SELECT project_id, environment_id FROM agent_assignments WHERE agent_id = t.id LIMIT 10000) s
  ) reach ON true`
const FIND = `SELECT ${COLUMNS}, reach.environments, reach.projects FROM unnest($1::uuid[]) AS t (id) JOIN ${AGENT}`
const ADMIT = `
  WITH taken AS (
    INSERT INTO agent_nonces (agent_id, nonce) SELECT * FROM unnest($1::uuid[], $2::text[])
    ON CONFLICT DO NOTHING RETURNING agent_id, nonce)
  SELECT t.n::int AS n, (t.id, t.nonce) IN (SELECT agent_id, nonce FROM taken) AS is_first,
    ${COLUMNS}, reach.environments, reach.projects
  FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS t (id, nonce, n) JOIN ${AGENT}`
const ENROLMENT_HOURS = 1

/** The agent with this id, unless it was revoked. */
export async function findAgent(db: Queryable, agent: AgentId): Promise<AgentRecord | undefined> {
  const [found] = await findAgents(db, [agent])
  return found
}

/** For each of these ids the agent, unless it was revoked. */
export async function findAgents(
  db: Queryable,
  agents: readonly AgentId[],
): Promise<readonly (AgentRecord | undefined)[]> {
  const { rows } = await db.query<AgentRow>({
    name: 'find_agents',
    text: FIND,
    values: [[...new Set(agents.map(uuidOf))]],
  })
  const found = new Map(rows.map((row) => [row.id, fromRow(row)]))
  return agents.map((agent) => found.get(uuidOf(agent)))
}

function fromRow(row: AgentRow): AgentRecord {
  return {
    id: idOf('agt', row.id),
    name: row.name,
    labels: row.labels,
    areLabelsBound: row.labels_bound,
    publicKey: row.public_key,
    isDraining: row.draining,
    version: row.version,
    isSeen: row.is_seen,
    isVerifyAsked: row.is_verify_asked,
    environments: (row.environments ?? []).map((id) => idOf('env', id)),
    projects: row.projects ?? [],
  }
}

/** A request that counts once. */
export interface Nonce {
  readonly agent: AgentId
  readonly nonce: string
}

/** Who asks, as it is now. */
export interface Admission {
  readonly agent: AgentRecord
  /** False when the nonce was used within the last minutes. */
  readonly isFirst: boolean
}

/** Takes the nonces of requests and reads their agents. Undefined for agents that are not known, or were revoked. */
export async function admitRequests(
  db: Queryable,
  nonces: readonly Nonce[],
): Promise<readonly (Admission | undefined)[]> {
  const { rows } = await db.query<AgentRow & { readonly n: number; readonly is_first: boolean }>({
    name: 'admit_requests',
    text: ADMIT,
    values: [nonces.map(({ agent }) => uuidOf(agent)), nonces.map(({ nonce }) => nonce)],
  })
  const found = new Map(rows.map((row) => [row.n, row]))
  const seen = new Set<string>()
  return nonces.map(({ agent, nonce }, index) => {
    const row = found.get(index + 1)
    if (row === undefined) return undefined
    // Of two alike in one statement the first has it.
    const key = `${agent}/${nonce}`
    const isFirst = row.is_first && !seen.has(key)
    seen.add(key)
    return { agent: fromRow(row), isFirst }
  })
}

/** Nonces whose signatures are too old to be accepted anyway. */
export async function removeOldNonces(db: Queryable, ageMs: number): Promise<void> {
  await db.query(
    `DELETE FROM agent_nonces WHERE at < now() - make_interval(secs => $1::float8 / 1000)`,
    [ageMs],
  )
}

/**
 * Makes a one-time token for an agent of this name. With labels they are the agent's, whatever it says; without it says
 * its own. The token is shown once, only its hash is kept.
 */
export async function createEnrolment(
  db: Queryable,
  enrolment: { readonly name: string; readonly labels: readonly string[]; readonly by: string },
): Promise<{ readonly token: string; readonly expiresAt: Date }> {
  const token = `lse_${randomBytes(24).toString('base64url')}`
  const row = await findRow<{ expires_at: Date }>(
    db,
    `INSERT INTO agent_enrolments (id, hash, name, labels, created_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, now() + make_interval(hours => ${ENROLMENT_HOURS})) RETURNING expires_at`,
    [randomUUID(), hashToken(token), enrolment.name, enrolment.labels, enrolment.by],
  )
  return { token, expiresAt: row?.expires_at ?? new Date(0) }
}

export interface EnrolmentTry {
  readonly token: string
  readonly labels: readonly string[]
  readonly publicKey: Buffer
  readonly platform: string
  readonly version: string
}

/**
 * Uses a token up and makes the agent, in one transaction. The same key again gets the same agent; another key is refused.
 */
export async function enrolAgent(
  pool: Pool,
  attempt: EnrolmentTry,
): Promise<AgentRecord | 'token_refused' | 'name_taken'> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const enrolled = await enrolIn(client, attempt)
    await client.query(typeof enrolled === 'string' ? 'ROLLBACK' : 'COMMIT')
    return enrolled
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    if (error instanceof Error && 'code' in error && error.code === '23505') return 'name_taken'
    throw error
  } finally {
    client.release()
  }
}

async function enrolIn(
  db: Queryable,
  attempt: EnrolmentTry,
): Promise<AgentRecord | 'token_refused'> {
  const token = await findRow<{
    id: string
    name: string
    labels: readonly string[]
    agent_id: string | null
    is_fresh: boolean
  }>(
    db,
    `SELECT id, name, labels, agent_id, expires_at > now() AS is_fresh FROM agent_enrolments
     WHERE hash = $1 FOR UPDATE`,
    [hashToken(attempt.token)],
  )
  if (token === undefined) return 'token_refused'
  if (token.agent_id !== null) {
    const known = await findAgent(db, idOf('agt', token.agent_id))
    return known?.publicKey.equals(attempt.publicKey) === true ? known : 'token_refused'
  }
  if (!token.is_fresh) return 'token_refused'
  const isBound = token.labels.length > 0
  const row = await findRow<{ id: string }>(
    db,
    `INSERT INTO agents (id, name, labels, labels_bound, public_key, platform, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
    [
      randomUUID(),
      token.name,
      isBound ? token.labels : attempt.labels,
      isBound,
      attempt.publicKey,
      attempt.platform,
      attempt.version,
    ],
  )
  if (row === undefined) return 'token_refused'
  await db.query('UPDATE agent_enrolments SET used_at = now(), agent_id = $2 WHERE id = $1', [
    token.id,
    row.id,
  ])
  return (await findAgent(db, idOf('agt', row.id))) ?? 'token_refused'
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** What an agent says of itself. */
export interface Sighting {
  readonly agent: AgentId
  readonly version: string
  readonly labels: readonly string[]
}

/** Notes that these agents were heard of, each at most every few seconds, and what they are. Who is being written is noted next time. */
export async function noteSeen(db: Queryable, seen: readonly Sighting[]): Promise<void> {
  await db.query({
    name: 'note_seen',
    text: `
      WITH ${RELAXED}, seen AS MATERIALIZED (
        SELECT t.version, t.labels, a.id FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t (id, version, labels)
        JOIN LATERAL (
          SELECT id FROM agents WHERE id = t.id AND (seen_at IS NULL OR seen_at < now() - interval '${SEEN_FOR_S} seconds'
            OR version <> t.version OR (NOT labels_bound AND to_jsonb(labels) <> t.labels::jsonb))
          FOR NO KEY UPDATE SKIP LOCKED) a ON true)
      UPDATE agents a SET seen_at = now(), version = s.version,
        labels = CASE WHEN labels_bound THEN a.labels ELSE ARRAY(SELECT jsonb_array_elements_text(s.labels::jsonb)) END
      FROM relaxed CROSS JOIN seen s WHERE a.id = s.id`,
    values: [
      seen.map(({ agent }) => uuidOf(agent)),
      seen.map(({ version }) => version),
      seen.map(({ labels }) => JSON.stringify(labels)),
    ],
  })
}

/** True once after a person has asked what really runs. */
export async function takeVerifyRequest(db: Queryable, agent: AgentId): Promise<boolean> {
  const { rowCount } = await db.query(
    'UPDATE agents SET verify_asked_at = NULL WHERE id = $1 AND verify_asked_at IS NOT NULL',
    [uuidOf(agent)],
  )
  return rowCount === 1
}

/** Lets an agent do build and test work of a project, or work in one of its environments. Twice is the same as once. */
export async function assignAgent(
  db: Queryable,
  to: {
    readonly agent: AgentId
    readonly project: number
    readonly environment: EnvironmentId | null
    readonly by: string
  },
): Promise<void> {
  await db.query(
    `INSERT INTO agent_assignments (agent_id, project_id, environment_id, assigned_by)
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [uuidOf(to.agent), to.project, to.environment === null ? null : uuidOf(to.environment), to.by],
  )
}

/** The agent does no work there any more. Where nothing runs on its host, nothing is wanted there either. */
export async function unassignAgent(
  db: Queryable,
  from: {
    readonly agent: AgentId
    readonly project: number
    readonly environment: EnvironmentId | null
  },
): Promise<void> {
  const left = await listRows<{ environment_id: string | null }>(
    db,
    `DELETE FROM agent_assignments
     WHERE agent_id = $1 AND project_id = $2 AND environment_id IS NOT DISTINCT FROM $3 RETURNING environment_id`,
    [uuidOf(from.agent), from.project, from.environment === null ? null : uuidOf(from.environment)],
  )
  // Nothing when the agent did no work there, or the environment is of another project.
  await forgetWanted(
    db,
    from.agent,
    left.flatMap((row) => row.environment_id ?? []),
  )
}

export async function setDraining(
  db: Queryable,
  agent: AgentId,
  isDraining: boolean,
): Promise<void> {
  await db.query('UPDATE agents SET draining = $2 WHERE id = $1', [uuidOf(agent), isDraining])
}

/** Shuts an agent out: its next request is refused. What it holds stays open until its deadline or a person decides. */
export async function revokeAgent(db: Queryable, agent: AgentId): Promise<void> {
  const { rowCount } = await db.query(
    'UPDATE agents SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL',
    [uuidOf(agent)],
  )
  if (rowCount === 0) return
  const left = await listRows<{ environment_id: string }>(
    db,
    'SELECT environment_id FROM agent_assignments WHERE agent_id = $1 AND environment_id IS NOT NULL',
    [uuidOf(agent)],
  )
  await forgetWanted(
    db,
    agent,
    left.map((row) => row.environment_id),
  )
}
