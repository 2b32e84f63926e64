import { assertInvariant, uuidOf } from '@lockstep/domain'
import type { CodeStore, FailureStore } from '../../ports/people.ts'
import type { Tx } from '../../ports/transaction.ts'
import { idOrNull, instantOf, uuidOrNull } from './row.ts'

const IS_USABLE = 'secret_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > now()'

export function codeStore(tx: Tx): CodeStore {
  return {
    async insert({ secretHash, purpose, user, lifeMs }) {
      const { rows } = await tx.query<{ expires_at: Date }>(
        `INSERT INTO one_time_codes (secret_hash, purpose, user_id, expires_at)
         VALUES ($1, $2, $3, now() + $4 * interval '1 millisecond') RETURNING expires_at`,
        [secretHash, purpose, uuidOrNull(user), lifeMs],
      )
      assertInvariant(rows[0] !== undefined, 'an inserted code comes back')
      return instantOf(rows[0].expires_at)
    },
    async findUsable(secretHash, purpose) {
      const { rows } = await tx.query<{ user_id: string | null }>(
        `SELECT user_id FROM one_time_codes WHERE ${IS_USABLE}`,
        [secretHash, purpose],
      )
      return rows[0] && { user: idOrNull('usr', rows[0].user_id) }
    },
    async use(secretHash, purpose) {
      const { rows } = await tx.query<{ user_id: string | null }>(
        `UPDATE one_time_codes SET used_at = now()
         WHERE ${IS_USABLE} RETURNING user_id`,
        [secretHash, purpose],
      )
      return rows[0] && { user: idOrNull('usr', rows[0].user_id) }
    },
    async nameUser(secretHash, user) {
      await tx.query('UPDATE one_time_codes SET user_id = $2 WHERE secret_hash = $1', [
        secretHash,
        uuidOf(user),
      ])
    },
    async findUse(secretHash) {
      const { rows } = await tx.query<{ used_at: Date; user_id: string | null }>(
        'SELECT used_at, user_id FROM one_time_codes WHERE secret_hash = $1 AND used_at IS NOT NULL',
        [secretHash],
      )
      return rows[0] && { at: instantOf(rows[0].used_at), user: idOrNull('usr', rows[0].user_id) }
    },
    async withdraw(of) {
      await tx.query(
        `DELETE FROM one_time_codes WHERE used_at IS NULL AND
           CASE WHEN $1::uuid IS NULL THEN purpose = 'setup' ELSE purpose = 'invitation' AND user_id = $1 END`,
        [of === 'setup' ? null : uuidOf(of)],
      )
    },
  }
}

/** So many wrong passwords cost nothing; then each doubles the wait, up to the longest. */
const FREE_FAILURES = 5
const LONGEST_WAIT_S = 900
const FORGOTTEN_AFTER = `interval '1 day'`

export function failureStore(tx: Tx): FailureStore {
  return {
    async waitMs(subjects) {
      const { rows } = await tx.query<{ wait_ms: number }>(
        `SELECT ceil(coalesce(max(extract(epoch FROM last_at - clock_timestamp()) + least(power(2, least(failures - $2, 20)), $3)), 0) * 1000)::int AS wait_ms
         FROM sign_in_failures WHERE subject = ANY($1) AND failures >= $2 AND last_at > now() - ${FORGOTTEN_AFTER}`,
        [subjects, FREE_FAILURES, LONGEST_WAIT_S],
      )
      return Math.max(0, rows[0]?.wait_ms ?? 0)
    },
    async count(subjects) {
      await tx.query(
        `INSERT INTO sign_in_failures (subject, failures, last_at) SELECT s, 1, clock_timestamp() FROM unnest($1::text[]) s
         ON CONFLICT (subject) DO UPDATE SET last_at = clock_timestamp(),
           failures = CASE WHEN sign_in_failures.last_at > now() - ${FORGOTTEN_AFTER} THEN least(sign_in_failures.failures + 1, 1000) ELSE 1 END`,
        [subjects.toSorted()], // one order for all, or two sign-ins lock each other out
      )
    },
    async forget(subjects) {
      await tx.query('DELETE FROM sign_in_failures WHERE subject = ANY($1)', [subjects])
    },
  }
}
