import { idOf } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import { findHold } from '../../postgres/outgoing-hold.ts'
import { findRow, queryableOn } from '../../postgres/queryable.ts'
import { countHeld, DISCARDED_KINDS, type HeldCounts } from '../../postgres/read/held.ts'
import { done, no, type Outcome } from '../outcome.ts'

/**
 * Lets messages, work and triggers go out again, on all servers. With `discard` the messages that the backup held are
 * dropped first, since they were most likely sent before it was restored. Refused when nothing is held.
 */
export async function releaseHold(
  write: Write,
  { discard, comment }: { readonly discard: boolean; readonly comment: string },
): Promise<Outcome<HeldCounts, 'wrong_state'>> {
  const db = queryableOn(write.tx)
  await write.tx.query('SELECT 1 FROM instance FOR UPDATE')
  const held = await findHold(db)
  if (held === undefined) return no('wrong_state', 'Nothing is held back: everything goes out.')
  const counts = await countHeld(db)
  if (discard) {
    await write.tx.query(
      `DELETE FROM pgboss.job WHERE name = ANY ($1) AND state IN ('created', 'retry', 'active')
         AND created_on < (SELECT held_since FROM instance)`,
      [[...DISCARDED_KINDS]],
    )
    await write.tx.query(
      `UPDATE notifications SET state = 'refused', send_at = NULL, failure = 'it was held back after a restore, and discarded'
       WHERE state = 'queued' AND created_at < (SELECT held_since FROM instance)`,
    )
  }
  const instance = await findRow<{ id: string }>(
    db,
    'UPDATE instance SET held_since = NULL, held_because = NULL RETURNING id',
    [],
  )
  await write.record({
    type: 'hold_released',
    subject: idOf('ins', instance?.id ?? ''),
    body: { because: held.because, discard, comment, ...counts },
  })
  return done(counts)
}
