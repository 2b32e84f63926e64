import { uuidOf, type Id } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import { queryableOn } from '../../postgres/queryable.ts'
import { findNotification, type NotificationView } from '../../postgres/read/notifications.ts'
import { done, no, type Outcome } from '../outcome.ts'

/** Hands a message to the post once more, with the words that it had. Refused while it is still on its way, and to whom does without. */
export async function redeliver(
  write: Write,
  id: Id<'ntf'>,
): Promise<Outcome<NotificationView, 'not_found' | 'wrong_state'>> {
  const db = queryableOn(write.tx)
  const { rowCount } = await write.tx.query(
    `UPDATE notifications SET state = 'queued', failure = NULL, send_at = now() WHERE id = $1 AND state NOT IN ('queued', 'declined')`,
    [uuidOf(id)],
  )
  const found = await findNotification(db, id)
  if (found === undefined) return no('not_found', 'This message is not there any more.')
  if (found.state === 'declined') {
    return no(
      'wrong_state',
      `${found.receiver} has switched such mails off. Only they switch them on.`,
    )
  }
  if (rowCount !== 1) {
    return no(
      'wrong_state',
      `"${found.title}" is on its way to ${found.receiver}, and is tried again by itself.`,
    )
  }
  await write.record({
    type: 'notification_redelivered',
    subject: id,
    project: found.project?.number ?? 0,
    body: { title: found.title, receiver: found.receiver },
  })
  return done(found)
}
