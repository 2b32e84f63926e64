// Agents as rows: who they are, where they may work, when they were last heard of.

import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { idOf, uuidOf } from '@lockstep/domain'
import type { AgentId, EnvironmentId } from '@lockstep/domain'
import type { Pool } from 'pg'
import { findRow, listRows } from '../queryable.ts'
import type { Queryable } from '../queryable.ts'

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
}

interface AgentRow {
  readonly id: string
  readonly name: string
  readonly labels: readonly string[]
  readonly labels_bound: boolean
  readonly public_key: Buffer
  readonly draining: boolean
}

const COLUMNS = 'id, name, labels, labels_bound, public_key, draining'
const ENROLMENT_HOURS = 1

/** The agent with this id, unless it was revoked. */
export async function findAgent(db: Queryable, agent: AgentId): Promise<AgentRecord | undefined> {
  const row = await findRow<AgentRow>(
    db,
    `SELECT ${COLUMNS} FROM agents WHERE id = $1 AND revoked_at IS NULL`,
    [uuidOf(agent)],
  )
  return row === undefined ? undefined : fromRow(row)
}

function fromRow(row: AgentRow): AgentRecord {
  return {
    id: idOf('agt', row.id),
    name: row.name,
    labels: row.labels,
    areLabelsBound: row.labels_bound,
    publicKey: row.public_key,
    isDraining: row.draining,
  }
}

/** Takes the nonce of a request. False when it was used within the last minutes. */
export async function takeNonce(db: Queryable, agent: AgentId, nonce: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'INSERT INTO agent_nonces (agent_id, nonce) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [uuidOf(agent), nonce],
  )
  return rowCount === 1
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
  const row = await findRow<AgentRow>(
    db,
    `INSERT INTO agents (id, name, labels, labels_bound, public_key, platform, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
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
  return fromRow(row)
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Notes that the agent was heard of, at most every few seconds, and what it is. */
export async function noteSeen(
  db: Queryable,
  agent: AgentId,
  about: { readonly version: string; readonly labels: readonly string[] },
): Promise<void> {
  await db.query(
    `UPDATE agents SET seen_at = now(), version = $2, labels = CASE WHEN labels_bound THEN labels ELSE $3 END
     WHERE id = $1 AND (seen_at IS NULL OR seen_at < now() - interval '5 seconds' OR version <> $2
       OR (NOT labels_bound AND labels <> $3))`,
    [uuidOf(agent), about.version, about.labels],
  )
}

/** Where the agent may work at this moment. */
export interface AgentReach {
  readonly environments: readonly EnvironmentId[]
  readonly projects: readonly number[]
}

export async function readReach(db: Queryable, agent: AgentId): Promise<AgentReach> {
  const rows = await listRows<{ project_id: number; environment_id: string | null }>(
    db,
    'SELECT project_id, environment_id FROM agent_assignments WHERE agent_id = $1 LIMIT 10000',
    [uuidOf(agent)],
  )
  return {
    environments: rows.flatMap(({ environment_id: id }) => (id === null ? [] : [idOf('env', id)])),
    projects: rows.flatMap(({ project_id: project, environment_id: id }) =>
      id === null ? [project] : [],
    ),
  }
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

export async function unassignAgent(
  db: Queryable,
  from: {
    readonly agent: AgentId
    readonly project: number
    readonly environment: EnvironmentId | null
  },
): Promise<void> {
  await db.query(
    `DELETE FROM agent_assignments
     WHERE agent_id = $1 AND project_id = $2 AND environment_id IS NOT DISTINCT FROM $3`,
    [uuidOf(from.agent), from.project, from.environment === null ? null : uuidOf(from.environment)],
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
  await db.query('UPDATE agents SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1', [
    uuidOf(agent),
  ])
}
