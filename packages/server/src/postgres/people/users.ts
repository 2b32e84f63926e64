import { idOf, mailChoicesIn, uuidOf } from '@lockstep/domain'
import type { UserRecord, UserStore } from '../../ports/people.ts'
import type { Tx } from '../../ports/transaction.ts'
import { moveEpoch, PEOPLE_GUARD } from '../guards.ts'
import { IN_FORCE } from './grants.ts'
import { bounds, instantOf, uuidOrNull } from './row.ts'

interface UserRow {
  id: string
  name: string
  title: string
  email: string
  disabled_at: Date | null
  has_password: boolean
  link_until: Date | null
  created_at: Date
  version: number
}

export const USER_COLUMNS = `u.id, u.name, u.title, u.email, u.disabled_at, u.created_at, u.version, u.password IS NOT NULL AS has_password,
  (SELECT max(c.expires_at) FROM one_time_codes c WHERE u.password IS NULL AND c.user_id = u.id AND c.used_at IS NULL
   AND c.expires_at > now()) AS link_until`

export function userFrom(row: UserRow): UserRecord {
  return {
    id: idOf('usr', row.id),
    name: row.name,
    title: row.title,
    email: row.email,
    disabled: row.disabled_at !== null,
    invited: row.has_password ? null : { until: row.link_until && instantOf(row.link_until) },
    createdAt: instantOf(row.created_at),
    version: row.version,
  }
}

export function userStore(tx: Tx): UserStore {
  return {
    async count() {
      const { rows } = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM users')
      return rows[0]?.n ?? 0
    },
    async find(id) {
      const { rows } = await tx.query<UserRow>(
        `SELECT ${USER_COLUMNS} FROM users u WHERE id = $1`,
        [uuidOf(id)],
      )
      return rows[0] && userFrom(rows[0])
    },
    async findByLogin(nameOrEmail) {
      const { rows } = await tx.query<UserRow & { password: string | null }>(
        `SELECT ${USER_COLUMNS}, u.password FROM users u WHERE name = $1 OR lower(email) = lower($1)`,
        [nameOrEmail],
      )
      return rows[0] && { ...userFrom(rows[0]), password: rows[0].password }
    },
    async list(slice, { name }) {
      const { rows } = await tx.query<UserRow>(
        `SELECT ${USER_COLUMNS} FROM users u WHERE id > $1 AND ($3::text IS NULL OR name = $3) ORDER BY id LIMIT $2`,
        [...bounds(slice), name ?? null],
      )
      return rows.map(userFrom)
    },
    async insert(user) {
      // ON CONFLICT instead of catching: a failed statement would end the transaction.
      const { rowCount } = await tx.query(
        `INSERT INTO users (id, name, title, email, password) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
        [uuidOf(user.id), user.name, user.title, user.email, user.password],
      )
      if (rowCount === 1) return undefined
      const { rowCount: named } = await tx.query('SELECT 1 FROM users WHERE name = $1', [user.name])
      return named > 0 ? 'name_taken' : 'email_taken'
    },
    async update(id, version, change) {
      const { rowCount: taken } = await tx.query(
        'SELECT 1 FROM users WHERE lower(email) = lower($1) AND id <> $2',
        [change.email ?? null, uuidOf(id)],
      )
      if (taken > 0) return 'email_taken'
      const { rows } = await tx.query<UserRow>(
        `UPDATE users u SET title = coalesce($3, title), email = coalesce($4, email), version = version + 1,
           disabled_at = CASE $5::boolean WHEN true THEN coalesce(disabled_at, now()) WHEN false THEN NULL ELSE disabled_at END
         WHERE id = $1 AND version = $2 RETURNING ${USER_COLUMNS}`,
        [uuidOf(id), version, change.title ?? null, change.email ?? null, change.disabled ?? null],
      )
      if (rows[0] !== undefined && change.disabled !== undefined) await moveEpoch(tx, PEOPLE_GUARD)
      return rows[0] && userFrom(rows[0])
    },
    async mailsOff(id) {
      const { rows } = await tx.query<{ mails_off: string[] }>(
        'SELECT mails_off FROM users WHERE id = $1',
        [uuidOf(id)],
      )
      return mailChoicesIn(rows[0]?.mails_off ?? [])
    },
    async switchMailsOff(id, choices) {
      await tx.query('UPDATE users SET mails_off = $2 WHERE id = $1', [uuidOf(id), choices])
    },
    async passwordOf(id) {
      const { rows } = await tx.query<{ password: string | null }>(
        'SELECT password FROM users WHERE id = $1',
        [uuidOf(id)],
      )
      return rows[0]?.password
    },
    async setPassword(id, password) {
      await tx.query('UPDATE users SET password = $2 WHERE id = $1', [uuidOf(id), password])
    },
    async holdDecisions(id, lengthMs) {
      await tx.query(
        `UPDATE users SET decides_from = now() + $2 * interval '1 millisecond' WHERE id = $1`,
        [uuidOf(id), lengthMs],
      )
      await moveEpoch(tx, PEOPLE_GUARD)
    },
    async hasNewPassword(id) {
      const { rowCount } = await tx.query(
        'SELECT 1 FROM users WHERE id = $1 AND decides_from > now()',
        [uuidOf(id)],
      )
      return rowCount === 1
    },
    async administratorsWithout({ user, grant, member }) {
      // Locks the grants of administrators: two who go at the same time cannot both be the second last.
      await tx.query(`SELECT 1 FROM grants WHERE role = 'system_admin' ORDER BY id FOR UPDATE`)
      const { rows } = await tx.query<{ n: number }>(
        `SELECT count(DISTINCT u.id)::int AS n FROM users u JOIN grants g ON g.role = 'system_admin' AND g.project_id IS NULL AND ${IN_FORCE}
           AND g.id IS DISTINCT FROM $2 AND (g.user_id = u.id OR EXISTS (SELECT 1 FROM members m WHERE m.group_id = g.group_id
             AND m.user_id = u.id AND NOT coalesce(m.group_id = $3 AND m.user_id = $4, false)))
         WHERE u.disabled_at IS NULL AND u.password IS NOT NULL AND u.id IS DISTINCT FROM $1`,
        [
          uuidOrNull(user ?? null),
          uuidOrNull(grant ?? null),
          uuidOrNull(member?.group ?? null),
          uuidOrNull(member?.user ?? null),
        ],
      )
      return rows[0]?.n ?? 0
    },
  }
}
