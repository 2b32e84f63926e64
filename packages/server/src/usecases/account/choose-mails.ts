import type { MailChoice, UserId } from '@lockstep/domain'
import type { Write } from '../../ports/write.ts'

/** Keeps which mails a person does without. From the next one on; what was noted before goes out. */
export async function chooseMails(
  write: Write,
  { user, off }: { readonly user: UserId; readonly off: readonly MailChoice[] },
): Promise<void> {
  const before = await write.people.users.mailsOff(user)
  const after = [...new Set(off)].toSorted()
  if (before.toSorted().join() === after.join()) return
  await write.people.users.switchMailsOff(user, after)
  await write.record({ type: 'mails_chosen', subject: user, body: { before: [...before], after } })
}
