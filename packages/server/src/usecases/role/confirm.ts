import { assertInvariant, confirmGrant, type GrantId, type UserId } from '@lockstep/domain'
import type { Write } from '../../ports/write.ts'
import { done, no, type Outcome } from '../outcome.ts'
import type { ChangedGrant } from './grant.ts'
import { BY_NEW_PASSWORD, giverOf } from './giver-of.ts'
import { recordGrant } from './record-grant.ts'

/**
 * The second person's yes to a role that somebody gave to themselves, or whose giver may be somebody else. It counts an hour later, if nobody takes it back before.
 * The sessions of those whom it reaches end, as with every change of a role.
 */
export async function confirmRole(
  write: Write,
  { grant: id, by }: { readonly grant: GrantId; readonly by: UserId },
): Promise<
  Outcome<
    ChangedGrant,
    'wrong_state' | 'cannot_change_yourself' | 'person_required' | 'password_new' | 'not_found'
  >
> {
  const { people } = write
  const before = await people.grants.find(id)
  if (before === undefined) return no('not_found', 'This role was taken back.')
  const reaches = await people.grants.peopleOf(before.subject)
  const { doubt } = await giverOf(write)
  const confirmed = confirmGrant(before.state, {
    by,
    doubt,
    reaches,
    at: await people.grants.now(),
  })
  if (!confirmed.ok && confirmed.refusal === 'cannot_change_yourself') {
    const isGivenByToken = !reaches.includes(by)
    return no(
      'cannot_change_yourself',
      `${isGivenByToken ? 'Whoever answers for a token does not confirm what it gave.' : 'Nobody lets themselves approve.'} An administrator or owner of the project who neither gave the role nor gets it confirms it.`,
    )
  }
  if (!confirmed.ok && confirmed.refusal === 'password_new') {
    return no(confirmed.refusal, `${BY_NEW_PASSWORD} Another administrator can confirm this role.`)
  }
  if (!confirmed.ok && confirmed.refusal === 'person_required') {
    return no(confirmed.refusal, 'A person who is signed in confirms a role, no token.')
  }
  if (!confirmed.ok || !(await people.grants.confirm(id, confirmed.state))) {
    return no(
      'wrong_state',
      `This role does not wait for a confirmation: it is ${wordsOf(before)}.`,
    )
  }
  const grant = await people.grants.find(id)
  assertInvariant(grant !== undefined, 'a confirmed grant is there')
  const endedSessions = await people.sessions.endAll(reaches)
  const { givenBy, from } = confirmed.state
  await recordGrant(write, 'role_confirmed', grant, { givenBy, from: new Date(from).toISOString() })
  return done({ grant, endedSessions, because: null })
}

function wordsOf({ state }: ChangedGrant['grant']): string {
  return state.status === 'in_force' ? 'in force' : 'confirmed already'
}
