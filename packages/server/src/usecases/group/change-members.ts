import { refuseMember, type GroupId, type UserId } from '@lockstep/domain'
import type { Write } from '../../ports/write.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { BY_NEW_PASSWORD, giverOf } from '../role/giver-of.ts'

export interface Membership {
  readonly group: GroupId
  readonly user: UserId
}

/** How many sessions ended: none when nothing has changed. */
export interface ChangedMembers {
  readonly endedSessions: number
}

/**
 * Adds a person to a group; a second time changes nothing. Their sessions end: they sign in again with the rights they have now.
 * Nobody adds themselves, because a group may be asked for approvals; to a group with a role that decides, nobody is added by a token, nor by
 * somebody whose password is new by a link.
 */
export async function addMember(
  write: Write,
  { group, user }: Membership,
): Promise<
  Outcome<
    ChangedMembers,
    'cannot_change_yourself' | 'person_required' | 'password_new' | 'unknown_reference'
  >
> {
  const why = refuseMember({
    giver: await giverOf(write),
    person: user,
    roles: await write.people.grants.rolesOf(group),
  })
  if (why === 'cannot_change_yourself') {
    return no(why, 'Nobody adds themselves to a group: groups approve. Another administrator can.')
  }
  if (why === 'person_required') {
    return no(
      why,
      'This group holds a role that decides at gates, and nobody is added to it by a token. An administrator who is signed in can.',
    )
  }
  if (why === 'password_new') {
    return no(
      why,
      `This group holds a role that decides at gates. ${BY_NEW_PASSWORD} Another administrator can add them.`,
    )
  }
  if ((await write.people.users.find(user)) === undefined)
    return no('unknown_reference', `There is no person ${user}.`)
  if (!(await write.people.groups.addMember(group, user))) return done({ endedSessions: 0 })
  const endedSessions = await write.people.sessions.endAll([user])
  await write.record({ type: 'member_added', subject: group, body: { user } })
  return done({ endedSessions })
}

/** Takes a person out of a group and ends their sessions. One administrator always remains. */
export async function removeMember(
  write: Write,
  membership: Membership,
): Promise<Outcome<ChangedMembers, 'last_administrator'>> {
  const { group, user } = membership
  if (!(await write.people.groups.removeMember(group, user))) return done({ endedSessions: 0 })
  if ((await write.people.users.administratorsWithout({})) === 0) {
    return no(
      'last_administrator',
      'Through this group this person is the last administrator. Make another one first.',
    )
  }
  const endedSessions = await write.people.sessions.endAll([user])
  await write.record({ type: 'member_removed', subject: group, body: { user } })
  return done({ endedSessions })
}
