import type { UserRecord } from '../../ports/people.ts'
import type { Write } from '../../ports/write.ts'
import { noteMail } from '../notification/note-mail.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { giverOf } from '../role/giver-of.ts'
import { invite, type MadeInvitation } from './invite.ts'

/**
 * A new link for somebody who has lost theirs, or their password. Who has a password is told by mail: whoever sees the link can be
 * them, so a token makes none for them.
 */
export async function inviteAgain(
  write: Write,
  user: UserRecord,
  publicUrl: string,
): Promise<Outcome<MadeInvitation, 'wrong_state' | 'person_required'>> {
  const { id, name, email, disabled } = user
  if (disabled) return no('wrong_state', `${name} is disabled. Enable them first.`)
  if (((await write.people.users.passwordOf(id)) ?? null) !== null) {
    const { people, byToken } = await giverOf(write)
    if (byToken) {
      return no(
        'person_required',
        `${name} has a password already, and a token makes no link for another one. An administrator who is signed in can.`,
      )
    }
    const [by] = people
    const maker = by === undefined ? undefined : await write.people.users.find(by)
    await noteMail(write, {
      kind: 'password_link',
      receiver: id,
      address: email,
      title: 'A link for a new password of yours was made',
      text: `${maker?.name ?? 'Somebody'} has made a link with which a new password is chosen for your account ${name} at ${publicUrl}. If you asked for it, you need not do anything. If not, tell another administrator at once: when it is used you are signed out, and an hour later decisions at gates count in your name.`,
    })
  }
  const made = await invite(write, user)
  await write.record({ type: 'user_invited', subject: id, body: {} })
  return done(made)
}
