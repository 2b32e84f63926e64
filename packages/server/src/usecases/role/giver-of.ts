import { assertInvariant, type Giver } from '@lockstep/domain'
import { readPeopleBehind } from '../../postgres/read/people-behind.ts'
import { queryableOn } from '../../postgres/queryable.ts'
import type { Write } from '../../ports/write.ts'

/** Who gives what this change gives, with the people behind them. */
export async function giverOf({ actor, tx }: Write): Promise<Giver> {
  const people = await readPeopleBehind(queryableOn(tx), actor)
  const byToken = actor.startsWith('token:')
  assertInvariant(!byToken || people.length > 0, 'somebody answers for every token')
  return { people, byToken }
}
