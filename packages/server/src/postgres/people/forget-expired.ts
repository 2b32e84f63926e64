import { IDEMPOTENCY_KEPT_DAYS } from '@lockstep/contract'
import type { Tx } from '../../ports/transaction.ts'

/**
 * Deletes what nothing looks at any more: keys of commands after their days, ended sessions, used and expired links, counters of
 * wrong passwords after a quiet day, browsers not seen for a year. Run it every hour; twice is the same as once.
 */
export async function forgetExpired(db: Tx): Promise<void> {
  await db.query(`DELETE FROM commands WHERE at < now() - $1 * interval '1 day'`, [
    IDEMPOTENCY_KEPT_DAYS,
  ])
  await db.query(`DELETE FROM sessions WHERE expires_at < now()`)
  await db.query(`DELETE FROM one_time_codes WHERE expires_at < now() - interval '7 days'`)
  await db.query(`DELETE FROM sign_in_failures WHERE last_at < now() - interval '1 day'`)
  await db.query(`DELETE FROM known_devices WHERE seen_at < now() - interval '1 year'`)
}
