import { idOf, isFromWithin, uuidOf, type ServiceAccountId, type UserId } from '@lockstep/domain'
import type { Credentials, FoundPerson } from '../../ports/people.ts'
import type { Tx } from '../../ports/transaction.ts'
import { bareGrantFrom, HELD_BY, IN_FORCE } from './grants.ts'
import { idOrNull, instantOf, instantOrNull } from './row.ts'
import { permissionsFrom } from './tokens.ts'

/** When a session or token was used is noted at most this often. */
const SEEN_EVERY = `interval '1 minute'`

/** Looks credentials up on a connection of its own, outside of the request's transaction. */
export function credentialsOn(db: Tx, limits: { readonly sessionIdleMs: number }): Credentials {
  const heldBy = async (
    owner: UserId | ServiceAccountId,
  ): Promise<Pick<FoundPerson, 'grants' | 'waiting'>> => {
    const { rows } = await db.query<{
      id: string
      role: string
      project_id: string | null
      environment_id: string | null
      effective_at: Date | null
      in_force: boolean
    }>(
      `SELECT g.id, g.role, g.project_id, g.environment_id, g.effective_at, ${IN_FORCE} AS in_force
       FROM grants g WHERE ${HELD_BY}`,
      [uuidOf(owner)],
    )
    return {
      grants: rows.filter((row) => row.in_force).map(bareGrantFrom),
      waiting: rows
        .filter((row) => !row.in_force)
        .map((row) => ({
          ...bareGrantFrom(row),
          grant: idOf('gra', row.id),
          from: instantOrNull(row.effective_at),
        })),
    }
  }
  return {
    async bySession(secretHash) {
      const { rows } = await db.query<{
        id: string
        user_id: string
        name: string
        stale: boolean
      }>(
        `SELECT s.id, s.user_id, u.name, s.seen_at < now() - ${SEEN_EVERY} AS stale FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE s.secret_hash = $1 AND u.disabled_at IS NULL AND s.expires_at > now()
           AND s.seen_at > now() - $2 * interval '1 millisecond'`,
        [secretHash, limits.sessionIdleMs],
      )
      const row = rows[0]
      if (row === undefined) return undefined
      if (row.stale) await db.query('UPDATE sessions SET seen_at = now() WHERE id = $1', [row.id])
      const user = idOf('usr', row.user_id)
      return { user, name: row.name, session: idOf('ses', row.id), ...(await heldBy(user)) }
    },
    async byToken(token, secretHash, address) {
      const { rows } = await db.query<{
        user_id: string | null
        service_account_id: string | null
        name: string
        permissions: string[]
        project_id: string | null
        environment_id: string | null
        sources: string[]
        expires_at: Date
        stale: boolean
      }>(
        `SELECT t.user_id, t.service_account_id, coalesce(u.name, s.name) AS name, t.permissions, t.project_id,
           t.environment_id, t.sources, t.expires_at,
           coalesce(t.last_used_at < now() - ${SEEN_EVERY}, true) AS stale
         FROM tokens t LEFT JOIN users u ON u.id = t.user_id LEFT JOIN service_accounts s ON s.id = t.service_account_id
         WHERE t.id = $1 AND t.secret_hash = $2 AND t.revoked_at IS NULL AND t.expires_at > now()
           AND u.disabled_at IS NULL AND s.disabled_at IS NULL`,
        [uuidOf(token), secretHash],
      )
      const row = rows[0]
      const owner = row && (idOrNull('usr', row.user_id) ?? idOrNull('svc', row.service_account_id))
      if (row === undefined || owner === undefined || owner === null) return undefined
      if (!isFromWithin(row.sources, address)) return 'not_from_here'
      if (row.stale)
        await db.query('UPDATE tokens SET last_used_at = now() WHERE id = $1', [uuidOf(token)])
      return {
        token,
        owner,
        ownerName: row.name,
        grants: (await heldBy(owner)).grants,
        permissions: permissionsFrom(row.permissions),
        project: idOrNull('prj', row.project_id),
        environment: idOrNull('env', row.environment_id),
        from: row.sources,
        expiresAt: instantOf(row.expires_at),
      }
    },
  }
}
