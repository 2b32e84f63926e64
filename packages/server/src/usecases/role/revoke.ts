import type { GrantId } from '@lockstep/domain'
import type { Write } from '../../ports/write.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { recordGrant } from './record-grant.ts'

/** Takes a role back and ends the sessions of everybody who held it, and says how many. One administrator always remains. */
export async function revokeGrant(
  write: Write,
  id: GrantId,
): Promise<Outcome<{ readonly endedSessions: number }, 'last_administrator' | 'not_found'>> {
  const { people } = write
  const grant = await people.grants.find(id)
  if (grant === undefined) return no('not_found', 'This role was taken back already.')
  const isAdministrator = grant.role === 'system_admin'
  if (isAdministrator && (await people.users.administratorsWithout({ grant: id })) === 0) {
    return no('last_administrator', 'This is the last administrator. Make another one first.')
  }
  const touched = await people.grants.peopleOf(grant.subject)
  await people.grants.remove(id)
  const endedSessions = await people.sessions.endAll(touched)
  await recordGrant(write, 'role_revoked', grant)
  return done({ endedSessions })
}
