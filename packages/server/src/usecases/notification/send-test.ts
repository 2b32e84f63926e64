import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { idOf } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import { queryableOn } from '../../postgres/queryable.ts'
import { findNotification, type NotificationView } from '../../postgres/read/notifications.ts'
import { done, no, type Outcome } from '../outcome.ts'

const TITLE = 'A test: mail of Lockstep arrives here'

/** Hands a message to the post that says only that it has arrived. */
export async function sendTest(
  write: Write,
  to: { readonly address: string; readonly publicUrl: string },
): Promise<Outcome<NotificationView, 'wrong_state'>> {
  const text = `Mail of Lockstep at ${to.publicUrl} arrives here. You need not do anything.\n`
  const id = randomUUIDv7()
  await write.tx.query(
    `INSERT INTO notifications (id, effect_id, project_id, kind, receiver, address, title, body_text, body_html, send_at)
     VALUES ($1, $2, 0, 'test', $3, $3, $4, $5, $6, now())`,
    [id, randomUUID(), to.address, TITLE, text, `<p>${text.trim()}</p>`],
  )
  const made = await findNotification(queryableOn(write.tx), idOf('ntf', id))
  if (made === undefined) return no('wrong_state', 'The test was not kept; try again.')
  await write.record({
    type: 'notification_tested',
    subject: made.id,
    body: { address: to.address },
  })
  return done(made)
}
