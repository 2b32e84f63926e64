import type { Write } from '../../ports/write.ts'
import { queryableOn } from '../../postgres/queryable.ts'
import { findNotification, type NotificationView } from '../../postgres/read/notifications.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { noteMail } from './note-mail.ts'

/** Hands a message to the post that says only that it has arrived. */
export async function sendTest(
  write: Write,
  to: { readonly address: string; readonly publicUrl: string },
): Promise<Outcome<NotificationView, 'wrong_state'>> {
  const { address, publicUrl } = to
  const id = await noteMail(write, {
    kind: 'test',
    receiver: address,
    address,
    title: 'A test: mail of Lockstep arrives here',
    text: `Mail of Lockstep at ${publicUrl} arrives here. You need not do anything.`,
  })
  const made = await findNotification(queryableOn(write.tx), id)
  if (made === undefined) return no('wrong_state', 'The test was not kept; try again.')
  await write.record({
    type: 'notification_tested',
    subject: made.id,
    body: { address },
  })
  return done(made)
}
