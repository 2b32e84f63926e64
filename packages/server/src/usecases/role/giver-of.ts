import { assertInvariant, type Giver } from '@lockstep/domain'
import { readPeopleBehind } from '../../postgres/read/people-behind.ts'
import { queryableOn } from '../../postgres/queryable.ts'
import type { Write } from '../../ports/write.ts'

/** Why they do not: the sentence for themselves. */
export const BY_NEW_PASSWORD =
  'Your password was chosen again by a link that somebody else has made, less than an hour ago.'

/** Who gives what this change gives, with the people behind them. */
export async function giverOf({ actor, tx, people: stores }: Write): Promise<Giver> {
  const people = await readPeopleBehind(queryableOn(tx), actor)
  if (actor.startsWith('token:')) {
    assertInvariant(people.length > 0, 'somebody answers for every token')
    return { people, doubt: 'token' }
  }
  const [person] = people
  const isNew = person !== undefined && (await stores.users.hasNewPassword(person))
  return { people, doubt: isNew ? 'new_password' : undefined }
}
