import { refuseLink } from '@lockstep/domain'
import type { UserRecord } from '../../ports/people.ts'
import type { Write } from '../../ports/write.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { giverOf } from '../role/giver-of.ts'
import { invite, type MadeInvitation } from './invite.ts'
import { tellOwner } from './tell-owner.ts'

export interface InviteAgain {
  readonly user: UserRecord
  /** Whether the caller may make administrators. */
  readonly givesAll: boolean
  readonly publicUrl: string
}

/**
 * A new link for somebody who has lost theirs, or their password. Whoever sees the link can be them: nobody makes one for themselves, a
 * token makes none for who has a password, and only who may make administrators makes one for an administrator. Who has a password is
 * told by mail.
 */
export async function inviteAgain(
  write: Write,
  { user, givesAll, publicUrl }: InviteAgain,
): Promise<
  Outcome<
    MadeInvitation,
    'wrong_state' | 'cannot_change_yourself' | 'person_required' | 'forbidden'
  >
> {
  const { id, name, disabled } = user
  if (disabled) return no('wrong_state', `${name} is disabled. Enable them first.`)
  const giver = await giverOf(write)
  const hasPassword = ((await write.people.users.passwordOf(id)) ?? null) !== null
  const held = await write.people.grants.heldBy(id)
  const isAdministrator = held.some(({ role }) => role === 'system_admin')
  const why = refuseLink({ giver, person: id, hasPassword, isAdministrator, givesAll })
  if (why !== undefined) return no(why, REFUSED[why](name))
  if (hasPassword) {
    await tellOwner(write, user, giver, {
      kind: 'password_link',
      title: 'A link for a new password of yours was made',
      didWhat: `has made a link with which a new password is chosen for your account ${name} at ${publicUrl}. If you asked for it, you need not do anything. If not, tell another administrator at once: when it is used you are signed out, and an hour later decisions at gates count in your name.`,
    })
  }
  const made = await invite(write, user)
  await write.record({ type: 'user_invited', subject: id, body: {} })
  return done(made)
}

const REFUSED = {
  cannot_change_yourself: () => 'You are signed in: change your password instead.',
  forbidden: () => 'The password of an administrator is set again by an administrator only.',
  person_required: (name: string) =>
    `${name} has a password already, and a token makes no link for another one. An administrator who is signed in can.`,
}
