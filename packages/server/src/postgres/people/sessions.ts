import { assertInvariant, idOf, uuidOf } from '@lockstep/domain'
import type { SessionRecord, SessionStore } from '../../ports/people.ts'
import type { Tx } from '../../ports/transaction.ts'
import { bounds, instantOf } from './row.ts'

/** Browsers remembered per person; the oldest goes first. */
const KNOWN_DEVICES_MAX = 20

interface SessionRow {
  id: string
  user_id: string
  address: string
  client: string
  created_at: Date
  seen_at: Date
  expires_at: Date
}

function sessionFrom(row: SessionRow): SessionRecord {
  return {
    id: idOf('ses', row.id),
    user: idOf('usr', row.user_id),
    createdAt: instantOf(row.created_at),
    seenAt: instantOf(row.seen_at),
    expiresAt: instantOf(row.expires_at),
    address: row.address,
    client: row.client,
  }
}

export function sessionStore(tx: Tx): SessionStore {
  return {
    async insert({ id, user, secretHash, address, client, lifeMs }) {
      await tx.query('DELETE FROM sessions WHERE user_id = $1 AND expires_at < now()', [
        uuidOf(user),
      ])
      const { rows } = await tx.query<SessionRow>(
        `INSERT INTO sessions (id, user_id, secret_hash, address, client, expires_at)
         VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 millisecond') RETURNING *`,
        [uuidOf(id), uuidOf(user), secretHash, address, client, lifeMs],
      )
      assertInvariant(rows[0] !== undefined, 'an inserted session comes back')
      return sessionFrom(rows[0])
    },
    async list(user, slice) {
      const { rows } = await tx.query<SessionRow>(
        'SELECT * FROM sessions WHERE id > $1 AND user_id = $3 AND expires_at > now() ORDER BY id LIMIT $2',
        [...bounds(slice), uuidOf(user)],
      )
      return rows.map(sessionFrom)
    },
    async end(user, session) {
      const { rowCount } = await tx.query('DELETE FROM sessions WHERE id = $1 AND user_id = $2', [
        uuidOf(session),
        uuidOf(user),
      ])
      return rowCount === 1
    },
    async endAll(users) {
      const { rowCount } = await tx.query(
        'DELETE FROM sessions WHERE user_id = ANY($1::uuid[]) AND expires_at > now()',
        [users.map(uuidOf)],
      )
      return rowCount
    },
    async rememberDevice(user, secretHash) {
      await tx.query(
        `INSERT INTO known_devices (user_id, secret_hash) VALUES ($1, $2)
         ON CONFLICT (user_id, secret_hash) DO UPDATE SET seen_at = now()`,
        [uuidOf(user), secretHash],
      )
      await tx.query(
        `DELETE FROM known_devices WHERE user_id = $1 AND secret_hash NOT IN
           (SELECT secret_hash FROM known_devices WHERE user_id = $1 ORDER BY seen_at DESC LIMIT $2)`,
        [uuidOf(user), KNOWN_DEVICES_MAX],
      )
    },
    async isKnownDevice(user, secretHash) {
      const { rowCount } = await tx.query(
        'SELECT 1 FROM known_devices WHERE user_id = $1 AND secret_hash = $2',
        [uuidOf(user), secretHash],
      )
      return rowCount === 1
    },
  }
}
