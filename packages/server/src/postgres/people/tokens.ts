import {
  assertInvariant,
  idOf,
  PERMISSIONS,
  prefixOf,
  uuidOf,
  type Permission,
} from '@lockstep/domain'
import type { TokenRecord, TokenStore } from '../../ports/people.ts'
import type { Tx } from '../../ports/transaction.ts'
import { bounds, idOrNull, instantOf, instantOrNull, uuidOrNull } from './row.ts'

interface TokenRow {
  id: string
  name: string
  user_id: string | null
  service_account_id: string | null
  owner_name: string
  permissions: string[]
  project_id: string | null
  environment_id: string | null
  sources: string[]
  parent_id: string | null
  created_at: Date
  expires_at: Date
  last_used_at: Date | null
  revoked_at: Date | null
}

const SELECT = `SELECT t.*, coalesce(u.name, s.name) AS owner_name FROM tokens t
  LEFT JOIN users u ON u.id = t.user_id LEFT JOIN service_accounts s ON s.id = t.service_account_id`

/** What a token was given, without words that this program does not know any more. */
export function permissionsFrom(texts: readonly string[]): readonly Permission[] {
  return PERMISSIONS.filter((permission) => texts.includes(permission))
}

function tokenFrom(row: TokenRow): TokenRecord {
  const owner = idOrNull('usr', row.user_id) ?? idOrNull('svc', row.service_account_id)
  assertInvariant(owner !== null, 'a token has an owner')
  return {
    id: idOf('tok', row.id),
    name: row.name,
    owner,
    ownerName: row.owner_name,
    permissions: permissionsFrom(row.permissions),
    project: idOrNull('prj', row.project_id),
    environment: idOrNull('env', row.environment_id),
    from: row.sources,
    parent: idOrNull('tok', row.parent_id),
    createdAt: instantOf(row.created_at),
    expiresAt: instantOf(row.expires_at),
    lastUsedAt: instantOrNull(row.last_used_at),
    revokedAt: instantOrNull(row.revoked_at),
  }
}

export function tokenStore(tx: Tx): TokenStore {
  const find: TokenStore['find'] = async (id) => {
    const { rows } = await tx.query<TokenRow>(`${SELECT} WHERE t.id = $1`, [uuidOf(id)])
    return rows[0] && tokenFrom(rows[0])
  }
  return {
    find,
    async list(owner, slice) {
      const { rows } = await tx.query<TokenRow>(
        `${SELECT} WHERE t.id > $1 AND (t.user_id = $3 OR t.service_account_id = $3) ORDER BY t.id LIMIT $2`,
        [...bounds(slice), uuidOf(owner)],
      )
      return rows.map(tokenFrom)
    },
    async countLive(owner) {
      const { rows } = await tx.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM tokens
         WHERE (user_id = $1 OR service_account_id = $1) AND revoked_at IS NULL AND expires_at > now()`,
        [uuidOf(owner)],
      )
      return rows[0]?.n ?? 0
    },
    async insert(token) {
      const { id, name, owner, secretHash, permissions, project, environment, from } = token
      const { parent, lifeMs, atMost } = token
      const ofUser = prefixOf(owner) === 'usr'
      await tx.query(
        `INSERT INTO tokens (id, name, user_id, service_account_id, secret_hash, permissions, project_id, parent_id, expires_at, environment_id, sources)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, least(now() + $9 * interval '1 millisecond', $10::timestamptz), $11, $12)`,
        [
          uuidOf(id),
          name,
          ofUser ? uuidOf(owner) : null,
          ofUser ? null : uuidOf(owner),
          secretHash,
          permissions,
          uuidOrNull(project),
          uuidOrNull(parent),
          lifeMs,
          atMost === null ? null : new Date(atMost),
          uuidOrNull(environment),
          from,
        ],
      )
      const made = await find(id)
      assertInvariant(made !== undefined, 'an inserted token comes back')
      return made
    },
    async revoke(owner, token) {
      const { rowCount } = await tx.query(
        `WITH RECURSIVE descent AS (
           SELECT id FROM tokens WHERE id = $1 AND (user_id = $2 OR service_account_id = $2)
           UNION SELECT t.id FROM tokens t JOIN descent d ON t.parent_id = d.id)
         UPDATE tokens SET revoked_at = coalesce(revoked_at, now()) WHERE id IN (SELECT id FROM descent)`,
        [uuidOf(token), uuidOf(owner)],
      )
      return rowCount > 0
    },
  }
}
