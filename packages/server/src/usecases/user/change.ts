import type { UserId } from '@lockstep/domain'
import type { UserRecord } from '../../ports/people.ts'
import type { Write } from '../../ports/write.ts'
import { tellOwner } from '../account/tell-owner.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { giverOf } from '../role/giver-of.ts'

export interface UserChange {
  readonly title?: string | undefined
  readonly email?: string | undefined
  readonly disabled?: boolean | undefined
}

type Refusals =
  | 'email_taken'
  | 'last_administrator'
  | 'cannot_change_yourself'
  | 'person_required'
  | 'out_of_date'

/**
 * Changes a person. Disabling ends their sessions at once, and their tokens with the next request; nobody disables themselves,
 * and one administrator always remains. Gates ask by mail: a new address of somebody who has a password is told to the old one, and no
 * token sets it.
 */
export async function changeUser(
  write: Write,
  input: { readonly user: UserId; readonly version: number; readonly change: UserChange },
): Promise<Outcome<UserRecord, Refusals>> {
  const { people, actor } = write
  const { user, version, change } = input
  if (change.disabled === true) {
    if (actor === `user:${user}`)
      return no('cannot_change_yourself', 'Nobody disables themselves. Another administrator can.')
    if ((await people.users.administratorsWithout({ user })) === 0) {
      return no('last_administrator', 'This is the last administrator. Make another one first.')
    }
  }
  const before = await people.users.find(user)
  const isMoved = change.email !== undefined && change.email !== before?.email
  const isTold = isMoved && ((await people.users.passwordOf(user)) ?? null) !== null
  const giver = await giverOf(write)
  if (isTold && giver.doubt === 'token') {
    return no(
      'person_required',
      'Mails ask this person for approvals, and a token does not change where they go. An administrator who is signed in can.',
    )
  }
  const after = await people.users.update(user, version, change)
  if (after === 'email_taken')
    return no('email_taken', `${change.email ?? ''} belongs to another person.`)
  if (after === undefined)
    return no(
      'out_of_date',
      'This person was changed since you read them. Read again and decide again.',
    )
  if (isTold && before !== undefined) {
    await tellOwner(write, before, giver, {
      kind: 'address_changed',
      title: 'Your address was changed',
      didWhat: `has changed the address of your account ${before.name}: mails, and with them what gates ask you, go to ${after.email} from now on. If that is not yours, tell another administrator at once.`,
    })
  }
  if (after.disabled) await people.sessions.endAll([user])
  await write.record({
    type: 'user_changed',
    subject: user,
    body: {
      before: {
        title: before?.title ?? null,
        email: before?.email ?? null,
        disabled: before?.disabled ?? null,
      },
      after: { title: after.title, email: after.email, disabled: after.disabled },
    },
  })
  return done(after)
}
